import type { SecondPerson } from '#case-kit';
import * as attempt from './attempt.effects.js';
import { committeeHasNoInterest, documentsAreOwn } from './bid.rules.js';
import { documentsAreClean } from './papers.rules.js';
import { auctionRule } from './block-auction.law.js';
import { listEnvelopesToOpen } from './block-auction.ranking.js';
import { NoForm } from './draft.forms.js';
import {
  AnswerClarificationForm,
  DecideToProceedForm,
  RecordFindingForm,
  RecordScreeningForm,
  RequestClarificationForm,
} from './evaluation.forms.js';
import * as evaluation from './evaluation.rules.js';
import { numbersAreKnown } from './publication.rules.js';
import { keepOpening } from './round.effects.js';
import { approvedBySecondPerson, AUTHORITIES, type AuctionCommands } from './tender.commands.js';
import * as kept from './tender.effects.js';

const COMMITTEE = ['evaluation-chair', 'evaluation-member'] as const;

/** Two members of the committee open together. */
const openedByTwo: SecondPerson = {
  roles: ['evaluation-member'],
  expiresAfterHours: { parameter: 'auction.proposal-hours' },
  ref: auctionRule('r. 9(4)'),
};

/** From the opening of the technical bids to the list of the qualified. */
export const evaluationCommands: Pick<
  AuctionCommands,
  | 'OPEN_TECHNICAL'
  | 'REQUEST_CLARIFICATION'
  | 'ANSWER_CLARIFICATION'
  | 'RECORD_FINDING'
  | 'RECORD_SCREENING'
  | 'FREEZE_EVALUATION'
  | 'OPEN_PRICES'
  | 'DECIDE_TO_PROCEED'
> = {
  OPEN_TECHNICAL: {
    roles: ['evaluation-chair'],
    summary: 'Open the technical bids; every price stays sealed.',
    ref: auctionRule('r. 9(4)'),
    form: NoForm,
    facts: ['interested'],
    rules: [committeeHasNoInterest],
    secondPerson: openedByTwo,
  },
  REQUEST_CLARIFICATION: {
    roles: COMMITTEE,
    summary: 'Ask a bidder to clarify its technical bid.',
    ref: auctionRule('r. 9(4)'),
    form: RequestClarificationForm,
    facts: ['interested', 'evaluation'],
    rules: [committeeHasNoInterest, evaluation.bidIsUnderEvaluation, evaluation.answerTimeSuffices],
    effects: kept.keepClarification,
  },
  ANSWER_CLARIFICATION: {
    roles: ['bidder'],
    summary: 'Answer what the committee asked about your technical bid.',
    ref: auctionRule('r. 9(4)'),
    form: AnswerClarificationForm,
    facts: ['clarifications', 'ownDocuments', 'namedPapers'],
    rules: [evaluation.clarificationIsOwnAndOpen, evaluation.answerIsInTime, documentsAreOwn, documentsAreClean],
    effects: kept.keepAnswer,
  },
  RECORD_FINDING: {
    roles: COMMITTEE,
    summary: 'Find, with reasons, whether a bidder is eligible.',
    ref: auctionRule('rr. 6, 9(4), Schedule I'),
    form: RecordFindingForm,
    facts: ['interested', 'evaluation', 'bidInQuestion'],
    rules: [
      committeeHasNoInterest,
      evaluation.bidIsUnderEvaluation,
      evaluation.groundsMatchTheResult,
      evaluation.resultAgreesWithNetWorth,
      evaluation.findingWaitsForTheAnswer,
    ],
    effects: kept.keepFinding,
  },
  RECORD_SCREENING: {
    roles: COMMITTEE,
    summary: 'Record the comparison of the bidders for affiliates among them.',
    ref: auctionRule('r. 9'),
    form: RecordScreeningForm,
    facts: ['interested', 'evaluation', 'registerLinks'],
    rules: [committeeHasNoInterest, evaluation.linksNameBids],
    effects: kept.keepScreening,
  },
  FREEZE_EVALUATION: {
    roles: ['evaluation-chair'],
    summary: 'Freeze the evaluation: nothing is found on any bid afterwards.',
    ref: auctionRule('r. 9(4)'),
    form: NoForm,
    facts: ['interested', 'evaluation', 'screenedAt'],
    rules: [
      committeeHasNoInterest,
      evaluation.everyBidHasAFinding,
      evaluation.affiliatesAreScreened,
      evaluation.clarificationsAreClosed,
      evaluation.approverRecordedNoFinding,
    ],
    secondPerson: approvedBySecondPerson,
    effects: attempt.noteIfAnnulled,
  },
  OPEN_PRICES: {
    roles: ['evaluation-chair'],
    summary: 'Open the prices of the bids that passed, rank them and qualify, or annul as the Rules command.',
    ref: auctionRule('rr. 8(1), 9(4)-(5), 9(10)'),
    form: NoForm,
    facts: ['interested', 'bids', 'evaluation'],
    rules: [committeeHasNoInterest, numbersAreKnown],
    secondPerson: openedByTwo,
    slow: true,
    opens: ({ row, facts, law }) => listEnvelopesToOpen(row.context, facts, law),
    effects: keepOpening,
  },
  DECIDE_TO_PROCEED: {
    roles: AUTHORITIES,
    summary: 'Decide, with reasons, that this second attempt goes on with fewer bidders.',
    ref: auctionRule('r. 9(12)'),
    form: DecideToProceedForm,
    rules: [],
    secondPerson: approvedBySecondPerson,
  },
};
