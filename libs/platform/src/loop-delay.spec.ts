import { setTimeout as sleep } from 'node:timers/promises';
import { LoopDelayMonitor } from './loop-delay.js';

describe('the loop delay monitor', () => {
  let monitor: LoopDelayMonitor;

  beforeEach(() => {
    monitor = new LoopDelayMonitor();
    monitor.start();
  });
  afterEach(() => monitor.stop());

  it('sees a function that holds up the event loop, and remembers it into the next seconds', async () => {
    await sleep(50);
    const until = performance.now() + 300;
    while (performance.now() < until);
    await sleep(50);
    expect(monitor.read().maxMs).toBeGreaterThan(200);
    await sleep(1200);
    expect(monitor.read().maxMs).toBeGreaterThan(200);
  });

  it('reports nothing before the first turn', () => {
    expect(monitor.read()).toEqual({ p99Ms: 0, maxMs: 0 });
  });
});
