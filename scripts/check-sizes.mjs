// Source files are read by people: 400 lines at most, 600 for a machine, which is one chart and reads as one.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const LIMIT = 400;
const MACHINE_LIMIT = 600;
const SMALL = 50;

function* listSources(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* listSources(path);
    else if (/\.(ts|mjs|cjs)$/.test(entry.name) && !/\.(spec|d)\.ts$/.test(entry.name)) yield path;
  }
}

const files = ['apps', 'libs', 'migrations', 'scripts']
  .filter((name) => existsSync(join(ROOT, name)))
  .flatMap((name) => [...listSources(join(ROOT, name))])
  .map((path) => ({ path: relative(ROOT, path), lines: readFileSync(path, 'utf8').trimEnd().split('\n').length }))
  .sort((a, b) => a.lines - b.lines);
const tooLong = files.filter(({ path, lines }) => lines > (path.endsWith('.machine.ts') ? MACHINE_LIMIT : LIMIT));
const at = (share) => files[Math.min(files.length - 1, Math.floor(files.length * share))]?.lines ?? 0;
const small = files.filter(({ path, lines }) => lines < SMALL && !path.endsWith('index.ts')).length;

console.log(
  `${files.length} source files: median ${at(0.5)} lines, p90 ${at(0.9)}, longest ${files.at(-1)?.lines ?? 0}; ` +
    `${small} under ${SMALL} lines besides the indexes`,
);
for (const { path, lines } of tooLong) console.error(`too long: ${path} has ${lines} lines`);
process.exitCode = tooLong.length > 0 ? 1 : 0;
