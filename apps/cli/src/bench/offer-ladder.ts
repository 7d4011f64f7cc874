import { Percent } from '#case-kit';

/**
 * The offers of bidders who know of each other's as soon as they are sent: each is a step better than every one before
 * it. So nearly all are accepted, which costs the platform most; what overtakes another on the way is refused.
 */
export class OfferLadder {
  private rungs = 0n;
  private best: Percent;

  constructor(
    private readonly floor: Percent,
    private readonly step: Percent,
  ) {
    this.best = floor;
  }

  /** The next offer, percentage points with two decimals. */
  next(): string {
    this.rungs += 1n;
    return Percent.ofHundredths(this.floor.hundredths + this.rungs * this.step.hundredths).format();
  }

  /** This offer was accepted. */
  accept(offer: string): void {
    const percent = Percent.parse(offer);
    if (percent.compare(this.best) > 0) this.best = percent;
  }

  /** Offers have run so far ahead of the best that they do not bind unless they are repeated: go on from the best. */
  fallBack(): void {
    this.rungs = (this.best.hundredths - this.floor.hundredths) / this.step.hundredths;
  }
}

/** What became of offers. */
export class OfferCount {
  private accepted = 0;
  private refused = 0;
  private throttled = 0;

  /** @throws Error for a status that no offer of the bench may be answered with. */
  count(status: number, body: string): void {
    if (status === 200) this.accepted += 1;
    else if (status === 422) this.refused += 1;
    else if (status === 429) this.throttled += 1;
    else throw new Error(`an offer was answered ${status}: ${body}`);
  }

  /** Shares of all that were answered: accepted, refused for a reason, and turned away after too many refusals. */
  shares(): { readonly accepted: number; readonly refused: number; readonly throttled: number } {
    const all = Math.max(1, this.accepted + this.refused + this.throttled);
    return { accepted: this.accepted / all, refused: this.refused / all, throttled: this.throttled / all };
  }
}
