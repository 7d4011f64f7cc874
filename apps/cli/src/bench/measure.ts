/** One measured series: how many a second, and how long each took. */
export interface Sample {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LoadOptions {
  readonly clients: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Runs `work` in a closed loop of clients; only what begins after the warm-up counts. Errors end the measurement. */
export async function measureLoop(options: LoadOptions, work: (client: number) => Promise<void>): Promise<Sample> {
  const begin = performance.now();
  const countFrom = begin + options.warmUpMs;
  const end = countFrom + options.measureMs;
  const latencies: number[] = [];
  await Promise.all(
    Array.from({ length: options.clients }, async (_, client) => {
      for (;;) {
        const started = performance.now();
        if (started >= end) return;
        await work(client);
        if (started >= countFrom) latencies.push(performance.now() - started);
      }
    }),
  );
  const seconds = (performance.now() - countFrom) / 1_000;
  return summarise(latencies, seconds);
}

export function summarise(latencies: number[], seconds: number): Sample {
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / seconds,
    p50Ms: percentileOf(latencies, 0.5),
    p99Ms: percentileOf(latencies, 0.99),
  };
}

/** Value below which so large a share of sorted values lies; 0 when there are none. */
export function percentileOf(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The item whose value lies in the middle. */
export function middleOf<Item>(items: readonly Item[], valueOf: (item: Item) => number): Item {
  const sorted = [...items].sort((a, b) => valueOf(a) - valueOf(b));
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

/** The sample whose rate lies in the middle. */
export function medianOf<Measured extends Sample>(samples: readonly Measured[]): Measured {
  return middleOf(samples, ({ perSecond }) => perSecond);
}
