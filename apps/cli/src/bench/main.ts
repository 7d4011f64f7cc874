import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCommandPool, migrate, startEmbeddedPostgres } from '#platform';
import { Baseline } from './baseline.js';
import { EngineFigures } from './engine-figures.js';
import { HttpFigures } from './http-figures.js';
import { runLong } from './long-run.js';
import { medianOf, type LoadOptions, type Sample } from './measure.js';

interface Figure {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** Figure beside which it is read, and how many times that it is. */
  readonly baseline: string | null;
  readonly ratio: number | null;
  readonly alsoBeside?: readonly { readonly baseline: string; readonly ratio: number }[];
  readonly p50: number;
  readonly p99: number;
}

const { values: args } = parseArgs({
  options: {
    /** Only figures whose id contains this. */
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    /** Only the long run beside an open read transaction. */
    long: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
  },
});
const ROUNDS = Number(args.rounds);
const LOAD: LoadOptions = { clients: 32, warmUpMs: 1_500, measureMs: 4_000 };

/** Which baseline each figure is read against. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'engine-many-32': ['pgbench-many-32'],
  'engine-hot-32': ['pgbench-hot-best'],
  'http-many-32': ['pgbench-many-32'],
  'http-hot-32': ['pgbench-hot-best', 'pgbench-hot-32'],
  'http-hot-200': ['pgbench-hot-best', 'pgbench-hot-32'],
};

/**
 * Measures the engine beside the bare transaction, in turn and in one run on one server with fsync on: the ratios are
 * meant, not the figures, because machines and hours differ. Prints a table and writes `.data/bench.json`.
 */
async function main(): Promise<void> {
  const postgres = await startEmbeddedPostgres({ ephemeral: true, durable: true });
  const pool = createCommandPool(postgres.appUrl, { max: 12 });
  try {
    await migrate(postgres.ownerUrl, { appUrl: postgres.appUrl });
    const baseline = new Baseline(postgres.adminUrl);
    const figures = new EngineFigures(pool);
    if (args.long) {
      const { ratio } = await runLong(figures, postgres.adminUrl, Number(args.minutes), LOAD);
      await figures.engine.close();
      console.log(`last quarter beside first: ${ratio.toFixed(2)}`);
      return;
    }
    await baseline.prepare();
    await figures.prepare();
    const http = await HttpFigures.start(postgres.appUrl, postgres.ownerUrl);
    const series: Readonly<Record<string, () => Promise<Sample>>> = {
      'pgbench-many-32': () => baseline.sixStatements('many', LOAD),
      'engine-many-32': () => figures.many(LOAD),
      'pgbench-hot-32': () => baseline.sixStatements('hot', LOAD),
      'pgbench-hot-best': () => baseline.bestOnOneRow({ ...LOAD, measureMs: 2_500 }),
      'engine-hot-32': () => figures.hot(LOAD),
      'http-many-32': () => http.many(LOAD),
      'http-hot-32': () => http.hot(LOAD),
      'http-hot-200': () => http.hot({ ...LOAD, clients: 200 }),
    };
    const samples = new Map<string, Sample[]>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [id, measure] of Object.entries(series)) {
        if (args.only !== undefined && !id.includes(args.only)) continue;
        samples.set(id, [...(samples.get(id) ?? []), await measure()]);
      }
    }
    await figures.engine.close();
    await http.stop();
    report(tabulate(samples), baseline.isPgbench);
  } finally {
    await pool.end();
    await postgres.stop();
  }
}

function tabulate(samples: ReadonlyMap<string, readonly Sample[]>): Figure[] {
  const medians = new Map([...samples].map(([id, list]) => [id, medianOf(list)]));
  const round = (value: number): number => Math.round(value * 100) / 100;
  return [...medians].map(([id, sample]) => {
    const ratios = (BESIDE[id] ?? []).flatMap((baseline) => {
      const base = medians.get(baseline);
      return base === undefined ? [] : [{ baseline, ratio: round(sample.perSecond / base.perSecond) }];
    });
    return {
      id,
      value: Math.round(sample.perSecond),
      unit: '1/s',
      baseline: ratios[0]?.baseline ?? null,
      ratio: ratios[0]?.ratio ?? null,
      ...(ratios.length > 1 ? { alsoBeside: ratios.slice(1) } : {}),
      p50: round(sample.p50Ms),
      p99: round(sample.p99Ms),
    };
  });
}

function report(figures: readonly Figure[], isPgbench: boolean): void {
  const rows = figures.map(({ id, value, baseline, ratio, alsoBeside = [], p50, p99 }) => [
    id,
    `${value}/s`,
    `${p50} ms`,
    `${p99} ms`,
    [...(ratio === null ? [] : [{ ratio, baseline }]), ...alsoBeside]
      .map((each) => `${each.ratio} of ${each.baseline}`)
      .join(', '),
  ]);
  const lines = [['figure', 'rate', 'p50', 'p99', 'ratio'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines) console.log(line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  if (!isPgbench) console.log('pgbench is not installed: its statements were driven from Node');
  mkdirSync('.data', { recursive: true });
  writeFileSync(
    join('.data', 'bench.json'),
    `${JSON.stringify({ driver: isPgbench ? 'pgbench' : 'node', figures }, null, 2)}\n`,
  );
}

await main();
