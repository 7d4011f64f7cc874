import { Percent } from '#case-kit';
import { shift } from '../drive/auction-dates.js';

export interface PlannedOffer {
  readonly bidder: string;
  readonly percent: string;
  readonly at: string;
  /** What of it was not published besides its time: nothing, who made it, or that it was made at all. */
  readonly filledIn: 'nothing' | 'bidder' | 'offer';
}

export interface RoundKnown {
  readonly floor: string;
  readonly final: string;
  readonly winner: string;
  /** Offers that were published without their bidders. */
  readonly quotes: readonly string[];
  /** Who offers what nobody published. */
  readonly rival: string;
}

/** The measures of the round by the law of the replay. */
export interface RoundLaw {
  /** Percentage points. */
  readonly step: string;
  /** An offer further beyond the best must be repeated in words. */
  readonly jumpSteps: number;
  readonly minutes: number;
  readonly extensionMinutes: number;
  readonly startsAt: string;
}

/** More than these are not filled in: a bidder then jumps, and repeats its offer in words. */
const MOST_RUNGS = 6;
/** The last offer comes this late in the round, so that it extends it. */
const LAST_SECONDS = 180;

/**
 * The offers of a second round: those that were published, and between them as few as nobody has to repeat in words.
 * The preferred bidder makes the last one.
 */
export function planOffers(known: RoundKnown, law: RoundLaw): readonly PlannedOffer[] {
  const { floor, final, quotes, winner, rival } = known;
  const published = [...new Set([...quotes, final])].map((text) => Percent.parse(text)).sort((a, b) => a.compare(b));
  const climbed = published.flatMap((to, index) => climb(published[index - 1] ?? Percent.parse(floor), to, law));
  return climbed.map((percent, index) => {
    const text = percent.format();
    const isLast = index === climbed.length - 1;
    return {
      // By turns, so that nobody outbids himself.
      bidder: (climbed.length - 1 - index) % 2 === 0 ? winner : rival,
      percent: text,
      at: timeOf(index, climbed.length, law),
      filledIn: isLast ? 'nothing' : quotes.includes(text) ? 'bidder' : 'offer',
    };
  });
}

/** The step of a round in which all these offers were possible: that of the law, or a hundredth of a point. */
export function findStep(floor: string, offers: readonly string[], lawStep: string): string {
  const [from, step] = [Percent.parse(floor), Percent.parse(lawStep)];
  const fits = offers.every(
    (offer) => Percent.parse(offer).distanceTo(from).divideInSteps(step).rest.hundredths === 0n,
  );
  return fits ? step.format() : '0.01';
}

/** Rungs from one offer to the next, the latter included. */
function climb(from: Percent, to: Percent, { step, jumpSteps }: RoundLaw): readonly Percent[] {
  const stride = Percent.parse(step).hundredths * BigInt(jumpSteps);
  const height = to.minus(from).hundredths;
  const rungs = (height - 1n) / stride;
  if (rungs > BigInt(MOST_RUNGS)) return [to];
  return [
    ...Array.from({ length: Number(rungs) }, (_, index) =>
      Percent.ofHundredths(from.hundredths + stride * BigInt(index + 1)),
    ),
    to,
  ];
}

function timeOf(index: number, count: number, { startsAt, minutes, extensionMinutes }: RoundLaw): string {
  const length = minutes * 60;
  if (index === count - 1) return shift(startsAt, length - Math.min(LAST_SECONDS, extensionMinutes * 60 - 1));
  const quiet = Math.max(count, length - extensionMinutes * 60);
  return shift(startsAt, Math.floor((quiet / count) * (index + 1)));
}
