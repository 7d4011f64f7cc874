import { percentileOf } from './measure.js';

/** When one state of the auction was first and last told, and to how many streams. */
interface Telling {
  first: number;
  last: number;
  readonly streams: Set<number>;
}

export interface WatchReport {
  /** States of the auction that every stream was told of. */
  readonly told: number;
  /** States that some streams were told of and others not. */
  readonly toldInPart: number;
  /** Between the first and the last stream that was told of the same state, milliseconds. */
  readonly spreadP50Ms: number;
  readonly spreadP99Ms: number;
  /** Streams that ended or lost sight of the case. */
  readonly lost: number;
}

const BEST = '"best":"';

/**
 * Reads what streams of one auction are told. A state is known by its best offer, which rises with each accepted offer
 * and is the same for everybody; all else in an event is his who watches.
 */
export class WatchLog {
  private readonly pending = new Map<number, string>();
  private readonly tellings = new Map<string, Telling>();
  private readonly shown = new Set<number>();
  private lost = 0;

  constructor(private readonly streams: number) {}

  /** How many streams have been shown the case. */
  get watching(): number {
    return this.shown.size;
  }

  /** Text that a stream has read, at an instant of the reader's own clock, milliseconds. */
  read(stream: number, text: string, at: number): void {
    const blocks = ((this.pending.get(stream) ?? '') + text).split('\n\n');
    this.pending.set(stream, blocks.pop() ?? '');
    for (const block of blocks) this.take(stream, block, at);
  }

  /** The stream has ended. */
  end(): void {
    this.lost += 1;
  }

  /** Begins a new account of what is told; what was told before is no longer part of it. */
  begin(): void {
    this.tellings.clear();
  }

  report(): WatchReport {
    const all = [...this.tellings.values()];
    const whole = all.filter(({ streams }) => streams.size === this.streams);
    const spreads = whole.map(({ first, last }) => last - first).sort((a, b) => a - b);
    return {
      told: whole.length,
      toldInPart: all.length - whole.length,
      spreadP50Ms: percentileOf(spreads, 0.5),
      spreadP99Ms: percentileOf(spreads, 0.99),
      lost: this.lost,
    };
  }

  private take(stream: number, block: string, at: number): void {
    if (block.includes('event: gone') || block.includes('event: end')) this.lost += 1;
    if (!block.includes('event: case')) return;
    this.shown.add(stream);
    const from = block.indexOf(BEST);
    if (from < 0) return;
    const best = block.slice(from + BEST.length, block.indexOf('"', from + BEST.length));
    const telling = this.tellings.get(best) ?? { first: at, last: at, streams: new Set() };
    this.tellings.set(best, telling);
    telling.last = at;
    telling.streams.add(stream);
  }
}
