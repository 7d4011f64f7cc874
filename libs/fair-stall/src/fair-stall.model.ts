import type { CommandEvent, SealedEnvelope } from '#case-kit';
import type {
  AmendNoticeForm,
  AnnulForm,
  ApplyForm,
  CallForm,
  NoForm,
  PayForm,
  RecordInspectionForm,
} from './fair-stall.forms.js';

/** What the next decision needs. Instants are epoch milliseconds, amounts decimal strings in rupees. */
export interface FairStallContext {
  readonly stallName: string;
  readonly applicationsCloseAt: number;
  readonly callingMinutes: number;
  /** From here the clock of the applications runs. */
  readonly publishedAt: number | null;
  /** From here the clock of the calling runs; null unless a calling was held. */
  readonly calledFrom: number | null;
  /** The announced end of the calling, before extensions and holds. */
  readonly closesAt: number | null;
  /** The latest call. How long it keeps the calling open is a matter of the law, and earlier holds do not move it. */
  readonly extendedAt: number | null;
  readonly best: string | null;
  /** Alias of the trader whose offer is best. */
  readonly holder: string | null;
  readonly calls: number;
}

export interface FairStallInput {
  readonly stallName: string;
  readonly applicationsCloseAt: number;
  readonly callingMinutes: number;
}

/** An application that stands: the latest of its organisation, not withdrawn. */
export interface Application {
  readonly organisationId: string;
  /** The transition that brought it; the earlier ranks first among equal offers. */
  readonly seq: number;
  readonly receivedAt: number;
  readonly envelope: SealedEnvelope;
}

/** A place on the roster of the calling, drawn at the opening and never changed. */
export interface RosterPlace {
  readonly organisationId: string;
  readonly alias: string;
}

export interface RosterEntry extends RosterPlace {
  readonly rank: number;
  readonly offer: string;
}

/** The best offer of one trader so far. */
export interface Standing extends RosterPlace {
  readonly offer: string;
}

export type FairStallFacts = {
  /** The standing application of the caller's organisation. */
  readonly ownApplication: Application | null;
  /** All standing applications in the order of their receipt. */
  readonly applications: readonly Application[];
  /** Who may call: the same for every caller and frozen once the calling has begun. */
  readonly roster: readonly RosterPlace[];
  /** All traders of the roster, the best offer first. For views; no command reads it. */
  readonly standings: readonly Standing[];
};

type Given<Type extends string, Form> = CommandEvent<Type, Form, FairStallFacts>;

export type FairStallEvent =
  | Given<'AMEND_NOTICE', AmendNoticeForm>
  | Given<'PUBLISH', NoForm>
  | Given<'APPLY', ApplyForm>
  | Given<'WITHDRAW', NoForm>
  | Given<'CLOSE_APPLICATIONS', NoForm>
  | Given<'OPEN_ENVELOPES', NoForm>
  | Given<'CALL', CallForm>
  | Given<'CLOSE_CALLING', NoForm>
  | Given<'PAY', PayForm>
  | Given<'RECORD_INSPECTION', RecordInspectionForm>
  | Given<'ANNUL', AnnulForm>;

export type Phase = 'draft' | 'applications' | 'opening' | 'calling' | 'settling' | 'allotted' | 'annulled';
