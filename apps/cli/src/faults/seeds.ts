import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A seed under which a fault of the platform was found once, and what it was. */
export interface KnownSeed {
  readonly seed: number;
  readonly found: string;
}

/** They are run before all others, for ever: what was put right is to stay so. */
export function readKnownSeeds(): readonly KnownSeed[] {
  return JSON.parse(readFileSync(findFile('test/faults/seeds.json'), 'utf8')) as readonly KnownSeed[];
}

/** The seeds of so many runs: those known first, then one after another from the first. */
export function listSeeds(known: readonly KnownSeed[], first: number, runs: number): readonly number[] {
  const seeds = [...known.map(({ seed }) => seed), ...Array.from({ length: runs }, (_, index) => first + index)];
  return [...new Set(seeds)];
}

/** A file of the repository by its path there: sources and build lie at different depths below it. */
export function findFile(path: string): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return join(directory, path);
}
