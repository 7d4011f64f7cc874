import type { LawSnapshot } from '#case-kit';
import type { LawProvider } from '#engine';
import { Problem, type Logger } from '#platform';
import { buildSeedLaw, RuleBookNotFound, type RuleBook } from '#rulebook';

/** How often each process looks whether another law was published. */
const REFRESH_MS = 1_000;

/** The law of this process: the rule book as last published, looked at again every second. */
export class LawSource implements LawProvider {
  private timer: NodeJS.Timeout | undefined;
  private published = false;
  private failing = false;
  private seed: LawSnapshot | undefined;

  constructor(
    private readonly ruleBook: RuleBook,
    private readonly log: Logger,
  ) {}

  /** Reads the law in force and begins to follow it. */
  async start(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      this.refresh().catch((error: unknown) => {
        if (!this.failing) this.log.warn({ err: error }, 'the rule book could not be looked at');
        this.failing = true;
      });
    }, REFRESH_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  get isPublished(): boolean {
    return this.published;
  }

  /** @throws Problem unavailable before the first publication: nothing may be decided on numbers nobody published. */
  current(): LawSnapshot {
    if (this.published) return this.ruleBook.current();
    throw new Problem('unavailable', { detail: 'No rule book has been published on this platform yet' });
  }

  /** What the public calculators compute with: before the first publication the seed, which nobody has signed. */
  forCalculators(): LawSnapshot {
    if (this.published) return this.ruleBook.current();
    this.seed ??= buildSeedLaw();
    return this.seed;
  }

  find(hash: string): LawSnapshot | undefined {
    return this.ruleBook.find(hash);
  }

  async load(hash: string): Promise<LawSnapshot> {
    return await this.ruleBook.load(hash);
  }

  private async refresh(): Promise<void> {
    try {
      await this.ruleBook.refresh();
      this.published = true;
    } catch (error) {
      if (!(error instanceof RuleBookNotFound)) throw error;
    }
    this.failing = false;
  }
}
