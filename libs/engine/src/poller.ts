/** Looks again and again, one look at a time, until it is stopped. */
export class Poller {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = true;

  /**
   * @param look answers whether there is more to do at once
   * @param pauseMs between two looks that found no more
   * @param onFault told of a look that failed; the next one comes all the same
   */
  constructor(
    private readonly look: () => Promise<boolean>,
    private readonly pauseMs: number,
    private readonly onFault: (error: unknown) => void,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.schedule(0);
  }

  /** Ends after the look that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delay: number): void {
    this.timer = setTimeout(() => {
      this.running = this.lookOnce();
    }, delay);
  }

  private async lookOnce(): Promise<void> {
    let more = false;
    try {
      more = await this.look();
    } catch (error) {
      this.onFault(error);
    }
    if (!this.stopped) this.schedule(more ? 0 : this.pauseMs);
  }
}
