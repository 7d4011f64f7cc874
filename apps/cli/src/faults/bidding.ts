import { setTimeout as sleep } from 'node:timers/promises';
import { Percent } from '#case-kit';
import { drawKey } from '#testing';
import { OfferLadder } from '../bench/offer-ladder.js';
import { ApiRefused } from '../drive/api-client.js';
import type { DrivenBidder } from '../drive/bidders.js';
import type { People } from '../drive/people.js';
import type { RehearsalAuction } from '../drive/rehearsal-auction.js';
import type { Stage } from './stage.js';

/** Offers that one bidder has on their way at a time: so many wait in each api that batches follow one another. */
const ABREAST = 4;
/** Beyond these the bidders take their time: a run is to be checked in seconds. */
const MANY = 160;
const SLOW_MS = 1_200;
const FAR = 'far-offer-is-repeated';

/** The second round of a run: bidders at both apis who give one offer after another until they are told to stop. */
export class Bidding {
  /** What no offer may be answered with, in words. */
  readonly oddities: string[] = [];
  private readonly ladder: OfferLadder;
  private readonly loops: Promise<void>[] = [];
  private isOver = false;
  private given = 0;

  constructor(
    private readonly stage: Stage,
    private readonly auction: RehearsalAuction,
    { floor, step }: { readonly floor: string; readonly step: string },
  ) {
    this.ladder = new OfferLadder(Percent.parse(floor), Percent.parse(step));
  }

  begin(): void {
    for (const [index, bidder] of this.stage.bidders.entries()) {
      const people = this.stage.people[index % 2 === 0 ? 0 : 1];
      for (let lane = 0; lane < ABREAST; lane += 1) this.loops.push(this.bid(people, bidder));
    }
  }

  /** Answers when every offer that was given has its answer. */
  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.loops);
  }

  private async bid(people: People, bidder: DrivenBidder): Promise<void> {
    while (!this.isOver) {
      if (this.given >= MANY) await sleep(SLOW_MS);
      this.given += 1;
      const percent = this.ladder.next();
      const required = await this.give(people, bidder, { percent });
      if (required !== undefined) await this.give(people, bidder, { percent, repeated: required });
    }
  }

  /** Answers how the offer is to be repeated, when that is why it was refused. */
  private async give(people: People, { login }: DrivenBidder, body: object): Promise<unknown> {
    try {
      await people.as(login).send({
        method: 'POST',
        path: `${this.auction.path}/final-offer`,
        body,
        headers: { 'Idempotency-Key': drawKey(), Prefer: 'return=minimal' },
      });
    } catch (error) {
      if (error instanceof ApiRefused && error.status === 422) return error.findRefusal(FAR)?.required;
      this.oddities.push(`an offer of ${login}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return undefined;
  }
}
