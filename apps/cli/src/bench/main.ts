import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { createCommandPool, migrate, startEmbeddedPostgres } from '#platform';
import { AuctionCrowd } from './auction-crowd.js';
import { measureOffers } from './auction-figures.js';
import { AuctionGrowth } from './auction-growth.js';
import { Baseline } from './baseline.js';
import { BenchServer } from './bench-server.js';
import { EngineFigures } from './engine-figures.js';
import { FeedTest } from './feed-test.js';
import { HttpFigures } from './http-figures.js';
import { runLong } from './long-run.js';
import { medianOf, type LoadOptions } from './measure.js';
import { figureOfGrowth, layOut, tabulate, type Figure, type NotedSample } from './report.js';

const { values: args } = parseArgs({
  options: {
    /** Only figures whose id contains this, or one of several with commas between. */
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    /** Only the long run beside an open read transaction. */
    long: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
  },
});
const ROUNDS = Number(args.rounds);
const LOAD: LoadOptions = { clients: 32, warmUpMs: 1_500, measureMs: 4_000 };
const CROWD = 200;

const isWanted = (id: string): boolean =>
  args.only === undefined || args.only.split(',').some((part) => id.includes(part));

/** What is prepared when it is first asked for, and never twice. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => (made ??= make());
}

/**
 * Measures the engine and the auction beside the bare transaction, in turn and in one run on one server with fsync on:
 * the ratios are meant, not the figures, because machines and hours differ. Prints a table and writes
 * `.data/bench.json`.
 */
async function main(): Promise<void> {
  const postgres = await startEmbeddedPostgres({ ephemeral: true, durable: true });
  const pool = createCommandPool(postgres.appUrl, { max: 12 });
  try {
    await migrate(postgres.ownerUrl, { appUrl: postgres.appUrl });
    if (args.long) {
      const figures = new EngineFigures(pool);
      const { ratio, besideNew } = await runLong(figures, postgres.adminUrl, Number(args.minutes), LOAD);
      await figures.engine.close();
      console.log(`last quarter beside first: ${ratio.toFixed(2)}`);
      console.log(`the case at its end beside one opened then: ${besideNew.toFixed(2)}`);
      return;
    }
    const baseline = new Baseline(postgres.adminUrl);
    await baseline.prepare();
    const figures = [...tabulate(await measureRates(pool, postgres, baseline)), ...(await measureGrowth(pool))];
    report(figures, baseline.isPgbench);
  } finally {
    await pool.end();
    await postgres.stop();
  }
}

/** All rates that are wanted, in turn, so many rounds; of each the run in the middle. */
async function measureRates(
  pool: Pool,
  { appUrl, ownerUrl }: { readonly appUrl: string; readonly ownerUrl: string },
  baseline: Baseline,
): Promise<ReadonlyMap<string, NotedSample>> {
  const engineFigures = new EngineFigures(pool);
  const engine = once(async () => {
    await engineFigures.prepare();
    return engineFigures;
  });
  let started: BenchServer | undefined;
  const server = once(async () => (started = await BenchServer.start(appUrl, ownerUrl)));
  const http = once(async () => await HttpFigures.prepare((await server()).url));
  const crowd = once(async () => await AuctionCrowd.gather((await server()).url, CROWD));
  const feed = once(async () => await FeedTest.prepare((await server()).url, await crowd()));
  const offers = async (clients: number): Promise<NotedSample> => {
    const bidders = await crowd();
    return await measureOffers((await server()).url, bidders, { ...LOAD, clients });
  };
  const series: Readonly<Record<string, () => Promise<NotedSample>>> = {
    'pgbench-many-32': () => baseline.sixStatements('many', LOAD),
    'engine-many-32': async () => await (await engine()).many(LOAD),
    'pgbench-hot-32': () => baseline.sixStatements('hot', LOAD),
    'pgbench-hot-best': () => baseline.bestOnOneRow({ ...LOAD, measureMs: 2_500 }),
    'engine-hot-32': async () => await (await engine()).hot(LOAD),
    'http-many-32': async () => await (await http()).many(LOAD),
    'http-hot-32': async () => await (await http()).hot(LOAD),
    'http-hot-200': async () => await (await http()).hot({ ...LOAD, clients: 200 }),
    'auction-hot-32': () => offers(32),
    'auction-hot-200': () => offers(CROWD),
    'auction-feed': async () => await (await feed()).measure(),
  };
  const samples = new Map<string, NotedSample[]>();
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [id, measure] of Object.entries(series)) {
        if (isWanted(id)) samples.set(id, [...(samples.get(id) ?? []), await measure()]);
      }
    }
  } finally {
    await engineFigures.engine.close();
    await started?.stop();
  }
  return new Map([...samples].map(([id, list]) => [id, medianOf(list)]));
}

async function measureGrowth(pool: Pool): Promise<readonly Figure[]> {
  if (!isWanted('auction-growth')) return [];
  const growth = new AuctionGrowth(pool);
  try {
    return [figureOfGrowth('auction-growth', await growth.measure(ROUNDS))];
  } finally {
    await growth.close();
  }
}

/** Prints the table and keeps it for whoever compares runs. */
function report(figures: readonly Figure[], isPgbench: boolean): void {
  for (const line of layOut(figures)) console.log(line);
  if (!isPgbench) console.log('pgbench is not installed: its statements were driven from Node');
  mkdirSync('.data', { recursive: true });
  writeFileSync(
    join('.data', 'bench.json'),
    `${JSON.stringify({ driver: isPgbench ? 'pgbench' : 'node', figures }, null, 2)}\n`,
  );
}

await main();
