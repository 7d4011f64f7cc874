import type { Countable } from './attempt-figures.js';
import type { Concession, Source } from './block.model.js';
import type { Stage, Status } from './statuses.js';

export interface AttemptMineral {
  /** As in the register of minerals; null where a source names no single one. */
  readonly code: string | null;
  readonly asPublished: string;
}

/** One attempt to auction a block, published elsewhere or run here. Null is not known. */
export interface Attempt extends Countable {
  readonly origin: 'PUBLISHED' | 'PLATFORM';
  readonly rehearsal: boolean;
  readonly blockId: string | null;
  readonly tranche: string | null;
  readonly attemptKind: 'FIRST' | 'SECOND' | 'DE_NOVO' | null;
  readonly previousAttemptId: string | null;
  readonly blockName: string;
  /** ISO 3166-2:IN without its country part. */
  readonly state: string | null;
  readonly minerals: readonly AttemptMineral[];
  readonly concession: Concession | null;
  readonly concessionAsPublished: string | null;
  readonly stage: Stage;
  readonly preferredBidder: string | null;
  readonly offerBasis: 'VALUE_OF_MINERAL_DESPATCHED' | 'SHARE_OF_PREMIUM' | 'REVENUE_SHARE';
  readonly reservePricePercent: string | null;
  /** For exploration licences, where the lowest offer wins. */
  readonly ceilingPercent: string | null;
  readonly floorPricePercent: string | null;
  readonly finalPriceOfferPercent: string | null;
  readonly technicallyQualified: number | null;
  readonly qualified: number | null;
  /** Ground of an annulment of this platform. */
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly provision: string | null;
  readonly tenderSaleEndOn: string | null;
  readonly bidDueOn: string | null;
  /** Of the notice; where that is not known, of the decision. */
  readonly year: number | null;
  readonly notes: string | null;
  readonly sources: readonly Source[];
}

export interface AttemptFilter {
  /** Rehearsals only, or none: they are never in one list with what was real. */
  readonly rehearsal: boolean;
  readonly regime?: string | undefined;
  readonly state?: string | undefined;
  /** Code of a mineral. */
  readonly mineral?: string | undefined;
  readonly concession?: Concession | undefined;
  readonly status?: Status | undefined;
  readonly tranche?: string | undefined;
  readonly year?: number | undefined;
  readonly blockId?: string | undefined;
}
