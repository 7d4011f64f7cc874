import type { Sample } from './measure.js';

/** One line of the result; in `.data/bench.json` it stands as it is here. */
export interface Figure {
  readonly id: string;
  readonly value: number;
  readonly unit: '1/s' | 'end/start';
  /** Figure beside which it is read, and how many times that it is. */
  readonly baseline: string | null;
  readonly ratio: number | null;
  readonly alsoBeside?: readonly { readonly baseline: string; readonly ratio: number }[];
  /** Of the answers, milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** What else was measured with it: counts, shares, milliseconds. */
  readonly notes?: Readonly<Record<string, number>>;
}

/** A series as it was measured, and what was seen beside its rate. */
export interface NotedSample extends Sample {
  readonly notes?: Readonly<Record<string, number>>;
}

/** Which baselines each figure is read against, the first one foremost. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'engine-many-32': ['pgbench-many-32'],
  'engine-hot-32': ['pgbench-hot-best'],
  'http-many-32': ['pgbench-many-32'],
  'http-hot-32': ['pgbench-hot-best', 'pgbench-hot-32'],
  'http-hot-200': ['pgbench-hot-best', 'pgbench-hot-32'],
  'auction-hot-32': ['pgbench-hot-best', 'pgbench-hot-32'],
  'auction-hot-200': ['pgbench-hot-best', 'pgbench-hot-32'],
};

const round = (value: number): number => Math.round(value * 100) / 100;

const roundAll = (notes: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(notes).map(([name, value]) => [name, round(value)]));

/** Rates as figures, each beside its baselines where those were measured too. */
export function tabulate(medians: ReadonlyMap<string, NotedSample>): Figure[] {
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
      ...(sample.notes === undefined ? {} : { notes: roundAll(sample.notes) }),
    };
  });
}

/** What one unit of work costs at the end of something long, as times its cost at the beginning. */
export function figureOfGrowth(
  id: string,
  { ratio, startMs, endMs, end }: { ratio: number; startMs: number; endMs: number; end: Sample },
): Figure {
  const [p50, p99] = [round(end.p50Ms), round(end.p99Ms)];
  const notes = { startMs: round(startMs), endMs: round(endMs) };
  return { id, value: round(ratio), unit: 'end/start', baseline: null, ratio: null, p50, p99, notes };
}

/** The figures as lines of a table for a terminal. */
export function layOut(figures: readonly Figure[]): string[] {
  const rows = figures.map(({ id, value, unit, baseline, ratio, alsoBeside = [], p50, p99, notes = {} }) => [
    id,
    unit === '1/s' ? `${value}/s` : `${value} ${unit}`,
    `${p50} ms`,
    `${p99} ms`,
    [...(ratio === null ? [] : [{ ratio, baseline }]), ...alsoBeside]
      .map((each) => `${each.ratio} of ${each.baseline}`)
      .concat(Object.entries(notes).map(([name, noted]) => `${name} ${noted}`))
      .join(', '),
  ]);
  const lines = [['figure', 'value', 'p50', 'p99', 'beside'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
