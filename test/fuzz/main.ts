import 'reflect-metadata';
import { parseArgs } from 'node:util';
import nameSharedCluster from '../setup/global-setup.mjs';
import endSharedCluster from '../setup/global-teardown.mjs';
import { fuzz, type FuzzOptions } from './fuzzer.js';
import { openFuzzWorld } from './ground.js';

/** Fewer requests do not reach every operation. */
const ENOUGH = 20_000;

/**
 * `npm run fuzz -- --runs 1000000 --seed 7`: requests by the million on a platform of its own. A fault is printed with
 * the seed and the path that lead to it; `--seed S --path P` tries that request alone.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      path: { type: 'string' },
      'at-once': { type: 'string', default: '8' },
    },
  });
  const runs = readCount('runs', values.runs);
  const seed = readCount('seed', values.seed);
  nameSharedCluster();
  try {
    await run({
      runs,
      seed,
      atOnce: readCount('at-once', values['at-once']),
      ...(values.path !== undefined && { path: values.path }),
    });
  } finally {
    await endSharedCluster();
  }
}

async function run(options: FuzzOptions): Promise<void> {
  const startedAt = Date.now();
  const world = await openFuzzWorld();
  process.stdout.write(`seed ${options.seed}; the stories took ${seconds(startedAt)} s\n`);
  const begun = Date.now();
  const used = process.cpuUsage();
  const { coverage, failures, linesRead } = await fuzz(world, {
    ...options,
    onProgress: (done) => {
      if (done % 5_000 === 0) process.stdout.write(`${done} requests after ${seconds(begun)} s\n`);
    },
  });
  await world.world.close();
  process.stdout.write(
    `${coverage.describe()}\n${linesRead} lines of the log were read. It took ${seconds(begun)} s, and the processor ${(process.cpuUsage(used).user / 1e6).toFixed(1)} s.\n`,
  );
  const { unreached, neverWell } = coverage.findGaps();
  const gaps = [
    ...unreached.map((name) => `no request reached ${name}`),
    ...neverWell.map((name) => `never answered well: ${name}`),
  ];
  // A few requests cannot reach everything: then the gaps are only told.
  const isWhole = options.path === undefined && options.runs >= ENOUGH;
  if (!isWhole && options.path === undefined) process.stdout.write(`${gaps.join('\n')}\n`);
  const complaints = [...(isWhole ? gaps : []), ...failures];
  for (const complaint of complaints) process.stderr.write(`\n${complaint}\n`);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}

const seconds = (since: number): string => ((Date.now() - since) / 1000).toFixed(1);

function readCount(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

await main();
