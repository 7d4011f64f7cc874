import { Percent } from '#case-kit';
import type { PublishedAuction, PublishedBidder } from './published.js';

/** A bidder of a replay, with what of it was published and what not. */
export interface PlannedBidder {
  readonly name: string;
  /** Initial price offer, percentage with two decimals. */
  readonly percent: string;
  /** What was not published: nothing, the offer, or that there was such a bidder at all. */
  readonly filledIn: 'nothing' | 'offer' | 'bidder';
  /** Whether its technical bid passes. */
  readonly passes: boolean;
}

export interface Field {
  readonly bidders: readonly PlannedBidder[];
  readonly reserve: string;
  readonly floor: string;
  /** What was not published, in words. */
  readonly filledIn: readonly string[];
  /** Where what was published does not fit the rule of qualification. */
  readonly questions: readonly string[];
}

export interface InitialOffer {
  readonly bidder: string;
  readonly percent: string;
}

/** Who goes on to the second round by the law of the replay, for these offers of technically qualified bidders. */
export type Qualify = (offers: readonly InitialOffer[]) => Promise<readonly string[]>;

/** A field of which nobody published the number is searched up to so many bidders. */
const MOST_BIDDERS = 60;
/** Hundredths of a percentage point: the usual step, and how far filled-in offers lie apart at most. */
const STEP = 5n;
const WIDEST_GAP = 50n;
/** A floor that was not published lies ten points below the offers that were, or half way down to nothing. */
const FLOOR_DISTANCE = 1000n;
const RESERVE_AT_MOST = 500n;

const toText = (hundredths: bigint): string => Percent.ofHundredths(hundredths).format();
const toHundredths = (text: string): bigint => Percent.parse(text).hundredths;
const least = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => (a < b ? a : b));
const onStep = (hundredths: bigint): bigint => hundredths - (hundredths % STEP);

/**
 * Who bids what in the replay of an auction: everything published as it was published, and of the rest as little as
 * makes exactly the published bidders qualify by the law. Bidders who are not known come last.
 */
export async function planField(auction: PublishedAuction, qualifyAbove: (reserve: string) => Qualify): Promise<Field> {
  const { finalPercent, bidders: published } = auction;
  if (finalPercent === null) throw new Error(`${auction.id} has no final price offer`);
  const filledIn: string[] = [];
  const floor = auction.floorPercent ?? fillInFloor([finalPercent, ...auction.quotes]);
  if (auction.floorPercent === null) filledIn.push(`the highest initial offer, ${floor}`);
  const reserve = auction.reservePercent ?? fillInReserve(published, floor);
  if (auction.reservePercent === null) filledIn.push(`the reserve price, ${reserve}`);

  const gap = chooseGap(lowestOf(published, floor), reserve, Math.max(published.length, auction.bidsReceived ?? 0, 30));
  const named = fillInOffers(auction, floor, gap);
  const withoutOffer = named.filter((bidder) => bidder.filledIn === 'offer').length;
  if (withoutOffer > 0) filledIn.push(`the initial offers of ${withoutOffer} of the ${named.length} bidders named`);

  const found = await findField(auction, named, gap, qualifyAbove(reserve));
  const failing = Math.max(0, (auction.bidsReceived ?? 0) - found.bidders.length);
  const bidders = [...found.bidders, ...addUnknown(found.bidders, failing, gap, false)];
  const unknown = bidders.length - named.length;
  if (unknown > 0) filledIn.push(`${unknown} more bidders and their offers, below those of the bidders named`);
  if (failing > 0) filledIn.push(`that the technical bids of ${failing} of them fail`);
  return { bidders, reserve, floor, filledIn: [...filledIn, ...found.filledIn], questions: found.questions };
}

interface Found {
  readonly bidders: readonly PlannedBidder[];
  readonly filledIn: readonly string[];
  readonly questions: readonly string[];
}

async function findField(
  auction: PublishedAuction,
  named: readonly PlannedBidder[],
  gap: bigint,
  qualify: Qualify,
): Promise<Found> {
  const qualified = auction.bidders.filter((bidder) => bidder.qualified === true).map(({ name }) => name);
  const fits = (names: readonly string[]): boolean =>
    qualified.length === 0
      ? names.includes(auction.preferredBidder ?? '')
      : names.length === qualified.length && qualified.every((name) => names.includes(name));
  const numbers = listNumbers(auction, named.length);
  const tied = tieLast(named, qualified);
  for (const field of tied === null ? [named] : [named, tied]) {
    for (const number of numbers) {
      const bidders = [...field, ...addUnknown(field, number - field.length, gap, true)];
      if (!fits(await qualify(bidders.map(({ name, percent }) => ({ bidder: name, percent }))))) continue;
      const tie = field === tied ? ['a tie at the last qualifying offer, without which fewer would qualify'] : [];
      return { bidders, filledIn: tie, questions: [] };
    }
  }
  const bidders = [...named, ...addUnknown(named, (numbers[0] ?? named.length) - named.length, gap, true)];
  const byRule = await qualify(bidders.map(({ name, percent }) => ({ bidder: name, percent })));
  const question =
    `${qualified.length} qualified in print, ${byRule.length} by the rule of qualification ` +
    `from ${bidders.length} technically qualified`;
  return { bidders, filledIn: [], questions: [question] };
}

/** How many may have been technically qualified, what was published first. */
function listNumbers(auction: PublishedAuction, named: number): readonly number[] {
  if (auction.technicallyQualified !== null) return [Math.max(auction.technicallyQualified, named)];
  const { bidsReceived } = auction;
  if (bidsReceived === null) return Array.from({ length: MOST_BIDDERS - named }, (_, index) => named + index);
  const most = Math.max(bidsReceived, named);
  return Array.from({ length: most - named + 1 }, (_, index) => most - index);
}

/** The same bidders, the last two that qualified with one offer; null where their offers were published. */
function tieLast(named: readonly PlannedBidder[], qualified: readonly string[]): readonly PlannedBidder[] | null {
  const ranked = named
    .filter(({ name, filledIn }) => qualified.includes(name) && filledIn === 'offer')
    .sort((a, b) => Percent.parse(b.percent).compare(Percent.parse(a.percent)));
  const [before, last] = ranked.slice(-2);
  if (before === undefined || last === undefined) return null;
  return named.map((bidder) => (bidder === last ? { ...bidder, percent: before.percent } : bidder));
}

function addUnknown(
  known: readonly PlannedBidder[],
  count: number,
  gap: bigint,
  passes: boolean,
): readonly PlannedBidder[] {
  const lowest = least(known.map(({ percent }) => toHundredths(percent)));
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    name: `Filled-in bidder ${known.length + index + 1}`,
    percent: toText(lowest - gap * BigInt(index + 1)),
    filledIn: 'bidder' as const,
    passes,
  }));
}

/** Offers that were not published, from the floor downward: the preferred bidder's the second of them. */
function fillInOffers({ bidders, preferredBidder }: PublishedAuction, floor: string, gap: bigint) {
  const rank = ({ name, qualified }: PublishedBidder, index: number): number => {
    if (qualified === false) return bidders.length + index;
    return name === preferredBidder ? 0.5 : index;
  };
  const unknown = bidders
    .map((bidder, index) => ({ bidder, place: rank(bidder, index) }))
    .filter(({ bidder }) => bidder.percent === null)
    .sort((a, b) => a.place - b.place)
    .map(({ bidder }) => bidder);
  // The floor is somebody's offer: of the first one whose own is not known, unless it is of one whose is.
  const isTaken = bidders.some(({ percent }) => percent === floor);
  const offers = new Map(
    unknown.map(({ name }, index) => [name, toText(toHundredths(floor) - gap * BigInt(index + (isTaken ? 1 : 0)))]),
  );
  return bidders.map(({ name, percent }): PlannedBidder => {
    const offer = percent ?? offers.get(name) ?? floor;
    return { name, percent: offer, filledIn: percent === null ? 'offer' : 'nothing', passes: true };
  });
}

function fillInFloor(offers: readonly string[]): string {
  const lowest = least(offers.map(toHundredths));
  return toText(lowest - onStep(lowest > 2n * FLOOR_DISTANCE ? FLOOR_DISTANCE : lowest / 2n));
}

function lowestOf(bidders: readonly PublishedBidder[], floor: string): bigint {
  const known = bidders.flatMap(({ percent }) => (percent === null ? [] : [toHundredths(percent)]));
  return least([toHundredths(floor), ...known]);
}

function fillInReserve(bidders: readonly PublishedBidder[], floor: string): string {
  const lowest = lowestOf(bidders, floor);
  return toText(lowest > 4n * RESERVE_AT_MOST ? RESERVE_AT_MOST : least([lowest, STEP]));
}

/** So wide that everybody fits in between the lowest known offer and the reserve price. */
function chooseGap(lowest: bigint, reserve: string, places: number): bigint {
  const room = onStep((lowest - toHundredths(reserve)) / BigInt(places + 1));
  if (room > WIDEST_GAP) return WIDEST_GAP;
  return room >= STEP ? room : 1n;
}
