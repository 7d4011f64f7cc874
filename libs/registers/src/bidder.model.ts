export const BIDDER_KINDS = ['COMPANY', 'INDIVIDUAL', 'FIRM'] as const;
export type BidderKind = (typeof BIDDER_KINDS)[number];

export const RELATIONS = [
  'CONTROLS',
  'CONTROLLED_BY',
  'COMMON_CONTROL',
  'ASSOCIATE',
  'SUBSIDIARY',
  'BENEFICIAL_OWNER',
  'DIRECTOR',
] as const;
export type Relation = (typeof RELATIONS)[number];

/** What an organisation that bids says of itself. Null is not stated. */
export interface BidderContent {
  readonly legalName: string;
  readonly kind: BidderKind;
  /** With its digits struck out, as `ABCDEXXXXF`. */
  readonly panMasked: string | null;
  readonly incorporation: string | null;
  /** Rupees, two decimals, may be negative. */
  readonly netWorth: string | null;
  /** `YYYY-MM-DD`. */
  readonly netWorthAsOn: string | null;
  /** Id (SHA-256) of the certificate. */
  readonly netWorthDocument: string | null;
  /** Whose subsidiary it is: name or organisation id. */
  readonly holdingOrganisation: string | null;
}

export interface Bidder extends BidderContent {
  readonly organisationId: string;
  readonly version: number;
  readonly recordedAt: Date;
  readonly recordedBy: string;
}

/** A link as stated: of which organisation, to whom, on what ground. */
export interface LinkContent {
  /** Organisation id or name of any party. */
  readonly relatedParty: string;
  readonly relation: Relation;
  /** Per cent, decimal text. */
  readonly sharePercent: string | null;
  /** Where it was declared or found. */
  readonly source: string;
  readonly evidenceDocument: string | null;
}

export interface BidderLink extends LinkContent {
  readonly organisationId: string;
  readonly version: number;
  /** Stated by the organisation itself, which can end it; what others found stands beside it. */
  readonly declared: boolean;
  readonly ended: boolean;
  readonly recordedAt: Date;
}

/** The source of links that an organisation states of itself. */
export const DECLARED = 'declared by the organisation';

/** What shows that two parties are tied. */
export interface LinkEvidence {
  /** `SAME_NAME`: one is the name under which the other is, or was, registered. */
  readonly relation: Relation | 'SAME_NAME';
  /** Whose entry states it, and in which version of its links or of itself. */
  readonly organisationId: string;
  readonly version: number;
  /** The other party in the words of that entry. */
  readonly relatedParty: string;
  readonly sharePercent: string | null;
  readonly source: string;
  readonly evidenceDocument: string | null;
}

/** Organisations that belong together, and the way from the first to each of the others. */
export interface AffiliateGroup {
  readonly members: readonly string[];
  readonly paths: readonly { readonly to: string; readonly steps: readonly LinkEvidence[] }[];
}

export interface DebarmentContent {
  readonly organisationId: string;
  readonly basis: string;
  readonly issuedBy: string;
  /** First day, `YYYY-MM-DD`. */
  readonly fromOn: string;
  /** First day on which it may bid again; null: until further order. */
  readonly untilOn: string | null;
}

export interface Debarment extends DebarmentContent {
  readonly id: string;
  readonly version: number;
  readonly recordedAt: Date;
}

/** A permanent account number as it may be kept: its four digits struck out. */
export function maskPan(pan: string): string {
  return pan.toUpperCase().replace(/\d/g, 'X');
}
