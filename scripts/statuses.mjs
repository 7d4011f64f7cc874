// Writes docs/statuses.md: the one dictionary of the register of attempts, and how its counts stand to published totals.
//   node scripts/statuses.mjs            writes it (needs the build)
//   node scripts/statuses.mjs --check    fails when the file is not what would be written
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANNULMENT_GROUNDS, DENOMINATORS, FIGURES, REGIMES, STAGES, STATUSES, summariseAttempts } from '#registers';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/statuses.md');
// The readers of the seed are nobody's business but the seed's own, and this page is about what it holds.
const seed = await import(join(ROOT, 'dist/libs/registers/src/seed/published-results.js'));
const { readStates } = await import(join(ROOT, 'dist/libs/registers/src/seed/states.js'));

const cell = (text) => String(text ?? '').replaceAll('|', '\\|');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |\n`;
const table = (heading, rows) =>
  `${row(...heading)}${row(...heading.map(() => '---'))}${rows.map((cells) => row(...cells)).join('')}`;
const known = (count) => count ?? 'not known';

const attempts = seed.readResults(readStates()).map((each) => ({
  attemptId: each.auction_id,
  regime: each.regime,
  tranche: each.tranche,
  blockKey: each.block_key,
  attempt: each.attempt,
  status: each.status ?? 'not_known',
  bidsReceived: each.bids_received,
  noticeOn: each.notice_on,
  decidedOn: each.decided_on,
}));
const critical = attempts.filter(({ regime }) => regime === 'central-critical');
const countOf = (summary, name) => summary.figures.find((figure) => figure.name === name).count;

function compare({ id, offered, awarded, annulled }) {
  const held = summariseAttempts(critical.filter(({ tranche }) => tranche === id));
  const led = countOf(held, 'attempts-with-preferred-bidder') + countOf(held, 'attempts-whose-bidder-was-lost');
  const failed = countOf(held, 'attempts-without-bidder');
  const agrees = held.attempts === offered && led === awarded && failed === annulled;
  const reading = agrees
    ? 'agree'
    : held.attempts === 0
      ? 'no attempt of it was found block by block'
      : `${offered - held.attempts} of ${offered} attempts were not found block by block`;
  return [id, known(offered), known(awarded), known(annulled), held.attempts, led, failed, reading];
}

const whole = summariseAttempts(critical);
const percentOf = (name) => whole.figures.find((figure) => figure.name === name);
const [ofBlocks, ofAttempts] = [percentOf('blocks-with-preferred-bidder'), percentOf('attempts-with-preferred-bidder')];

const page = `# Statuses and counts

The dictionary of the register of attempts (\`/v1/attempts\`, \`/v1/statuses\`): every status, regime and figure has one
definition, here, in the answers of the interface and in every count. Written by \`npm run statuses:write\` out of the code
and the seed; \`npm run check:statuses\` fails when it is stale.

The attempt is the unit of record: a block that was put up three times is there three times. What is not known is null,
and never nought. Rehearsals are listed and counted apart.

## Statuses

${table(
  ['Status', 'Stage', 'Definition', 'Who publishes it', 'What sources call it', 'On this platform'],
  Object.entries(STATUSES).map(([name, status]) => [
    `\`${name}\``,
    status.stage,
    status.definition,
    status.publisher,
    status.inSources,
    status.onPlatform ?? 'never',
  ]),
)}
An attempt of this platform is annulled on one of these grounds, which the register keeps as its reason:
${Object.values(ANNULMENT_GROUNDS)
  .map((ground) => ground.toLowerCase())
  .join('; ')}.

## Stages

${table(['Stage', 'Definition'], Object.entries(STAGES))}
## Regimes

${table(
  ['Regime', 'Definition'],
  Object.entries(REGIMES).map(([name, text]) => [`\`${name}\``, text]),
)}
## Figures

Both denominators are always given, because more is sold of the blocks than of the attempts: of the published attempts at
blocks of critical minerals that the register holds, ${ofBlocks.count} of ${ofBlocks.of} blocks (${ofBlocks.percent} %)
and ${ofAttempts.count} of ${ofAttempts.of} attempts (${ofAttempts.percent} %) led to a bidder who stands.

${table(['Denominator', 'Definition'], Object.entries(DENOMINATORS))}
${table(
  ['Figure', 'Of', 'Definition'],
  Object.entries(FIGURES).map(([name, { denominator, definition }]) => [`\`${name}\``, denominator, definition]),
)}
## Where the counts agree with published totals

Totals of the central tranches were published; most results block by block were found too, some were not. The register
counts rows, so that it holds less where rows are missing, and nothing is added to make it agree.

${table(
  ['Tranche', 'Offered', 'Awarded', 'Annulled', 'In the register', 'Led to a bidder', 'Ended without', 'Reading'],
  seed.readTranches().map(compare),
)}
The first four columns are as published (\`/v1/tranches\`, with sources), the next three are counted. In tranche I one
block is neither awarded nor annulled: its decision was put off. In tranche IV one award was annulled later; it counts as
one that led to a bidder. Blocks whose name no source gives are counted as blocks of their own.
`;

if (process.argv.includes('--check')) {
  const written = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  if (written !== page) {
    console.error('docs/statuses.md is stale; run npm run statuses:write and commit it');
    process.exitCode = 1;
  }
} else {
  writeFileSync(PAGE, page);
  console.log('wrote docs/statuses.md');
}
