import { figureOfGrowth, layOut, tabulate, type NotedSample } from './report.js';

const sampleOf = (perSecond: number) => ({ perSecond, p50Ms: 1.234, p99Ms: 5.678 });

describe('the figures of the bench', () => {
  it('stand beside each baseline that was measured in the same run', () => {
    const medians = new Map<string, NotedSample>([
      ['pgbench-hot-32', sampleOf(1_000)],
      ['pgbench-hot-best', sampleOf(4_000)],
      ['auction-hot-32', { ...sampleOf(1_500.4), notes: { accepted: 0.98765 } }],
    ]);
    expect(tabulate(medians).at(-1)).toEqual({
      id: 'auction-hot-32',
      value: 1_500,
      unit: '1/s',
      baseline: 'pgbench-hot-best',
      ratio: 0.38,
      alsoBeside: [{ baseline: 'pgbench-hot-32', ratio: 1.5 }],
      p50: 1.23,
      p99: 5.68,
      notes: { accepted: 0.99 },
    });
  });

  it('stand alone where no baseline was measured', () => {
    expect(tabulate(new Map([['auction-hot-200', sampleOf(10)]]))).toEqual([
      { id: 'auction-hot-200', value: 10, unit: '1/s', baseline: null, ratio: null, p50: 1.23, p99: 5.68 },
    ]);
  });

  it('say of a growth how many times the beginning the end costs, not how fast it was', () => {
    const growth = figureOfGrowth('auction-growth', {
      ratio: 1.0449,
      startMs: 0.3,
      endMs: 0.31347,
      end: sampleOf(900),
    });
    expect(growth).toMatchObject({ value: 1.04, unit: 'end/start', notes: { startMs: 0.3, endMs: 0.31 } });
    expect(layOut([growth])[1]).toContain('1.04 end/start');
  });

  it('are laid out in columns, with what was noted of each', () => {
    const figures = tabulate(new Map([['auction-feed', { ...sampleOf(500), notes: { errors: 0, watchers: 2_000 } }]]));
    expect(layOut(figures)).toEqual([
      'figure        value  p50      p99      beside',
      'auction-feed  500/s  1.23 ms  5.68 ms  errors 0, watchers 2000',
    ]);
  });
});
