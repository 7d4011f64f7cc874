import type { Confidence, ProvisionRef } from '#case-kit';
import { ACTS, type ParameterValue, type ParameterVersion } from '#rulebook';

/** A rule of the Mineral (Auction) Rules, 2015: `r. 9(3)`. */
export function auctionRule(...provisions: readonly string[]): ProvisionRef {
  return { act: ACTS.auctionRules, provision: provisions.join(', ') };
}

/** A section of the Mines and Minerals (Development and Regulation) Act, 1957: `s. 11D`. */
export function mmdrSection(provision: string): ProvisionRef {
  return { act: ACTS.mmdr, provision };
}

/** A named default where the law is silent. */
export function auctionPolicy(provision: string): ProvisionRef {
  return { act: ACTS.policy, provision: `block auction, ${provision}` };
}

const RULES_TEXT = 'G.S.R. 406(E) of 20 May 2015 (principal rules), gazette pp. 15-18';
const TENDERS = "States' model tender documents, tables of contents; no full text was read";
const SILENT = 'The law states no figure; default of the platform, to be confirmed by the owner of the rule book';
const ODISHA_2023 = 'Omsairam Steels v Director of Mines, 2024 INSC 520: steps from 104.05 to 104.10';

interface Figure {
  readonly value: ParameterValue;
  readonly unit: string;
  readonly ref: ProvisionRef;
  readonly text: string;
  readonly source: string;
  readonly confidence: Confidence;
}

function parameter(name: string, { value, unit, ref, text, source, confidence }: Figure): ParameterVersion {
  return {
    name,
    anchor: 'notice',
    inForceFrom: null,
    inForceUntil: null,
    knownSince: '2015-05-20',
    value,
    unit,
    act: ref.act,
    provision: ref.provision,
    text,
    source,
    confidence,
    signedBy: [],
  };
}

/** Papers that a technical bid holds, by kind. */
export const BID_DOCUMENT_KINDS = [
  'BID_LETTER',
  'POWER_OF_ATTORNEY',
  'AFFIDAVIT',
  'NET_WORTH_CERTIFICATE',
  'BALANCE_SHEET',
  'HOLDING_COMPANY_UNDERTAKING',
  'PAN',
  'GST',
  'INCORPORATION',
  'BID_SECURITY',
  'TENDER_FEE_RECEIPT',
  'AFFILIATE_DECLARATION',
  'BENEFICIAL_OWNER_DECLARATION',
  'OTHER',
] as const;

/** The numbers of a block auction that are not in the public calculators; chosen by the date of the notice. */
export const blockAuctionLaw: readonly ParameterVersion[] = [
  parameter('auction.study-period-days', {
    value: 30,
    unit: 'days',
    ref: auctionRule('r. 9(3)'),
    text: 'Bidders get a fixed period to study the tender document; bidding begins only after it. The Rules fix no length.',
    source: `${RULES_TEXT}; ${SILENT}`,
    confidence: 'policy',
  }),
  parameter('auction.exploration-level-ml', {
    value: 'G2',
    unit: 'level of exploration',
    ref: auctionRule('r. 5(1)'),
    text: 'A mining lease is auctioned where the mineral contents are established; some bedded deposits may go at G3.',
    source: `${RULES_TEXT}; Minerals (Evidence of Mineral Contents) Rules, 2015, contents list`,
    confidence: 'secondary',
  }),
  parameter('auction.exploration-level-cl', {
    value: 'G4',
    unit: 'level of exploration',
    ref: auctionRule('r. 16(1)'),
    text: 'A composite licence is auctioned where at least reconnaissance is done, or a committee finds potential.',
    source: `${RULES_TEXT}; press on the amendments of December 2021`,
    confidence: 'secondary',
  }),
  parameter('auction.ceiling-minimum-percent', {
    value: '25.00',
    unit: 'percentage points of the auction premium',
    ref: auctionRule('r. 19D'),
    text: 'The ceiling of an exploration licence is itself at least this share.',
    source: 'Digests of the Mineral (Auction) Amendment Rules, 2024 (21 January 2024)',
    confidence: 'secondary',
  }),
  parameter('auction.bid-documents', {
    value: [
      'BID_LETTER',
      'POWER_OF_ATTORNEY',
      'AFFIDAVIT',
      'NET_WORTH_CERTIFICATE',
      'INCORPORATION',
      'BID_SECURITY',
      'AFFILIATE_DECLARATION',
    ],
    unit: 'kinds of documents',
    ref: auctionRule('r. 9(4)'),
    text: 'A technical bid holds at least these papers.',
    source: TENDERS,
    confidence: 'unverified',
  }),
  parameter('auction.security-validity-days', {
    value: 180,
    unit: 'days after the due date of the bids',
    ref: auctionPolicy('validity of the bid security'),
    text: 'The bid security stands at least so long after the bids are due.',
    source: SILENT,
    confidence: 'policy',
  }),
  parameter('auction.clarification-days', {
    value: 3,
    unit: 'days',
    ref: auctionPolicy('time to answer a clarification'),
    text: 'A bidder gets at least so long to answer a question of the committee.',
    source: SILENT,
    confidence: 'policy',
  }),
  parameter('auction.round-two-notice-hours', {
    value: 24,
    unit: 'hours',
    ref: auctionPolicy('notice of the second round'),
    text: 'The second round begins at least so long after it was announced to the qualified bidders.',
    source: SILENT,
    confidence: 'policy',
  }),
  parameter('auction.round-two-minutes', {
    value: 120,
    unit: 'minutes',
    ref: auctionRule('r. 9(9)(i)'),
    text: 'The second round is open so long before extensions, unless the tender says otherwise.',
    source: 'Tender text of the auction platform in wide use, not confirmed',
    confidence: 'unverified',
  }),
  parameter('auction.extension-minutes', {
    value: 8,
    unit: 'minutes',
    ref: auctionRule('r. 9(9)(i)'),
    text: 'An accepted offer keeps the round open for at least so long after it, unless the tender says otherwise.',
    source: 'Tender text of the auction platform in wide use, not confirmed',
    confidence: 'unverified',
  }),
  parameter('auction.step-percent', {
    value: '0.05',
    unit: 'percentage points',
    ref: auctionRule('r. 9(9)(i)'),
    text: 'A final price offer lies a whole number of such steps above the floor, unless the tender says otherwise.',
    source: ODISHA_2023,
    confidence: 'secondary',
  }),
  parameter('auction.step-percent-el', {
    value: '0.05',
    unit: 'percentage points',
    ref: auctionPolicy('step of an exploration licence'),
    text: 'A final offer for an exploration licence lies a whole number of such steps below the lowest initial offer.',
    source: `${ODISHA_2023}, by analogy; ${SILENT}`,
    confidence: 'policy',
  }),
  parameter('auction.resumption-notice-minutes', {
    value: 30,
    unit: 'minutes',
    ref: auctionPolicy('resumption after an outage'),
    text: 'A paused round goes on at least so long after its resumption was announced.',
    source: SILENT,
    confidence: 'policy',
  }),
  parameter('auction.proposal-hours', {
    value: 72,
    unit: 'hours',
    ref: auctionPolicy('second person'),
    text: 'An act that takes two persons lapses when the second has not confirmed it in this time.',
    source: SILENT,
    confidence: 'policy',
  }),
];

/** Every number of the public calculators on which an auction rests besides its own. */
export const CALCULATOR_PARAMETERS = [
  'bid-security.percent',
  'bid-security.cap',
  'bid-security.proposer-percent',
  'final-offer.jump-steps',
  'net-worth.slabs',
  'net-worth.cap-ml',
  'net-worth.cap-cl',
  'net-worth.exploration-licence',
  'qualification.affiliate-bar',
  'qualification.minimum-tqb',
  'qualification.top-bidders',
  'qualification.rank-share',
] as const;
