import type { CommandTable, OpenSpec, SecondPerson } from '#case-kit';
import * as attempt from './attempt.effects.js';
import * as bids from './bid.rules.js';
import * as papers from './papers.rules.js';
import type { AuctionFacts } from './block-auction.facts.js';
import { auctionPolicy, auctionRule } from './block-auction.law.js';
import type { blockAuctionMachine } from './block-auction.machine.js';
import type { AuctionContext } from './block-auction.model.js';
import { AmendDraftForm, NoForm, OpenBlockAuctionForm } from './draft.forms.js';
import * as lineage from './lineage.rules.js';
import * as publication from './publication.rules.js';
import * as schedule from './schedule.rules.js';
import * as kept from './tender.effects.js';
import {
  AskQueryForm,
  IssueCorrigendumForm,
  PublishRepliesForm,
  PurchaseTenderForm,
  SubmitBidForm,
} from './tender.forms.js';
import * as tender from './tender.rules.js';

export type AuctionCommands = CommandTable<AuctionContext, AuctionFacts, typeof blockAuctionMachine>;

/** Who conducts an auction: the officers of the State whose block it is, or those of the Centre. */
export const AUTHORITIES = ['state-officer', 'central-officer'] as const;

export const approvedBySecondPerson: SecondPerson = {
  roles: ['approving-officer'],
  expiresAfterHours: { parameter: 'auction.proposal-hours' },
  ref: auctionPolicy('second person'),
};

export const openBlockAuction: OpenSpec<AuctionContext, AuctionFacts, OpenBlockAuctionForm> = {
  roles: AUTHORITIES,
  summary: 'Draft the notice inviting tenders for one block: one attempt.',
  ref: auctionRule('rr. 5, 9(1), 16, 19A'),
  form: OpenBlockAuctionForm,
  facts: ['block', 'attempts'],
  rules: [publication.blockIsRegistered, lineage.authorityMayDraft, lineage.attemptFollowsTheLast],
  jurisdiction: (_form, actor) => actor.jurisdiction ?? 'CENTRE',
  blockId: ({ blockId }) => blockId,
  input: attempt.inputOf,
  effects: attempt.keepDraft,
};

/** From the draft to the due time of the bids. */
export const tenderCommands: Pick<
  AuctionCommands,
  | 'AMEND_DRAFT'
  | 'PUBLISH_NOTICE'
  | 'PURCHASE_TENDER'
  | 'ASK_QUERY'
  | 'PUBLISH_REPLIES'
  | 'ISSUE_CORRIGENDUM'
  | 'END_STUDY_PERIOD'
  | 'SUBMIT_BID'
  | 'WITHDRAW_BID'
  | 'CLOSE_BIDDING'
> = {
  AMEND_DRAFT: {
    roles: AUTHORITIES,
    summary: 'Change the drafted notice.',
    ref: auctionRule('r. 9(1)'),
    form: AmendDraftForm,
    rules: [],
    edit: true,
  },
  PUBLISH_NOTICE: {
    roles: AUTHORITIES,
    summary: 'Publish the notice: it freezes block and value, and the tender document is on sale from then on.',
    ref: auctionRule('rr. 5, 8(1), 9(1)-(3), 16, 19A'),
    form: NoForm,
    facts: ['block', 'attempts'],
    rules: [
      lineage.authorityIsCompetent,
      lineage.attemptIsLegal,
      publication.practiceBlockStaysInPractice,
      publication.areaIsDemarcated,
      publication.landIsClassified,
      publication.explorationSuffices,
      publication.geologicalReportIsThere,
      publication.valueIsComputed,
      publication.boundIsSet,
      publication.securityCanBeTold,
      publication.scheduleIsInOrder,
      publication.studyPeriodSuffices,
      publication.numbersAreKnown,
      publication.numbersAreSigned,
    ],
    secondPerson: approvedBySecondPerson,
    makesSealKey: true,
    effects: attempt.publishNotice,
  },
  PURCHASE_TENDER: {
    roles: ['bidder'],
    summary: 'Buy the tender document of this attempt.',
    ref: auctionRule('r. 9(2)'),
    form: PurchaseTenderForm,
    facts: ['bidder', 'ownPurchases'],
    rules: [
      tender.purchaseIsInTime,
      tender.bidderIsRegistered,
      tender.bidderIsNoOrganiser,
      tender.documentIsNotBoughtTwice,
      tender.feeIsPaidInFull,
    ],
    effects: kept.keepPurchase,
  },
  ASK_QUERY: {
    roles: ['bidder'],
    summary: 'Ask a question; it is published with its reply and without your name.',
    ref: auctionRule('r. 9(3)'),
    form: AskQueryForm,
    facts: ['ownPurchases'],
    rules: [tender.queryIsInTime, tender.tenderWasPurchased],
    quotaPerHour: 30,
    effects: kept.keepQuery,
  },
  PUBLISH_REPLIES: {
    roles: AUTHORITIES,
    summary: 'Publish replies to questions.',
    ref: auctionRule('r. 9(3)'),
    form: PublishRepliesForm,
    facts: ['queries'],
    rules: [tender.queriesAreUnanswered],
    effects: kept.keepReplies,
  },
  ISSUE_CORRIGENDUM: {
    roles: AUTHORITIES,
    summary: 'Issue a corrigendum; every buyer of the document is told.',
    ref: auctionRule('r. 9(1)-(3)'),
    form: IssueCorrigendumForm,
    facts: ['ownDocuments', 'namedPapers'],
    rules: [
      schedule.changedDatesLieAhead,
      schedule.studyPeriodIsNotShortened,
      schedule.datesAreNotBroughtForward,
      schedule.corrigendumKeepsTheOrder,
      bids.documentsAreOwn,
      papers.documentsAreClean,
    ],
    secondPerson: approvedBySecondPerson,
    effects: kept.keepCorrigendum,
  },
  END_STUDY_PERIOD: {
    roles: ['system'],
    summary: 'The study period is over; bids may come.',
    ref: auctionRule('r. 9(3)'),
    form: NoForm,
    rules: [],
  },
  SUBMIT_BID: {
    roles: ['bidder'],
    summary: 'Bid, or replace your earlier bid by this one: technical bid, bid security and sealed price.',
    ref: auctionRule('r. 9(4)'),
    form: SubmitBidForm,
    sealed: ['initialPriceOffer'],
    facts: ['bidder', 'ownPurchases', 'ownDocuments', 'namedPapers', 'undeclaredLinks'],
    rules: [
      bids.bidIsInTime,
      tender.tenderWasPurchased,
      tender.bidderIsRegistered,
      tender.bidderIsNoOrganiser,
      bids.bidderIsNotDebarred,
      bids.documentsAreOwn,
      bids.documentsAreComplete,
      papers.documentsAreClean,
      papers.papersAreValid,
      bids.securityCoversTheAmount,
      bids.securityOutlivesTheBid,
      bids.affiliatesAreDeclared,
    ],
    quotaPerHour: 60,
    effects: kept.keepBid,
  },
  WITHDRAW_BID: {
    roles: ['bidder'],
    summary: 'Take back your bid; its envelope is never opened.',
    ref: auctionRule('r. 9(4)'),
    form: NoForm,
    facts: ['ownBid'],
    rules: [bids.bidIsInTime, bids.bidStands],
    quotaPerHour: 60,
    effects: kept.keepWithdrawal,
  },
  CLOSE_BIDDING: {
    roles: ['system'],
    summary: 'The due time is past; without any bid the attempt is annulled.',
    ref: auctionRule('r. 9(4), 9(10)'),
    form: NoForm,
    facts: ['bidCount'],
    rules: [],
    effects: attempt.noteIfAnnulled,
  },
};
