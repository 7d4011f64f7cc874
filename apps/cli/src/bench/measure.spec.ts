import { measureLoop, medianOf, middleOf, summarise } from './measure.js';

describe('a measured series', () => {
  it('is told by its rate and by how long the middle and the slowest hundredth took', () => {
    const latencies = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(summarise(latencies, 4)).toEqual({ perSecond: 50, p50Ms: 101, p99Ms: 199 });
  });

  it('is represented by the run in the middle, not by the best', () => {
    const runs = [30, 10, 20].map((perSecond) => ({ perSecond, p50Ms: 1, p99Ms: 1 }));
    expect(medianOf(runs).perSecond).toBe(20);
    expect(() => middleOf([], () => 0)).toThrow('nothing was measured');
  });

  it('counts nothing of the warm-up, and ends with the error of its work', async () => {
    let done = 0;
    const work = async (): Promise<void> => {
      done += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const sample = await measureLoop({ clients: 2, warmUpMs: 60, measureMs: 60 }, work);
    expect(Math.round((sample.perSecond * 60) / 1_000)).toBeLessThan(done);
    const failing = measureLoop({ clients: 1, warmUpMs: 0, measureMs: 50 }, () => Promise.reject(new Error('refused')));
    await expect(failing).rejects.toThrow('refused');
  });
});
