import type { SealedEnvelope } from '#case-kit';

export type SchemeId = 'mining-lease' | 'composite-licence' | 'exploration-licence';
export type AttemptKind = 'FIRST' | 'SECOND' | 'DE_NOVO';
export type NextAttempt = Exclude<AttemptKind, 'FIRST'>;

/** What the schedules of the Act say of a mineral, by period; dates `YYYY-MM-DD`, null: without bound. */
export interface MineralPeriod {
  readonly part: string | null;
  readonly from: string | null;
  readonly until: string | null;
}

export interface MineralFact {
  readonly code: string;
  readonly periods: readonly MineralPeriod[];
}

/** The block as the register has it now; null is not known. */
export interface BlockFact {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly state: string | null;
  readonly concession: 'ML' | 'CL' | 'EL' | null;
  readonly minerals: readonly MineralFact[];
  readonly areaHa: string | null;
  readonly demarcated: boolean | null;
  readonly landClassified: boolean;
  readonly explorationLevel: string | null;
  readonly geologicalReport: string | null;
  /** Invented for practice. */
  readonly rehearsal: boolean;
  readonly value: {
    readonly version: number;
    readonly blockVersion: number;
    readonly amount: string;
    readonly worksheet: readonly Readonly<Record<string, unknown>>[];
  } | null;
}

export type AttemptPhase = 'DRAFTED' | 'PUBLISHED' | 'ANNULLED' | 'DECLARED' | 'CONCLUDED' | 'DISCARDED';

/** Another attempt of the same block, as it stands. A rehearsal sees only those of its own line. */
export interface AttemptFact {
  readonly caseId: string;
  /** Names the line of attempts: for real ones that of the block, for a rehearsal its own. */
  readonly lineageId: string;
  readonly ordinal: number;
  readonly kind: AttemptKind;
  readonly scheme: SchemeId;
  readonly phase: AttemptPhase;
  readonly reason: string | null;
  readonly hadTqb: boolean | null;
  readonly nextAttempts: readonly NextAttempt[];
}

export interface Debarment {
  readonly basis: string;
  readonly issuedBy: string;
  readonly from: string;
  /** First day on which he may bid again. */
  readonly until: string | null;
}

/** What the register says of an organisation that bids; amounts in rupees. */
export interface BidderFact {
  readonly legalName: string;
  readonly kind: 'COMPANY' | 'INDIVIDUAL' | 'FIRM';
  readonly netWorth: string | null;
  /** Parties to which it is linked, in the register's one spelling. */
  readonly links: readonly string[];
  readonly debarments: readonly Debarment[];
}

export interface PurchaseFact {
  readonly caseId: string;
  readonly purchasedAt: number;
  /** Of the payment. */
  readonly reference: string;
}

export interface SecurityInstrument {
  readonly guaranteeNumber: string;
  readonly bank: string;
  readonly amount: string;
  /** `YYYY-MM-DD`. */
  readonly expiresOn: string;
}

export interface BidDocument {
  readonly kind: string;
  readonly documentId: string;
}

/** What is known of a document that a form names: of its content, and as a recorded paper of its bidder. */
export interface PaperFact {
  readonly documentId: string;
  readonly scan: 'pending' | 'clean' | 'infected' | 'not-scanned';
  /** Last day, `YYYY-MM-DD`; null: none is recorded. */
  readonly validUntil: string | null;
}

/** A bid that stands: the latest of its organisation, not withdrawn. */
export interface Bid {
  readonly bidId: string;
  readonly organisationId: string;
  readonly seq: number;
  readonly receivedAt: number;
  readonly envelope: SealedEnvelope;
}

export interface OwnBid extends Bid {
  readonly documents: readonly BidDocument[];
  readonly security: SecurityInstrument;
  readonly affiliates: readonly string[];
}

/** The technical part of a bid, for those who evaluate it. */
export interface TechnicalBid {
  readonly bidId: string;
  readonly organisationId: string;
  readonly legalName: string | null;
  readonly applicant: 'COMPANY' | 'INDIVIDUAL';
  readonly receivedAt: number;
  readonly documents: readonly BidDocument[];
  readonly security: SecurityInstrument;
  readonly affiliates: readonly string[];
  readonly commitment: string;
}

export type FindingResult = 'PASSED' | 'FAILED';

/** Where the evaluation of one standing bid is. */
export interface EvaluatedBid {
  readonly bidId: string;
  readonly organisationId: string;
  readonly result: FindingResult | null;
  readonly reason: string | null;
  readonly grounds: readonly string[];
  readonly recordedBy: string | null;
  /** The latest clarification that is not answered; whether its time is over is for the rules. */
  readonly openClarification: { readonly id: string; readonly askedAt: number; readonly answerBy: number } | null;
  /** Parties to which it is linked, declared or found, in one spelling. */
  readonly affiliates: readonly string[];
}

export interface ClarificationFact {
  readonly id: string;
  readonly bidId: string;
  readonly organisationId: string;
  readonly question: string;
  readonly askedAt: number;
  readonly answerBy: number;
  readonly answer: string | null;
  readonly documentId: string | null;
  readonly answeredAt: number | null;
}

/** A change of the notice as it was issued; instants in epoch milliseconds. */
export interface CorrigendumFact {
  readonly version: number;
  readonly issuedAt: number;
  readonly text: string;
  readonly documentId: string | null;
}

/** A link of a bidder as the register has it, followed through any party. */
export interface RegisterLink {
  readonly organisationId: string;
  readonly party: string;
  readonly relation: string;
  readonly source: string;
}

export interface QueryFact {
  readonly id: string;
  readonly organisationId: string;
  readonly text: string;
  readonly askedAt: number;
  readonly reply: string | null;
  readonly repliedAt: number | null;
}

/** A place on the roster of the second round, drawn at the opening of the prices and never changed. */
export interface RosterPlace {
  readonly organisationId: string;
  readonly alias: string;
}

export interface Standing extends RosterPlace {
  /** His last final offer: each beats all before it, so the last is his best. Null: none yet. */
  readonly percent: string | null;
}

export interface OwnStanding {
  readonly alias: string;
  /** His last final offer; null: none yet. */
  readonly percent: string | null;
  /** Among those who have offered, 1 is the best; null before his first offer. */
  readonly rank: number | null;
}

/** What the opening of the prices found, one entry for each bid received. */
export interface OpenedOffer {
  readonly organisationId: string;
  /** Null where the envelope stays closed for good. */
  readonly percent: string | null;
  readonly rank: number | null;
  readonly qualified: boolean;
  readonly rejection: string | null;
}

/** One instrument that was given as bid security, and what became of it. */
export interface SecurityFact extends SecurityInstrument {
  readonly organisationId: string;
  readonly settled: 'RETURNED' | 'FORFEITED' | null;
}

export interface MistakeFact {
  readonly organisationId: string;
  readonly alias: string;
  readonly percent: string;
  readonly reportedAt: number;
  readonly explanation: string;
}

export type AuctionFacts = {
  /** The block of the case; at its opening the block that the form names. */
  readonly block: BlockFact | null;
  readonly attempts: readonly AttemptFact[];
  /** The caller's organisation in the register. */
  readonly bidder: BidderFact | null;
  /** The caller's purchases, in this attempt and in those before it. */
  readonly ownPurchases: readonly PurchaseFact[];
  /** Links that the register has of the caller's organisation and that the form does not declare. */
  readonly undeclaredLinks: readonly string[];
  readonly ownBid: OwnBid | null;
  /** Those of the documents named by the form that the caller's organisation may name in this case. */
  readonly ownDocuments: readonly string[];
  /** Those of the same documents that are to be judged: not clean, or recorded with an end of their validity. */
  readonly namedPapers: readonly PaperFact[];
  readonly queries: readonly QueryFact[];
  readonly bidCount: number;
  /** What was found of the caller's standing bid; for views. */
  readonly ownFinding: Pick<EvaluatedBid, 'result' | 'reason' | 'grounds'> | null;
  /** What the opening of the prices found of the caller's bid; for views. */
  readonly ownOpenedOffer: OpenedOffer | null;
  /** The caller's place in the second round; for views. */
  readonly ownStanding: OwnStanding | null;
  /** Organisations with a standing bid, and those that the register links with one. */
  readonly interested: readonly string[];
  readonly bids: readonly Bid[];
  readonly evaluation: readonly EvaluatedBid[];
  /** The bid that the form names. */
  readonly bidInQuestion: TechnicalBid | null;
  /** For views; no command reads it. */
  readonly technicalBids: readonly TechnicalBid[];
  readonly clarifications: readonly ClarificationFact[];
  /** For views; no command reads it. */
  readonly corrigenda: readonly CorrigendumFact[];
  /** The transition that recorded the newest screening for affiliates. */
  readonly screenedAt: number | null;
  readonly registerLinks: readonly RegisterLink[];
  readonly roster: readonly RosterPlace[];
  /** The caller's final offer of the percentage that the form names. */
  readonly namedOffer: { readonly percent: string; readonly receivedAt: number } | null;
  /** For views; no command reads it. */
  readonly standings: readonly Standing[];
  readonly openedOffers: readonly OpenedOffer[];
  readonly securities: readonly SecurityFact[];
  readonly mistakes: readonly MistakeFact[];
  /** Legal names of the parties by organisation; for views once names are open. */
  readonly names: Readonly<Record<string, string>>;
};
