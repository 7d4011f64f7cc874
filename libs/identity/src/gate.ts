/** Thrown when too many wait already; nothing of the work was begun. */
export class GateFull extends Error {
  override readonly name = 'GateFull';

  constructor() {
    super('too many are waiting');
  }
}

/** Lets only so many run at a time, the others in the order in which they came, and refuses when too many wait. */
export class Gate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly limit: number,
    private readonly queueLimit: number,
  ) {}

  /** @throws GateFull at once when the queue is full. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.limit) {
      if (this.waiting.length >= this.queueLimit) throw new GateFull();
      // Whoever leaves hands the place over, so that nobody slips in between.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
