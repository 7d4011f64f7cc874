import 'reflect-metadata';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { listDifferences, makeMatrix } from './matrix.js';
import { renderPage } from './page.js';
import { readPolicy } from './policy.js';
import { listRoutes } from './routes.js';
import { listSituations } from './situations.js';

/**
 * Writes docs/access.md, or with `--check` fails when it is stale. Either way it fails when a route has no line in the
 * policy, or when policy and product differ.
 */
const PAGE = new URL('../../docs/access.md', import.meta.url);

const policy = readPolicy();
const matrix = makeMatrix(listRoutes(), listSituations(), policy);
const differences = listDifferences(matrix, policy);
const page = differences.length === 0 ? renderPage(matrix, policy) : '';
if (differences.length > 0) {
  process.stderr.write(`${differences.join('\n')}\n`);
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, page);
  process.stdout.write('wrote docs/access.md\n');
} else if (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== page) {
  process.stderr.write('docs/access.md is stale; run npm run access:write and commit it\n');
  process.exitCode = 1;
}
