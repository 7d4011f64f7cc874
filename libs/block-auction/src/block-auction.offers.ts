import { Percent, type CaseRow, type LawReader } from '#case-kit';
import { judgeFinalOffer, type FinalOfferResult } from '#rulebook';
import { getRound, MINUTE, roundTwoEnd } from './block-auction.clock.js';
import type { AuctionContext, Published, RoundTwo } from './block-auction.model.js';
import { frozenValueOf, schemeOf } from './block-auction.schemes.js';
import { saysPercent, spellPercent } from './block-auction.words.js';
import { nextOffer } from './schemes/scheme.js';
import type { FinalOfferForm } from './round.forms.js';

type Row = CaseRow<AuctionContext>;

/** What the notice published; only a published auction has offers to judge. */
export function getPublished({ published }: Pick<AuctionContext, 'published'>): Published {
  if (published === null) throw new TypeError('this auction has not been published');
  return published;
}

/** Whether the offer was repeated in figures and in words as it stands. */
export function isRepeated({ percent, repeated }: FinalOfferForm): boolean {
  if (repeated === undefined) return false;
  const offer = Percent.parse(percent);
  return Percent.parse(repeated.figures).equals(offer) && saysPercent(repeated.words, offer);
}

/** Four rules ask about the same offer in the same situation: what depends on nothing else is computed once. */
const judged = new WeakMap<
  FinalOfferForm,
  { readonly row: Row; readonly at: number; readonly result: FinalOfferResult }
>();

/**
 * The judgement of calculator 2 on an offer: the one implementation behind the public calculator and the rules of
 * the second round. `at` is the instant of receipt, epoch milliseconds. Mineral (Auction) Rules, 2015, r. 9(9).
 */
export function judgeOffer(row: Row, form: FinalOfferForm, at: number, law: LawReader): FinalOfferResult {
  const before = judged.get(form);
  if (before !== undefined && before.row === row && before.at === at) return before.result;
  const result = askCalculator(row, form, at, law);
  judged.set(form, { row, at, result });
  return result;
}

function askCalculator(row: Row, form: FinalOfferForm, at: number, law: LawReader): FinalOfferResult {
  const { context } = row;
  const round = getRound(context);
  const { step, extensionMinutes, jumpSteps } = getPublished(context);
  return judgeFinalOffer(
    {
      direction: schemeOf(context).direction,
      boundPercent: Percent.parse(round.floor),
      bestPercent: round.best === null ? null : Percent.parse(round.best),
      stepPercent: Percent.parse(step),
      offerPercent: Percent.parse(form.percent),
      // While a stay stands there is no end; its own rule refuses then, and this judges the offer by itself.
      closesAt: roundTwoEnd(row) ?? at,
      receivedAt: at,
      extensionMinutes,
      jumpSteps,
      confirmed: isRepeated(form),
    },
    law,
  ).result;
}

/**
 * The round after an accepted offer: the new best, and until when the offer keeps the round open. That this is the
 * close which calculator 2 answers, whatever holds and outages lie in between, is shown by test.
 */
export function takeOffer(context: AuctionContext, form: FinalOfferForm, at: number, alias: string | null): RoundTwo {
  const round = getRound(context);
  return {
    ...keepOpen(round, at, getPublished(context).extensionMinutes),
    best: Percent.parse(form.percent).format(),
    holder: alias,
    offers: round.offers + 1,
  };
}

/** The round kept open for the minutes of an extension from an instant on, unless it is kept open longer. */
export function keepOpen(round: RoundTwo, at: number, minutes: number): RoundTwo {
  const to = at + minutes * MINUTE;
  return round.extendedTo !== null && round.extendedTo >= to ? round : { ...round, extendedAt: at, extendedTo: to };
}

/** The smallest step that would count next, or null where the direction leaves none. */
export function nextOfferOf(context: AuctionContext): string | null {
  const round = getRound(context);
  return nextOffer(schemeOf(context), round.best ?? round.floor, getPublished(context).step);
}

/** What an offer means in money against the value of estimated resources that the notice froze, as a sentence. */
export function describeEffect(context: AuctionContext, offer: Percent): string {
  const round = getRound(context);
  const from = Percent.parse(round.best ?? round.floor);
  const more = offer.distanceTo(from);
  const value = frozenValueOf(context);
  const standing = round.best === null ? 'the floor' : 'the best offer';
  if (value === null) return `${offer.format()} % lies ${more.format()} points from ${standing} of ${from.format()} %`;
  return (
    `${offer.format()} % of a value of estimated resources of ${value.formatGrouped()} is ` +
    `${value.portion(offer).formatGrouped()}, ${value.portion(more).formatGrouped()} from ${standing}`
  );
}

/** How an offer is to be repeated so that it binds. */
export function describeRepetition(offer: Percent): { readonly figures: string; readonly words: string } {
  return { figures: offer.format(), words: spellPercent(offer) };
}
