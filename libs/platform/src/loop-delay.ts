import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const WINDOW_MS = 1000;
const WINDOWS_KEPT = 10;
const NANOSECONDS = 1e6;

/** Delays in milliseconds beyond the expected turn of the event loop. */
export interface LoopDelay {
  p99Ms: number;
  maxMs: number;
}

/** How long the event loop was held up during the last ten seconds. */
export class LoopDelayMonitor {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private windows: LoopDelay[] = [];
  private timer: NodeJS.Timeout | undefined;

  start(): void {
    this.histogram.enable();
    this.timer = setInterval(() => this.closeWindow(), WINDOW_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.histogram.disable();
  }

  /** The worst second's 99th percentile and the longest single delay. */
  read(): LoopDelay {
    const all = [...this.windows, this.readWindow()];
    return {
      p99Ms: Math.max(...all.map((window) => window.p99Ms)),
      maxMs: Math.max(...all.map((window) => window.maxMs)),
    };
  }

  private closeWindow(): void {
    this.windows.push(this.readWindow());
    if (this.windows.length > WINDOWS_KEPT) this.windows.shift();
    this.histogram.reset();
  }

  private readWindow(): LoopDelay {
    // An empty histogram has no percentiles and a largest value of zero.
    if (this.histogram.count === 0) return { p99Ms: 0, maxMs: 0 };
    return { p99Ms: toDelay(this.histogram.percentile(99)), maxMs: toDelay(this.histogram.max) };
  }
}

/** The monitor measures from one turn to the next, and a turn is meant to take its resolution. */
function toDelay(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS);
}
