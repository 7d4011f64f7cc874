import type { CommandEvent } from '#case-kit';
import type {
  AnnounceResumptionForm,
  AnnulForm,
  FinalOfferForm,
  ForfeitSecurityForm,
  IntimateStateForm,
  PauseRoundTwoForm,
  ReportMistakeForm,
  ReturnSecurityForm,
  ScheduleRoundTwoForm,
} from './round.forms.js';
import type { AmendDraftForm, NoForm } from './draft.forms.js';
import type {
  AnswerClarificationForm,
  DecideToProceedForm,
  RecordFindingForm,
  RecordScreeningForm,
  RequestClarificationForm,
} from './evaluation.forms.js';
import type {
  AskQueryForm,
  IssueCorrigendumForm,
  PublishRepliesForm,
  PurchaseTenderForm,
  SubmitBidForm,
} from './tender.forms.js';
import type { AttemptKind, AuctionFacts, NextAttempt, SchemeId } from './block-auction.facts.js';

export const SCHEDULE_DATES = [
  'queriesCloseAt',
  'repliesDueAt',
  'studyEndsAt',
  'purchaseClosesAt',
  'bidsDueAt',
] as const;

export type ScheduleDate = (typeof SCHEDULE_DATES)[number];

/** The dates of a tender, epoch milliseconds; every corrigendum makes the next version. */
export type Schedule = Readonly<Record<ScheduleDate, number>> & {
  readonly version: number;
  /** When each date was fixed: from there its clock runs, so that an earlier hold does not move it. */
  readonly since: Readonly<Record<ScheduleDate, number>>;
};

/** What the authority drafts; percentages and amounts (rupees) are decimal strings. */
export interface Terms {
  readonly scheme: SchemeId;
  /** Reserve price (ascending) or ceiling (descending). */
  readonly bound: string;
  readonly tenderFee: string;
  /** What a buyer of an earlier attempt's document pays; null: the same as everybody. */
  readonly repeatFee: string | null;
  /** Set by the tender where the law names no share of a value: exploration licences. */
  readonly statedSecurity: string | null;
  /** Who proposed the block; gives half the security for a composite licence. */
  readonly proposer: string | null;
  /** Null where the tender leaves them to the rule book. */
  readonly step: string | null;
  readonly extensionMinutes: number | null;
  readonly roundTwoMinutes: number | null;
  /** Recommendation on which a composite licence rests whose resources are not established. */
  readonly potentialBasis: string | null;
  /** Why the Centre auctions a block that is a State's to auction. */
  readonly centralGround: string | null;
}

/** The attempt in the history of its block. */
export interface AttemptPlace {
  /** Names the line of attempts: for real ones that of the block, for a rehearsal its own. */
  readonly lineageId: string;
  readonly ordinal: number;
  readonly kind: AttemptKind;
  readonly previousCaseId: string | null;
  /** Whether the attempt before it had a technically qualified bidder; null when there was none before. */
  readonly previousHadTqb: boolean | null;
}

export interface BlockInContext {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly minerals: readonly string[];
}

/** Copied at the publication of the notice and never changed after it. */
export interface Published {
  readonly at: number;
  readonly blockVersion: number;
  readonly valueVersion: number | null;
  /** Value of estimated resources in rupees; null where the scheme knows none. */
  readonly value: string | null;
  readonly step: string;
  readonly extensionMinutes: number;
  readonly roundTwoMinutes: number;
  readonly jumpSteps: number;
}

export interface Pause {
  readonly from: number;
  readonly until: number | null;
}

/** The second round, from the ranking on. */
export interface RoundTwo {
  /** The best initial offer of a technically qualified bidder. */
  readonly floor: string;
  readonly scheduledAt: number | null;
  readonly startsAt: number | null;
  readonly startedAt: number | null;
  /** The announced end, before extensions, pauses and holds. */
  readonly closesAt: number | null;
  /** What last kept the round open (an offer or a resumption), and until when; the clock of it runs from there. */
  readonly extendedAt: number | null;
  readonly extendedTo: number | null;
  /** Outages: from when they began until the round went on; the last is open while it is paused. */
  readonly pauses: readonly Pause[];
  readonly resumesAt: number | null;
  readonly resumptionSetAt: number | null;
  readonly best: string | null;
  /** Alias of the bidder whose offer is best. */
  readonly holder: string | null;
  readonly offers: number;
}

export type AnnulmentReason =
  | 'NIL_BIDS'
  | 'NO_TQB'
  | 'LT3_TQB'
  | 'NO_FINAL_OFFER'
  | 'AUTHORITY_DECIDED'
  | 'COURT_ORDER'
  | 'CENTRAL_DIRECTION'
  | 'BLOCK_CHANGED'
  | 'IRREGULARITY'
  | 'PREFERRED_BIDDER_DEFAULT'
  | 'ADMINISTRATIVE';

export interface Annulment {
  readonly reason: AnnulmentReason;
  readonly provision: string;
  readonly at: number;
  readonly text: string | null;
  readonly nextAttempts: readonly NextAttempt[];
}

/** What the next decision needs, and nothing that grows with bids or offers. */
export interface AuctionContext {
  readonly block: BlockInContext;
  readonly attempt: AttemptPlace;
  readonly terms: Terms;
  readonly schedule: Schedule;
  readonly published: Published | null;
  /** Counts that are set only once they tell nothing any more: at the due time and at the ranking. */
  readonly bidsReceived: number | null;
  readonly technicallyQualified: number | null;
  readonly qualified: number | null;
  readonly round: RoundTwo | null;
  readonly annulment: Annulment | null;
  readonly declared: { readonly at: number; readonly percent: string; readonly alias: string } | null;
  /** When the State was told by the Centre who the preferred bidder is. */
  readonly intimatedAt: number | null;
}

export type AuctionInput = Pick<AuctionContext, 'block' | 'attempt' | 'terms' | 'schedule'>;

type Given<Type extends string, Form> = CommandEvent<Type, Form, AuctionFacts>;

export type AuctionEvent =
  | Given<'AMEND_DRAFT', AmendDraftForm>
  | Given<'PUBLISH_NOTICE', NoForm>
  | Given<'PURCHASE_TENDER', PurchaseTenderForm>
  | Given<'ASK_QUERY', AskQueryForm>
  | Given<'PUBLISH_REPLIES', PublishRepliesForm>
  | Given<'ISSUE_CORRIGENDUM', IssueCorrigendumForm>
  | Given<'END_STUDY_PERIOD', NoForm>
  | Given<'SUBMIT_BID', SubmitBidForm>
  | Given<'WITHDRAW_BID', NoForm>
  | Given<'CLOSE_BIDDING', NoForm>
  | Given<'OPEN_TECHNICAL', NoForm>
  | Given<'REQUEST_CLARIFICATION', RequestClarificationForm>
  | Given<'ANSWER_CLARIFICATION', AnswerClarificationForm>
  | Given<'RECORD_FINDING', RecordFindingForm>
  | Given<'RECORD_SCREENING', RecordScreeningForm>
  | Given<'FREEZE_EVALUATION', NoForm>
  | Given<'OPEN_PRICES', NoForm>
  | Given<'DECIDE_TO_PROCEED', DecideToProceedForm>
  | Given<'SCHEDULE_ROUND_TWO', ScheduleRoundTwoForm>
  | Given<'START_ROUND_TWO', NoForm>
  | Given<'FINAL_OFFER', FinalOfferForm>
  | Given<'PAUSE_ROUND_TWO', PauseRoundTwoForm>
  | Given<'ANNOUNCE_RESUMPTION', AnnounceResumptionForm>
  | Given<'RESUME_ROUND_TWO', NoForm>
  | Given<'CLOSE_ROUND_TWO', NoForm>
  | Given<'REPORT_MISTAKE', ReportMistakeForm>
  | Given<'INTIMATE_STATE', IntimateStateForm>
  | Given<'RETURN_SECURITY', ReturnSecurityForm>
  | Given<'FORFEIT_SECURITY', ForfeitSecurityForm>
  | Given<'CONCLUDE', NoForm>
  | Given<'ANNUL', AnnulForm>;

export const PHASES = [
  'draft',
  'saleOpen',
  'bidding',
  'opening',
  'technicalEvaluation',
  'priceOpening',
  'decideProceed',
  'qualified',
  'roundTwoScheduled',
  'roundTwoLive',
  'roundTwoPaused',
  'preferredBidderDeclared',
  'annulled',
  'concluded',
  'annulmentConcluded',
] as const;

export type Phase = (typeof PHASES)[number];
