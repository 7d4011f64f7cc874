import type { Performance } from './perform.js';

/** What a replay came to, as the platform shows it. */
export interface Outcome {
  readonly status: string;
  readonly bidsReceived: number | null;
  readonly technicallyQualified: number | null;
  readonly qualified: number | null;
  readonly round: { readonly floor: string } | null;
  readonly preferredBidder: { readonly name: string | null; readonly percent: string } | null;
  readonly openedOffers: readonly OpenedOffer[];
}

export interface OpenedOffer {
  readonly name: string | null;
  /** Null where the offer stayed sealed. */
  readonly percent: string | null;
  readonly rank: number | null;
  readonly qualified: boolean;
}

export interface Difference {
  readonly datum: string;
  readonly published: string;
  readonly replayed: string;
}

export interface Comparison {
  /** The preferred bidder and the final offer are the published ones, and so is every figure that is no question. */
  readonly equal: boolean;
  readonly differences: readonly Difference[];
  /** Figures in print that the rule does not yield, whoever counts. */
  readonly questions: readonly string[];
  /** Ranks as printed, counted 1, 2, 2, 4, beside the dense ones of the Rules. */
  readonly ranks: readonly string[];
}

/** Compares what a replay came to with what was published, figure by figure; what was not published is not compared. */
export function compare({ auction, field }: Pick<Performance, 'auction' | 'field'>, outcome: Outcome): Comparison {
  const asked = field.questions.length > 0;
  const figures: readonly (readonly [string, string | number | null, string | number | null])[] = [
    ['preferred bidder', auction.preferredBidder, outcome.preferredBidder?.name ?? null],
    ['final price offer', auction.finalPercent, outcome.preferredBidder?.percent ?? null],
    ['floor', auction.floorPercent, outcome.round?.floor ?? null],
    ['bids received', auction.bidsReceived, outcome.bidsReceived],
    ['technically qualified', auction.technicallyQualified, outcome.technicallyQualified],
    ['qualified', asked ? null : auction.qualified, outcome.qualified],
  ];
  const differences = figures
    .filter(([, published, replayed]) => published !== null && published !== replayed)
    .map(([datum, published, replayed]) => ({
      datum,
      published: String(published),
      replayed: replayed === null ? 'none' : String(replayed),
    }));
  return {
    equal: differences.length === 0,
    differences,
    questions: field.questions,
    ranks: auction.bidders.flatMap(({ name, printedRank }) => {
      const rank = outcome.openedOffers.find((offer) => offer.name === name)?.rank ?? null;
      return printedRank === null || rank === null || rank === printedRank
        ? []
        : [`${name} is ${printedRank} in print, which counts, and ${rank} by the Rules, which rank densely`];
    }),
  };
}
