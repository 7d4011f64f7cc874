// Writes docs/rules/README.md: every provision, what it says, what applies it, how far it may be trusted, what tests it.
//   node scripts/rule-index.mjs            writes it (needs the build)
//   node scripts/rule-index.mjs --check    fails when the file is not what would be written
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { caseTypes } from '#case-types';
import { buildSeedLaw, calculators, collectRows, renderRuleIndex } from '#rulebook';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/rules/README.md');
const VECTORS = join(ROOT, 'data/vectors');

function* listSpecs(directory) {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* listSpecs(path);
    // The index's own spec names rules only to be found.
    else if (entry.name.endsWith('.spec.ts') && entry.name !== 'rule-index.spec.ts') yield path;
  }
}

const specs = ['apps', 'libs', 'test'].flatMap((name) => [...listSpecs(join(ROOT, name))]).sort();
const vectors = readdirSync(VECTORS).map((file) => [
  file.replace(/\.json$/, ''),
  JSON.parse(readFileSync(join(VECTORS, file), 'utf8')),
]);
const law = buildSeedLaw();
const page = renderRuleIndex(
  collectRows({
    law,
    calculators: [...calculators.values()],
    vectors: new Map(vectors),
    caseTypes,
    specs: new Map(specs.map((path) => [relative(ROOT, path), readFileSync(path, 'utf8')])),
    // The day on which the sources of the seed were read: the page must not change from day to day.
    today: '2026-11-23',
  }),
  law.hash,
);

if (process.argv.includes('--check')) {
  const written = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  if (written !== page) {
    console.error('docs/rules/README.md is stale; run npm run rules:index and commit it');
    process.exitCode = 1;
  }
} else {
  mkdirSync(join(ROOT, 'docs/rules'), { recursive: true });
  writeFileSync(PAGE, page);
  console.log(`wrote ${relative(ROOT, PAGE)}`);
}
