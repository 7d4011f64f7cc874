import { formatInstant } from '#case-kit';
import type { Draw } from './draw.js';
import { OFFICER, OPERATOR, writePercent } from './first-round.js';
import { makeActor, type Given, type PlayedCase } from './played-case.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ENDS = ['preferredBidderDeclared', 'annulled', 'annulmentConcluded'];
const ORDER = { orderReference: 'W.P.(C) 1234/2026, order of 2027-02-10', document: 'file 12/2027' };

/** What the driver of a round reads of the case: the rest is between case and protocol. */
interface Seen {
  readonly scheme: string;
  readonly round: {
    readonly floor: string;
    readonly best: string | null;
    readonly startedAt: number | null;
    readonly pauses: readonly { readonly until: number | null }[];
  };
  readonly step: string;
  readonly jumpSteps: number;
}

const hundredthsOf = (percent: string): number => Number(percent.replace('.', ''));
const standingHoldOf = (game: PlayedCase): string | undefined =>
  game.row.holds.find(({ releasedAt }) => releasedAt === null)?.id;

/** One second round: offers good and bad, outages, stays, and what courts and authorities do besides. */
export class SecondRound {
  private at: number;

  constructor(
    private readonly draw: Draw,
    private readonly game: PlayedCase,
    private readonly bidders: readonly string[],
  ) {
    this.at = (game.record.at(-1)?.at ?? 0) + DAY;
  }

  /** Plays to an end, and sometimes beyond it. */
  play(): void {
    const { draw, game } = this;
    if (game.state === 'decideProceed' && !this.decide()) return;
    this.schedule();
    if (draw.chance(4)) this.stay();
    if (draw.chance(2)) this.annul('ADMINISTRATIVE');
    this.reachStart();
    this.offerAndDisturb(draw.chance(10) ? 0 : draw.between(1, 14));
    this.finish();
    this.goOn();
  }

  private seen(): Seen {
    const context = this.game.row.context as {
      terms: { scheme: string };
      published: { step: string; jumpSteps: number };
      round: Seen['round'];
    };
    return { scheme: context.terms.scheme, round: context.round, ...context.published };
  }

  private decide(): boolean {
    if (this.draw.chance(20)) return this.annul('AUTHORITY_DECIDED');
    const reason = 'One responsive bid in a second attempt suffices.';
    this.game.mustGive('DECIDE_TO_PROCEED', OFFICER, { reason }, this.at);
    this.at += HOUR;
    return true;
  }

  private schedule(): void {
    const { draw, game } = this;
    for (let times = draw.chance(8) ? 2 : 1; times > 0; times -= 1) {
      const startsAt = formatInstant(this.at + DAY + draw.below(2 * DAY));
      game.mustGive('SCHEDULE_ROUND_TWO', OFFICER, { startsAt }, this.at);
      this.at += draw.below(HOUR);
    }
    if (draw.chance(3)) {
      game.give('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: formatInstant(this.at + HOUR) }, this.at);
    }
  }

  private reachStart(): void {
    const { game } = this;
    if (game.state !== 'roundTwoScheduled') return;
    this.release();
    this.fallDue();
    if (this.draw.chance(3)) this.offerAt(this.at);
  }

  /** The clock is moved to what is due next, which happens; what it was may be asked for again at that very instant. */
  private fallDue(): void {
    const due = this.game.nextDue();
    if (due === undefined) throw new Error(`nothing is due in ${this.game.state}`);
    this.at = Math.max(this.at, due.at);
    this.game.applyDue(due.at + 1);
  }

  private offerAndDisturb(count: number): void {
    const { draw, game } = this;
    for (let index = 0; index < count && !ENDS.includes(game.state); index += 1) {
      this.pass();
      game.applyDue(this.at);
      const kind = draw.below(100);
      if (kind < 4 && game.state === 'roundTwoLive') this.pause();
      else if (kind < 6) this.stay();
      else if (kind < 7) game.noteThrottled('FINAL_OFFER', this.drawBidder(), this.at);
      else if (kind < 8) this.reportMistake();
      else if (kind === 8 && draw.chance(40)) this.annul('IRREGULARITY');
      else this.offer();
    }
  }

  /** Time goes by: a moment, minutes, to the last minutes of the round, to its very close or just beyond it. */
  private pass(): void {
    const { draw, game } = this;
    const closes = game.state === 'roundTwoLive' ? game.nextDue()?.at : undefined;
    const kind = draw.below(100);
    if (closes !== undefined && closes > this.at && kind < 30) {
      const before = kind < 20 ? draw.below(10 * MINUTE) : kind < 26 ? 0 : -draw.between(1, 2_000);
      this.at = Math.max(this.at, closes - before);
    } else if (kind < 45) this.at += draw.below(900);
    else this.at += draw.below(draw.pick([1_000, 30_000, 5 * MINUTE, 20 * MINUTE]));
  }

  private drawBidder(): ReturnType<typeof makeActor> {
    const { draw, game, bidders } = this;
    const roster = game.facts['roster'] as readonly { readonly organisationId: string }[];
    const isOther = draw.chance(10) || roster.length === 0;
    return makeActor('bidder', isOther ? draw.pick([...bidders, 'stranger']) : draw.pick(roster).organisationId);
  }

  /** Most offers come in the order of their receipt; one now and then was received before the one that it follows. */
  private offer(): void {
    this.offerAt(this.draw.chance(3) ? this.at - this.draw.below(400) : this.at);
  }

  private offerAt(at: number): void {
    const { draw, game } = this;
    const { round, step, jumpSteps, scheme } = this.seen();
    const sign = scheme === 'exploration-licence' ? -1 : 1;
    const from = hundredthsOf(round.best ?? round.floor);
    const grid = hundredthsOf(step);
    const kind = draw.below(100);
    const steps =
      kind < 62 ? draw.between(1, 6) : kind < 72 ? 0 : kind < 80 ? -draw.between(1, 3) : jumpSteps + draw.below(30);
    const offGrid = draw.chance(6) ? draw.between(1, Math.max(1, grid - 1)) : 0;
    const percent = writePercent(Math.max(0, from + sign * (steps * grid + offGrid)));
    const actor = this.drawBidder();
    const named = draw.chance(90)
      ? {}
      : { alias: draw.pick(['Bidder A', 'Bidder B', 'Bidder C', this.aliasOf(actor)]) };
    const given = game.give('FINAL_OFFER', actor, { percent, ...named }, at);
    if (given.kind === 'refused') this.repeat(given, actor, percent, at);
  }

  private aliasOf({ organisationId }: { readonly organisationId: string }): string {
    return this.game.parties.find((party) => party.organisationId === organisationId)?.alias ?? 'Bidder D';
  }

  /** The shield names figures and words; most repeat them, some misspell, and it is later by then. */
  private repeat(
    given: Given & { kind: 'refused' },
    actor: ReturnType<typeof makeActor>,
    percent: string,
    at: number,
  ): void {
    const { draw, game } = this;
    const shield = given.refusals.find(({ rule }) => rule === 'far-offer-is-repeated');
    if (shield === undefined || draw.chance(25)) return;
    const { figures, words } = shield.required as { readonly figures: string; readonly words: string };
    const said = draw.chance(80) ? words.toUpperCase().replaceAll('-', ' ') : `${words} zero`;
    const repeated = { figures: draw.chance(90) ? figures : '1.00', words: said };
    this.at = Math.max(this.at, at) + draw.below(draw.pick([1_000, 5 * MINUTE]));
    game.give('FINAL_OFFER', actor, { percent, repeated }, this.at);
  }

  private reportMistake(): void {
    this.game.facts['namedOffer'] = null;
    const form = { percent: '1.00', explanation: 'It was typed by mistake.' };
    this.game.give('REPORT_MISTAKE', this.drawBidder(), form, this.at);
  }

  private pause(): void {
    const { draw, game } = this;
    const { startedAt, pauses } = this.seen().round;
    const earliest = Math.max(startedAt ?? this.at, ...pauses.map(({ until }) => until ?? 0));
    const began = this.at - draw.below(Math.min(15 * MINUTE, Math.max(1, this.at - earliest + 1)));
    const form = { outageBeganAt: formatInstant(began), reason: 'The network of the platform failed.' };
    if (game.give('PAUSE_ROUND_TWO', OPERATOR, form, this.at).kind === 'refused') return;
    this.at += draw.below(HOUR);
    if (draw.chance(50)) this.offer();
    if (draw.chance(15)) this.stay();
    if (draw.chance(85)) this.resume();
  }

  private resume(): void {
    this.announce();
    if (this.draw.chance(15)) this.announce();
    if (this.draw.chance(10)) this.stay();
    this.release();
    // A stay may have met the announcement, so that nothing was announced.
    if (this.game.state === 'roundTwoPaused' && this.game.nextDue() === undefined) this.announce();
    if (this.game.state === 'roundTwoPaused') this.fallDue();
  }

  private announce(): void {
    const resumesAt = formatInstant(this.at + 30 * MINUTE + this.draw.below(HOUR));
    this.game.give('ANNOUNCE_RESUMPTION', OPERATOR, { resumesAt }, this.at);
    this.at += this.draw.below(10 * MINUTE);
  }

  /** A court stays the case, with or without a fixed end; somebody tries all the same; mostly it is vacated. */
  private stay(): void {
    const { draw, game } = this;
    const kind = draw.pick(['court-stay', 'central-direction']);
    const until = draw.chance(30) ? { until: formatInstant(this.at + 1 + draw.below(DAY)) } : {};
    game.give('engine.place-hold', OFFICER, { kind, orderReference: ORDER.orderReference, ...until }, this.at);
    this.at += draw.below(draw.pick([MINUTE, HOUR, 30 * HOUR]));
    if (draw.chance(40) && this.seen().round !== null) this.offer();
    if (draw.chance(20)) game.give('engine.place-hold', OFFICER, { kind, ...ORDER }, this.at);
    this.at += draw.below(HOUR);
    if (draw.chance(80)) this.release();
  }

  private release(): void {
    this.game.applyDue(this.at);
    for (let hold = standingHoldOf(this.game); hold !== undefined; hold = standingHoldOf(this.game)) {
      const form = { holdId: hold, orderReference: ORDER.orderReference };
      this.game.mustGive('engine.release-hold', OFFICER, form, this.at);
      this.at += this.draw.below(MINUTE);
      this.game.applyDue(this.at);
    }
  }

  /** Answers false, for there is nothing to go on with; a stay stands in its way too. */
  private annul(ground: string): false {
    const form = { ground, provision: ORDER.orderReference, reason: 'The reasons are on the file of the case.' };
    this.game.give('ANNUL', OFFICER, form, this.at);
    return false;
  }

  private finish(): void {
    const { game } = this;
    for (let turn = 0; !ENDS.includes(game.state); turn += 1) {
      if (turn > 50) throw new Error(`the round does not end: ${game.state}`);
      this.release();
      if (ENDS.includes(game.state)) return;
      if (game.state === 'roundTwoPaused' && game.nextDue() === undefined) this.announce();
      this.fallDue();
      if (this.draw.chance(6)) this.offerAt(this.at - this.draw.below(MINUTE));
    }
  }

  /** What comes after an end: late offers, an annulment of what was declared, an order that sets an end aside. */
  private goOn(): void {
    const { draw, game } = this;
    this.at += draw.below(MINUTE);
    if (draw.chance(15)) this.offer();
    if (draw.chance(3) && game.state === 'preferredBidderDeclared') this.annul('PREFERRED_BIDDER_DEFAULT');
    if (!draw.chance(3)) return;
    this.at += draw.below(DAY);
    const context = { annulment: null, round: { ...this.seen().round, ...this.reopened() } };
    const isLive = draw.chance(60) && context.round.startedAt !== null;
    const form = { ...ORDER, ...(isLive ? { context, targetState: 'roundTwoLive' } : { targetState: 'annulled' }) };
    game.mustGive('engine.set-aside', OFFICER, form, this.at);
    if (!isLive) return;
    this.offerAndDisturb(draw.below(4));
    this.finish();
  }

  /** A round that an order opens again runs from the order, with nothing of the time before it. */
  private reopened(): Readonly<Record<string, unknown>> {
    const closesAt = this.at + HOUR;
    return { startedAt: this.at, closesAt, extendedAt: null, extendedTo: null, pauses: [] };
  }
}
