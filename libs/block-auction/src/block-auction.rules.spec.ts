import { discloseRefusal, formatInstant, type Actor, type Finding } from '#case-kit';
import { blockAuction } from './block-auction.case-type.js';
import { DAY, HOUR, MINUTE } from './block-auction.clock.js';
import type { AttemptFact, BidderFact, BlockFact } from './block-auction.facts.js';
import { AuctionPlay, OpeningRefused, type Answer } from './play.fixture.js';
import {
  bidIdOf,
  bidOf,
  evaluate,
  findingOf,
  OFFERS,
  playUntil,
  playUntilDecision,
  PURCHASE,
  returnOf,
  SCREENING,
  secondAttempt,
  TOO_FEW,
} from './stages.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, APPROVER, BETA, CENTRAL, CHAIR, DELTA, GAMMA, MEMBER, OFFICER, OPERATOR } = world;

type Form = Readonly<Record<string, unknown>>;

interface Trial {
  readonly accepted: () => Answer;
  readonly refused: () => Answer;
  readonly finding: Partial<Finding>;
}

const later = (play: AuctionPlay, milliseconds: number): string => formatInstant(play.at + milliseconds);

/** Publishes a draft whose block, form or law is changed. */
function publish(
  changes: Partial<BlockFact> = {},
  form: Form = {},
  more: ConstructorParameters<typeof AuctionPlay>[0] = {},
): Answer {
  const { registers, opener = OFFICER, ...rest } = more;
  const play = new AuctionPlay({ form, opener, registers: { ...registers, block: world.blockOf(changes) }, ...rest });
  return play.give('PUBLISH_NOTICE', opener);
}

/** Drafts, and answers as a command would. */
function draft(form: Form, more: ConstructorParameters<typeof AuctionPlay>[0] = {}): Answer {
  try {
    new AuctionPlay({ form, ...more });
    return { kind: 'accepted', effects: [], notices: [] };
  } catch (error) {
    if (error instanceof OpeningRefused) return { kind: 'refused', findings: error.findings };
    throw error;
  }
}

function attemptOf(changes: Partial<AttemptFact> = {}): AttemptFact {
  return { ...TOO_FEW, ...changes };
}

/** A play in which an organisation's entry of the register is otherwise. */
function registeredAs(stage: 'saleOpen' | 'bidding', bidder: Actor, changes: Partial<BidderFact> | null): AuctionPlay {
  const play = playUntil(stage);
  const entry = play.registers.bidders.get(bidder.organisationId);
  if (changes === null || entry === undefined) play.registers.bidders.delete(bidder.organisationId);
  else play.registers.bidders.set(bidder.organisationId, { ...entry, ...changes });
  return play;
}

const bid = (play: AuctionPlay, changes: Form = {}): Answer =>
  play.give('SUBMIT_BID', ALPHA, bidOf(ALPHA, '40.00', changes));

const corrigendum = (play: AuctionPlay, dates: Form): Answer =>
  play.give('ISSUE_CORRIGENDUM', OFFICER, { text: 'Dates are changed.', ...dates });

/** After a question to Alpha that may be answered for four days. */
function askAlpha(): AuctionPlay {
  const play = playUntil('technicalEvaluation');
  play.mustGive('REQUEST_CLARIFICATION', MEMBER, {
    bidId: bidIdOf(play, ALPHA),
    question: 'Furnish the report.',
    answerBy: later(play, 4 * DAY),
  });
  return play;
}

function answer(play: AuctionPlay, actor: Actor = ALPHA, more: Form = {}): Answer {
  const [asked] = play.factsFor(ALPHA, ['clarifications']).clarifications;
  return play.give('ANSWER_CLARIFICATION', actor, {
    clarificationId: asked?.id ?? 'c-none',
    answer: 'It is attached.',
    ...more,
  });
}

const offer = (play: AuctionPlay, percent: string, more: Form = {}, actor: Actor = ALPHA): Answer =>
  play.give('FINAL_OFFER', actor, { percent, ...more });

function liveAfter(percent: string): AuctionPlay {
  const play = playUntil('roundTwoLive');
  play.at += MINUTE;
  play.mustGive('FINAL_OFFER', BETA, { percent });
  return play;
}

function declared(): AuctionPlay {
  const play = playUntil('preferredBidderDeclared');
  play.at += 3 * DAY;
  return play;
}

const PART_D = { minerals: [{ code: 'LITHIUM', periods: [{ part: 'D', from: '2023-08-17', until: null }] }] };
const CENTRAL_PLAY = { opener: CENTRAL, registers: { block: world.blockOf(PART_D) } };

/** A central auction declared, its securities returned. */
function centralDeclared(): AuctionPlay {
  const play = playUntil('qualified', { play: CENTRAL_PLAY });
  return play;
}

function conductCentral(): AuctionPlay {
  const play = playUntilCentralLive();
  play.mustGive('FINAL_OFFER', ALPHA, { percent: '64.00' });
  play.letFallDue();
  play.at += DAY;
  for (const bidder of [BETA, GAMMA]) play.mustGive('RETURN_SECURITY', CENTRAL, returnOf(play, bidder));
  return play;
}

function playUntilCentralLive(): AuctionPlay {
  const play = centralDeclared();
  play.mustGive('SCHEDULE_ROUND_TWO', CENTRAL, { startsAt: later(play, 2 * DAY) });
  play.letFallDue();
  return play;
}

const FORFEITURE = {
  organisationId: ALPHA.organisationId,
  guaranteeNumber: `BG/${ALPHA.organisationId}`,
  ground: 'REFUSAL',
  provision: 'Tender document, clause 14.5',
  reason: 'The preferred bidder did not pay in time.',
};
const ANNULMENT = {
  ground: 'PREFERRED_BIDDER_DEFAULT',
  provision: 'Mineral (Auction) Rules, 2015, r. 10(1)',
  reason: 'The preferred bidder did not pay in time.',
};

/** For each rule one command that passes it and one that it alone refuses. */
const TRIALS: Readonly<Record<string, Trial>> = {
  'block-is-registered': {
    accepted: () => draft({}),
    refused: () => draft({ scheme: 'composite-licence' }),
    finding: { datum: 'scheme', required: 'the concession of the register, ML' },
  },
  'authority-may-draft': {
    accepted: () => draft({}, CENTRAL_PLAY),
    refused: () => draft({}, { registers: { block: world.blockOf(PART_D) } }),
    finding: { datum: 'jurisdiction', found: 'OD', required: 'CENTRE, for a mineral of Part D of the First Schedule' },
  },
  'attempt-follows-the-last': {
    accepted: () =>
      draft({ attempt: 'SECOND', previousCaseId: 'AUCTION-0' }, { registers: { attempts: [attemptOf()] } }),
    refused: () => draft({ attempt: 'SECOND', previousCaseId: 'AUCTION-0' }),
    finding: { datum: 'attempt', found: 'SECOND' },
  },
  'authority-is-competent': {
    accepted: () => publish({}, { centralGround: 'The State asked the Centre to act.' }, { opener: CENTRAL }),
    refused: () => {
      const play = playUntil('draft');
      play.registers.block = world.blockOf(PART_D);
      return play.give('PUBLISH_NOTICE', OFFICER);
    },
    finding: { datum: 'jurisdiction', found: 'OD' },
  },
  'attempt-is-legal': {
    accepted: () => new AuctionPlay(secondAttempt()).give('PUBLISH_NOTICE', OFFICER),
    refused: () => {
      const play = playUntil('draft');
      play.registers.attempts = [attemptOf({ phase: 'PUBLISHED', reason: null })];
      return play.give('PUBLISH_NOTICE', OFFICER);
    },
    finding: { datum: 'attempt', found: 'AUCTION-0 is under way' },
  },
  'practice-block-stays-in-practice': {
    accepted: () => publish({ rehearsal: true }, {}, { rehearsal: true }),
    refused: () => publish({ rehearsal: true }),
    finding: { found: 'invented for practice' },
  },
  'area-is-demarcated': {
    accepted: () => publish(),
    refused: () => publish({ demarcated: null }),
    finding: { datum: 'block.demarcated', found: null, required: true },
  },
  'land-is-classified': {
    accepted: () => publish(),
    refused: () => publish({ landClassified: false }),
    finding: { datum: 'block.land' },
  },
  'exploration-suffices': {
    accepted: () => publish({ explorationLevel: 'G1' }),
    refused: () => publish({ explorationLevel: 'G3' }),
    finding: { found: 'G3', required: 'G2 or better' },
  },
  'geological-report-is-there': {
    accepted: () => publish(),
    refused: () => publish({ geologicalReport: null }),
    finding: { datum: 'block.geologicalReport' },
  },
  'value-is-computed': {
    accepted: () => publish(),
    refused: () => publish({ version: 4 }),
    finding: { found: 'computed for version 3 of the block', required: 'computed for version 4' },
  },
  'bound-is-set': {
    accepted: () => publish({}, { bound: '0.01' }),
    refused: () => publish({}, { bound: '0.00' }),
    finding: { found: '0.00', required: 'more than 0.00' },
  },
  'security-can-be-told': {
    accepted: () =>
      publish({ concession: 'EL' }, { scheme: 'exploration-licence', bound: '25.00', statedSecurity: '5000000.00' }),
    refused: () => publish({ concession: 'EL' }, { scheme: 'exploration-licence', bound: '25.00' }),
    finding: { datum: 'statedSecurity', found: null },
  },
  'schedule-is-in-order': {
    accepted: () => publish({}, { purchaseClosesAt: world.DRAFT.bidsDueAt }),
    refused: () => publish({}, { bidsDueAt: world.DRAFT.studyEndsAt, purchaseClosesAt: world.DRAFT.studyEndsAt }),
    finding: { datum: 'bidsDueAt', required: 'later than studyEndsAt, 2027-01-05T17:00:00+05:30' },
  },
  'study-period-suffices': {
    accepted: () => publish({}, { studyEndsAt: '2026-12-31T11:00:00+05:30' }),
    refused: () => publish({}, { studyEndsAt: '2026-12-31T10:59:59+05:30' }),
    finding: { required: '2026-12-31T11:00:00+05:30 or later, 30 days after publication' },
  },
  'numbers-are-known': {
    accepted: () => publish({}, { step: '0.10' }),
    refused: () => publish({}, { step: '0.00' }),
    finding: { datum: 'step', found: '0.00' },
  },
  'law-is-signed': {
    accepted: () => publish({}, {}, { law: world.UNSIGNED, rehearsal: true }),
    refused: () => publish({}, {}, { law: world.UNSIGNED }),
    finding: { datum: 'auction.bid-documents, auction.round-two-minutes, auction.extension-minutes' },
  },
  'changed-dates-lie-ahead': {
    accepted: () => corrigendum(playUntil('bidding'), { bidsDueAt: '2027-01-26T17:00:00+05:30' }),
    refused: () => corrigendum(playUntil('bidding'), { studyEndsAt: '2027-01-20T17:00:00+05:30' }),
    finding: { datum: 'studyEndsAt', found: 'passed on 2027-01-05T17:00:00+05:30' },
  },
  'study-period-is-not-shortened': {
    accepted: () => corrigendum(playUntil('saleOpen'), { studyEndsAt: '2027-01-06T17:00:00+05:30' }),
    refused: () => corrigendum(playUntil('saleOpen'), { studyEndsAt: '2027-01-05T16:59:59+05:30' }),
    finding: { found: '2027-01-05T16:59:59+05:30', required: '2027-01-05T17:00:00+05:30 or later' },
  },
  'dates-are-not-brought-forward': {
    accepted: () => corrigendum(playUntil('saleOpen'), { queriesCloseAt: '2026-12-16T17:00:00+05:30' }),
    refused: () => corrigendum(playUntil('saleOpen'), { bidsDueAt: '2027-01-24T17:00:00+05:30' }),
    finding: { datum: 'bidsDueAt' },
  },
  'corrigendum-keeps-the-order': {
    accepted: () => corrigendum(playUntil('saleOpen'), { bidsDueAt: '2027-02-01T17:00:00+05:30' }),
    refused: () => corrigendum(playUntil('saleOpen'), { studyEndsAt: '2027-01-25T17:00:00+05:30' }),
    finding: { datum: 'bidsDueAt', required: 'later than studyEndsAt, 2027-01-25T17:00:00+05:30' },
  },
  'purchase-is-in-time': {
    accepted: () => {
      const play = playUntil('bidding', { offers: [] });
      play.at = play.context.schedule.purchaseClosesAt;
      return play.give('PURCHASE_TENDER', ALPHA, PURCHASE);
    },
    refused: () => {
      const play = playUntil('bidding', { offers: [] });
      play.at = play.context.schedule.purchaseClosesAt + 1;
      return play.give('PURCHASE_TENDER', ALPHA, PURCHASE);
    },
    finding: { found: '2027-01-20T17:00:00.001+05:30', required: 'not later than 2027-01-20T17:00:00+05:30' },
  },
  'bidder-is-registered': {
    accepted: () => playUntil('saleOpen').give('PURCHASE_TENDER', ALPHA, PURCHASE),
    refused: () => registeredAs('saleOpen', ALPHA, null).give('PURCHASE_TENDER', ALPHA, PURCHASE),
    finding: { datum: 'bidder', found: null },
  },
  'bidder-is-no-organiser': {
    accepted: () => playUntil('saleOpen').give('PURCHASE_TENDER', ALPHA, PURCHASE),
    refused: () => {
      const play = playUntil('saleOpen');
      const entry = play.registers.bidders.get(ALPHA.organisationId);
      if (entry !== undefined) play.registers.bidders.set(OFFICER.organisationId, entry);
      return play.give('PURCHASE_TENDER', world.actorOf('bidder', OFFICER.organisationId), PURCHASE);
    },
    finding: { found: 'conducts this auction' },
  },
  'document-is-not-bought-twice': {
    accepted: () => playUntil('bidding').give('PURCHASE_TENDER', DELTA, PURCHASE),
    refused: () => playUntil('bidding').give('PURCHASE_TENDER', ALPHA, PURCHASE),
    finding: { found: 'your organisation has bought it' },
  },
  'fee-is-paid-in-full': {
    accepted: () => playUntil('saleOpen').give('PURCHASE_TENDER', ALPHA, PURCHASE),
    refused: () => playUntil('saleOpen').give('PURCHASE_TENDER', ALPHA, { ...PURCHASE, amount: '299999.99' }),
    finding: { found: '299999.99', required: '300000.00' },
  },
  'query-is-in-time': {
    accepted: () => {
      const play = playUntil('saleOpen');
      play.mustGive('PURCHASE_TENDER', ALPHA, PURCHASE);
      play.at = play.context.schedule.queriesCloseAt;
      return play.give('ASK_QUERY', ALPHA, { text: 'Is there forest in the east?' });
    },
    refused: () => {
      const play = playUntil('saleOpen');
      play.mustGive('PURCHASE_TENDER', ALPHA, PURCHASE);
      play.at = play.context.schedule.queriesCloseAt + 1;
      return play.give('ASK_QUERY', ALPHA, { text: 'Is there forest in the east?' });
    },
    finding: { datum: 'receivedAt' },
  },
  'tender-was-purchased': {
    accepted: () => bid(playUntil('bidding')),
    refused: () => playUntil('bidding').give('SUBMIT_BID', DELTA, bidOf(DELTA, '40.00')),
    finding: {
      datum: 'purchase',
      cure: { who: 'your organisation', how: 'buy the tender document', by: '2027-01-20T17:00:00+05:30' },
    },
  },
  'queries-are-unanswered': {
    accepted: () => reply(askQuestion()),
    refused: () => {
      const play = askQuestion();
      reply(play);
      return reply(play);
    },
    finding: { datum: 'replies' },
  },
  'bid-is-in-time': {
    accepted: () => {
      const play = playUntil('bidding');
      play.at = play.context.schedule.bidsDueAt;
      return bid(play);
    },
    refused: () => {
      const play = playUntil('bidding');
      play.at = play.context.schedule.bidsDueAt + 1_000;
      return bid(play);
    },
    finding: { found: '2027-01-25T17:00:01+05:30', required: 'not later than 2027-01-25T17:00:00+05:30' },
  },
  'bidder-is-not-debarred': {
    accepted: () =>
      bid(
        registeredAs('bidding', ALPHA, {
          debarments: [{ basis: 'MDPA', issuedBy: 'Odisha', from: '2023-01-01', until: '2026-01-01' }],
        }),
      ),
    refused: () =>
      bid(
        registeredAs('bidding', ALPHA, {
          debarments: [{ basis: 'MDPA', issuedBy: 'Odisha', from: '2026-01-01', until: '2029-01-01' }],
        }),
      ),
    finding: { found: 'MDPA, by Odisha', cure: { who: 'Odisha', how: 'it ends by itself on 2029-01-01' } },
  },
  'bid-stands': {
    accepted: () => playUntil('bidsIn').give('WITHDRAW_BID', ALPHA),
    refused: () => playUntil('bidding').give('WITHDRAW_BID', ALPHA),
    finding: { datum: 'bid', found: null },
  },
  'documents-are-own': {
    accepted: () => bid(playUntil('bidding')),
    refused: () => bid(playUntil('bidding'), { documents: bidOf(BETA, '40.00').documents }),
    finding: { datum: 'documents', required: 'stored documents of your own organisation' },
  },
  'documents-are-complete': {
    accepted: () => bid(playUntil('bidding')),
    refused: () => bid(playUntil('bidding'), { documents: bidOf(ALPHA, '40.00').documents.slice(1) }),
    finding: { found: 'missing: BID_LETTER' },
  },
  'security-covers-the-amount': {
    accepted: () => bid(playUntil('bidding')),
    refused: () => bid(playUntil('bidding'), { security: { ...bidOf(ALPHA, '1.00').security, amount: '49999999.99' } }),
    finding: { found: '49999999.99', required: '50000000.00 or more' },
  },
  'security-outlives-the-bid': {
    accepted: () =>
      bid(playUntil('bidding'), { security: { ...bidOf(ALPHA, '1.00').security, expiresOn: '2027-07-24' } }),
    refused: () =>
      bid(playUntil('bidding'), { security: { ...bidOf(ALPHA, '1.00').security, expiresOn: '2027-07-23' } }),
    finding: { found: '2027-07-23', required: '2027-07-24 or later, 180 days after the due date' },
  },
  'affiliates-are-declared': {
    accepted: () =>
      bid(registeredAs('bidding', ALPHA, { links: ['Alpha Holdings'] }), { affiliates: ['ALPHA holdings'] }),
    refused: () => bid(registeredAs('bidding', ALPHA, { links: ['Alpha Holdings'] })),
    finding: { found: 'not declared: Alpha Holdings' },
  },
  'committee-has-no-interest': {
    accepted: () => playUntil('opening').give('OPEN_TECHNICAL', CHAIR),
    refused: () => playUntil('opening').give('OPEN_TECHNICAL', world.actorOf('evaluation-chair', ALPHA.organisationId)),
    finding: { datum: 'organisation', concealed: true },
  },
  'bid-is-under-evaluation': {
    accepted: () => ask(playUntil('technicalEvaluation')),
    refused: () => ask(playUntil('technicalEvaluation'), { bidId: 'b-0123456789abcdef' }),
    finding: { datum: 'bidId', found: 'b-0123456789abcdef' },
  },
  'answer-time-suffices': {
    accepted: () => ask(playUntil('technicalEvaluation')),
    refused: () => {
      const play = playUntil('technicalEvaluation');
      return ask(play, { answerBy: later(play, 3 * DAY - 1_000) });
    },
    finding: { datum: 'answerBy' },
  },
  'clarification-is-own-and-open': {
    accepted: () => answer(askAlpha()),
    refused: () => answer(askAlpha(), BETA),
    finding: { required: 'an open question to you' },
  },
  'answer-is-in-time': {
    accepted: () => {
      const play = askAlpha();
      play.at += 4 * DAY;
      return answer(play);
    },
    refused: () => {
      const play = askAlpha();
      play.at += 4 * DAY + 1;
      return answer(play);
    },
    finding: { datum: 'receivedAt' },
  },
  'grounds-match-the-result': {
    accepted: () => find(playUntil('technicalEvaluation'), { result: 'FAILED', grounds: ['AREA_LIMIT'] }),
    refused: () => find(playUntil('technicalEvaluation'), { result: 'FAILED' }),
    finding: { datum: 'grounds', found: [] },
  },
  'result-agrees-with-net-worth': {
    accepted: () =>
      find(playUntil('technicalEvaluation'), {
        result: 'FAILED',
        grounds: ['NET_WORTH'],
        assessedNetWorth: '800000000.00',
      }),
    refused: () => find(playUntil('technicalEvaluation'), { assessedNetWorth: '800000000.00' }),
    finding: { found: '800000000.00', required: 'a result that agrees with Schedule I: more than Rs 80,00,00,000.00' },
  },
  'finding-waits-for-the-answer': {
    accepted: () => {
      const play = askAlpha();
      answer(play);
      return find(play);
    },
    refused: () => find(askAlpha()),
    finding: { datum: 'clarification' },
  },
  'links-name-bids': {
    accepted: () => screen(playUntil('technicalEvaluation')),
    refused: () => screen(playUntil('technicalEvaluation'), 'b-0123456789abcdef'),
    finding: { datum: 'links', found: ['b-0123456789abcdef'] },
  },
  'every-bid-has-a-finding': {
    accepted: () => playUntil('evaluated').give('FREEZE_EVALUATION', CHAIR),
    refused: () => {
      const play = playUntil('technicalEvaluation');
      find(play);
      play.mustGive('RECORD_SCREENING', MEMBER, SCREENING);
      return play.give('FREEZE_EVALUATION', CHAIR);
    },
    finding: { datum: 'findings', found: 'missing for 2 of 3 bids' },
  },
  'affiliates-are-screened': {
    accepted: () => playUntil('evaluated').give('FREEZE_EVALUATION', CHAIR),
    refused: () => {
      const play = playUntil('technicalEvaluation', { offers: [[ALPHA, '40.00']] });
      find(play);
      return play.give('FREEZE_EVALUATION', CHAIR);
    },
    finding: { datum: 'screening', found: null },
  },
  'clarifications-are-closed': {
    accepted: () => {
      const play = askAlpha();
      answer(play);
      evaluate(play);
      return play.give('FREEZE_EVALUATION', CHAIR);
    },
    refused: () => {
      const play = playUntil('evaluated');
      ask(play);
      return play.give('FREEZE_EVALUATION', CHAIR);
    },
    finding: { datum: 'clarifications' },
  },
  'approver-recorded-no-finding': {
    accepted: () => playUntil('evaluated').give('FREEZE_EVALUATION', APPROVER),
    refused: () => playUntil('evaluated').give('FREEZE_EVALUATION', { ...APPROVER, personId: MEMBER.personId }),
    finding: { datum: 'approver' },
  },
  'round-is-announced-in-time': {
    accepted: () => {
      const play = playUntil('qualified');
      return play.give('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: later(play, 24 * HOUR) });
    },
    refused: () => {
      const play = playUntil('qualified');
      return play.give('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: later(play, 24 * HOUR - 1_000) });
    },
    finding: { datum: 'startsAt' },
  },
  'offerer-is-qualified': {
    accepted: () => offer(playUntil('roundTwoLive'), '63.60'),
    refused: () => offer(playUntil('roundTwoLive'), '63.60', {}, DELTA),
    finding: { datum: 'roster' },
  },
  'offer-is-under-own-alias': {
    accepted: () => {
      const play = playUntil('roundTwoLive');
      return offer(play, '63.60', { alias: play.partyOf(ALPHA)?.alias });
    },
    refused: () => {
      const play = playUntil('roundTwoLive');
      return offer(play, '63.60', { alias: play.partyOf(BETA)?.alias });
    },
    finding: { datum: 'alias' },
  },
  'offer-is-in-time': {
    accepted: () => {
      const play = playUntil('roundTwoLive');
      play.at = play.context.round?.closesAt ?? 0;
      return offer(play, '63.60');
    },
    refused: () => {
      const play = playUntil('roundTwoLive');
      play.at = (play.context.round?.closesAt ?? 0) + 1;
      return offer(play, '63.60');
    },
    finding: { datum: 'receivedAt' },
  },
  'offer-beats-the-bound': {
    accepted: () => offer(playUntil('roundTwoLive'), '63.60'),
    refused: () => offer(playUntil('roundTwoLive'), '63.55'),
    finding: { found: '63.55', required: 'above 63.55' },
  },
  'offer-beats-the-best': {
    accepted: () => offer(liveAfter('64.00'), '64.05'),
    refused: () => offer(liveAfter('64.00'), '64.00'),
    finding: { found: '64.00', required: 'above 64.00' },
  },
  'offer-is-on-a-step': {
    accepted: () => offer(playUntil('roundTwoLive'), '63.65'),
    refused: () => offer(playUntil('roundTwoLive'), '63.62'),
    finding: { found: '63.62', required: 'whole steps of 0.05 from 63.55' },
  },
  'far-offer-is-repeated': {
    accepted: () => offer(playUntil('roundTwoLive'), '68.55'),
    refused: () => offer(playUntil('roundTwoLive'), '68.60'),
    finding: {
      datum: 'repeated',
      required: { figures: '68.60', words: 'sixty-eight point six zero' },
      cure: {
        who: 'your organisation',
        how: expect.stringContaining('Rs 13,72,00,00,000.00, Rs 1,01,00,00,000.00 from the floor') as unknown as string,
        by: expect.any(String) as unknown as string,
      },
    },
  },
  'mistake-names-own-offer': {
    accepted: () => report(liveAfter('64.00'), BETA),
    refused: () => report(liveAfter('64.00'), ALPHA),
    finding: { datum: 'percent', found: '64.00' },
  },
  'outage-lies-in-the-round': {
    accepted: () => pause(playUntil('roundTwoLive'), 0),
    refused: () => pause(playUntil('roundTwoLive'), -1_000),
    finding: { datum: 'outageBeganAt' },
  },
  'resumption-is-announced-in-time': {
    accepted: () => resume(playUntil('roundTwoPaused'), 30 * MINUTE),
    refused: () => resume(playUntil('roundTwoPaused'), 30 * MINUTE - 1_000),
    finding: { datum: 'resumesAt' },
  },
  'security-is-held': {
    accepted: () => returnTo(declared(), BETA),
    refused: () => {
      const play = declared();
      returnTo(play, BETA);
      return returnTo(play, BETA);
    },
    finding: { found: 'RETURNED' },
  },
  'preferred-security-is-kept': {
    accepted: () => returnTo(declared(), BETA),
    refused: () => returnTo(declared(), ALPHA),
    finding: { found: 'the preferred bidder' },
  },
  'return-has-happened': {
    accepted: () => returnTo(declared(), BETA),
    refused: () => {
      const play = declared();
      return play.give('RETURN_SECURITY', OFFICER, { ...returnOf(play, BETA), returnedOn: '2099-01-01' });
    },
    finding: { found: '2099-01-01' },
  },
  'reported-mistake-is-weighed': {
    accepted: () => forfeit({ mistakeConsidered: 'It was reported nine days late.' }),
    refused: () => forfeit({}),
    finding: { datum: 'mistakeConsidered' },
  },
  'centre-conducts': {
    accepted: () => conductCentral().give('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' }),
    refused: () => declared().give('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' }),
    finding: { found: 'OD', required: 'CENTRE' },
  },
  'state-is-intimated-once': {
    accepted: () => conductCentral().give('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' }),
    refused: () => {
      const play = conductCentral();
      play.mustGive('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' });
      return play.give('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/15/2027' });
    },
    finding: { found: 'recorded' },
  },
  'securities-are-settled': {
    accepted: () => {
      const play = declared();
      for (const bidder of [BETA, GAMMA]) returnTo(play, bidder);
      return play.give('CONCLUDE', OFFICER);
    },
    refused: () => {
      const play = declared();
      returnTo(play, BETA);
      return play.give('CONCLUDE', OFFICER);
    },
    finding: { datum: 'securities', found: '1 held' },
  },
  'state-is-intimated': {
    accepted: () => {
      const play = conductCentral();
      play.mustGive('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' });
      return play.give('CONCLUDE', CENTRAL);
    },
    refused: () => conductCentral().give('CONCLUDE', CENTRAL),
    finding: { datum: 'intimation', found: null },
  },
  'ground-fits-the-stage': {
    accepted: () => declared().give('ANNUL', OFFICER, ANNULMENT),
    refused: () => playUntil('bidding').give('ANNUL', OFFICER, ANNULMENT),
    finding: { found: 'PREFERRED_BIDDER_DEFAULT' },
  },
};

function askQuestion(): AuctionPlay {
  const play = playUntil('saleOpen');
  play.mustGive('PURCHASE_TENDER', ALPHA, PURCHASE);
  play.mustGive('ASK_QUERY', ALPHA, { text: 'Is there forest in the east?' });
  return play;
}

function reply(play: AuctionPlay): Answer {
  const [query] = play.factsFor(OFFICER, ['queries']).queries;
  return play.give('PUBLISH_REPLIES', OFFICER, { replies: [{ queryId: query?.id, text: 'None.' }] });
}

function ask(play: AuctionPlay, more: Form = {}): Answer {
  return play.give('REQUEST_CLARIFICATION', MEMBER, {
    bidId: bidIdOf(play, ALPHA),
    question: 'Furnish the report.',
    answerBy: later(play, 3 * DAY),
    ...more,
  });
}

const find = (play: AuctionPlay, more: Form = {}): Answer =>
  play.give('RECORD_FINDING', MEMBER, findingOf(bidIdOf(play, ALPHA), more));

function screen(play: AuctionPlay, bidId: string = bidIdOf(play, ALPHA)): Answer {
  const link = { bidId, party: 'Alpha Holdings', relation: 'CONTROLLED_BY', source: 'Register of companies' };
  return play.give('RECORD_SCREENING', MEMBER, { ...SCREENING, links: [link] });
}

const report = (play: AuctionPlay, actor: Actor): Answer =>
  play.give('REPORT_MISTAKE', actor, { percent: '64.00', explanation: '63.60 was meant.' });

const pause = (play: AuctionPlay, shift: number): Answer =>
  play.give('PAUSE_ROUND_TWO', OPERATOR, { outageBeganAt: later(play, shift), reason: 'The network failed.' });

const resume = (play: AuctionPlay, ahead: number): Answer =>
  play.give('ANNOUNCE_RESUMPTION', OPERATOR, { resumesAt: later(play, ahead) });

const returnTo = (play: AuctionPlay, bidder: Actor): Answer =>
  play.give('RETURN_SECURITY', OFFICER, returnOf(play, bidder));

/** Forfeits the security of the preferred bidder after an annulment for his default; he had reported a mistake. */
function forfeit(more: Form): Answer {
  const play = playUntil('preferredBidderDeclared');
  play.mustGive('REPORT_MISTAKE', ALPHA, { percent: '64.00', explanation: '63.60 was meant.' });
  play.mustGive('ANNUL', OFFICER, ANNULMENT);
  return play.give('FORFEIT_SECURITY', OFFICER, { ...FORFEITURE, ...more });
}

describe('the rules of the block auction', () => {
  const rules = [blockAuction.open, ...Object.values(blockAuction.commands)].flatMap((spec) => [...spec.rules]);

  it('are all tried here', () => {
    expect([...new Set(rules.map(({ name }) => name))].sort()).toEqual(Object.keys(TRIALS).sort());
  });

  it('cite a provision of the Rules, of the Act or of a named policy, and say a sentence each', () => {
    const acts = [
      'Mineral (Auction) Rules, 2015',
      'Mines and Minerals (Development and Regulation) Act, 1957',
      'Policy of Adit',
    ];
    for (const rule of rules) {
      expect(acts).toContain(rule.ref.act);
      expect(rule.ref.provision).toMatch(/^(rr?\. |ss?\. |block auction, )/);
      expect(rule.text).toMatch(/^[A-Z].*\.$/);
    }
  });

  for (const [name, trial] of Object.entries(TRIALS)) {
    it(`${name} passes what keeps it`, () => {
      expect(trial.accepted()).toMatchObject({ kind: 'accepted' });
    });

    it(`${name} alone refuses what breaks it, and says what was found, what is needed and who cures it`, () => {
      const refused = trial.refused();
      expect(refused.kind === 'refused' ? Object.keys(refused.findings) : refused.kind).toEqual([name]);
      const finding = refused.kind === 'refused' ? refused.findings[name] : undefined;
      expect(finding).toMatchObject({ ...trial.finding, cure: { who: expect.any(String), how: expect.any(String) } });
      expect(finding?.required).toBeDefined();
    });
  }

  it('are all answered together, never only the first', () => {
    const play = playUntil('bidding');
    play.at = play.context.schedule.bidsDueAt + 1_000;
    const refused = play.give('SUBMIT_BID', DELTA, bidOf(ALPHA, '40.00'));
    expect(refused.kind === 'refused' ? Object.keys(refused.findings) : []).toEqual([
      'bid-is-in-time',
      'tender-was-purchased',
      'documents-are-own',
    ]);
  });

  it('let nobody but the clock end a period, start, resume or close a round', () => {
    for (const command of [
      'END_STUDY_PERIOD',
      'CLOSE_BIDDING',
      'START_ROUND_TWO',
      'RESUME_ROUND_TWO',
      'CLOSE_ROUND_TWO',
    ]) {
      expect(blockAuction.commands[command]?.roles).toEqual(['system']);
    }
  });

  it('take a second bid of one bidder as its replacement, and a withdrawn one as none', () => {
    const play = playUntil('bidsIn');
    play.mustGive('SUBMIT_BID', ALPHA, bidOf(ALPHA, '41.00'));
    expect(play.factsFor(CHAIR, ['bidCount']).bidCount).toBe(OFFERS.length);
    play.mustGive('WITHDRAW_BID', ALPHA);
    expect(play.factsFor(CHAIR, ['bidCount']).bidCount).toBe(OFFERS.length - 1);
    play.mustGive('SUBMIT_BID', ALPHA, bidOf(ALPHA, '42.00'));
    expect(play.factsFor(CHAIR, ['bidCount']).bidCount).toBe(OFFERS.length);
  });

  it('let a far offer bind once it is repeated in figures and words, from the instant of the repetition', () => {
    const play = playUntil('roundTwoLive');
    play.at += MINUTE;
    expect(offer(play, '140.10').kind).toBe('refused');
    for (const repeated of [
      { figures: '104.10', words: 'one hundred and forty point one zero' },
      { figures: '140.10', words: 'one hundred and four point one zero' },
    ]) {
      expect(offer(play, '140.10', { repeated })).toMatchObject({
        findings: { 'far-offer-is-repeated': { found: repeated } },
      });
    }
    expect(play.context.round?.best).toBeNull();
    play.at += MINUTE;
    const repeated = { figures: '140.10', words: 'One hundred forty point one zero per cent' };
    expect(offer(play, '140.10', { repeated }).kind).toBe('accepted');
    expect(play.context.round).toMatchObject({ best: '140.10', extendedAt: play.at });
    expect(play.memory.rows('final_offer')).toHaveLength(1);
    expect(play.acts.filter(({ kind }) => kind === 'refused')).toHaveLength(3);
  });

  it('ask a buyer of an earlier document the lower price, where the tender allows for it', () => {
    const form = { ...secondAttempt().form, repeatFee: '25000.00' };
    const play = playUntil('saleOpen', { play: { ...secondAttempt(), form } });
    play.registers.earlierPurchases.set(ALPHA.organisationId, 'AUCTION-0');
    expect(play.give('PURCHASE_TENDER', ALPHA, PURCHASE).kind).toBe('refused');
    expect(play.give('PURCHASE_TENDER', ALPHA, { ...PURCHASE, amount: '25000.00' }).kind).toBe('accepted');
    expect(play.give('PURCHASE_TENDER', BETA, { ...PURCHASE, amount: '25000.00' }).kind).toBe('refused');
  });

  it('bar the officers of an organisation that the register links with a bidder', () => {
    const play = playUntil('opening');
    const entry = play.registers.bidders.get(ALPHA.organisationId);
    if (entry !== undefined) play.registers.bidders.set(ALPHA.organisationId, { ...entry, links: ['org-holding'] });
    const refused = play.give('OPEN_TECHNICAL', world.actorOf('evaluation-chair', 'org-holding'));
    const finding = refused.kind === 'refused' ? refused.findings['committee-has-no-interest'] : undefined;
    expect(finding).toBeDefined();
    const shown = discloseRefusal({ rule: 'r', ref: { act: 'a', provision: 'p' }, text: 't', ...(finding as Finding) });
    expect(shown.found).toBe('not shown in your capacity');
  });

  it('fail on a missing number by naming it, before a notice stands on the gap', () => {
    const play = playUntil('draft');
    play.law = world.lawOf({ 'auction.extension-minutes': null });
    expect(() => play.give('PUBLISH_NOTICE', OFFICER)).toThrow('auction.extension-minutes');
    const stated = new AuctionPlay({ form: { extensionMinutes: 8 }, law: play.law });
    expect(stated.give('PUBLISH_NOTICE', OFFICER).kind).toBe('accepted');
  });

  it('leave the decision of a second attempt to the place that the law gives it', () => {
    expect(playUntilDecision().give('ANNUL', OFFICER, { ...ANNULMENT, ground: 'AUTHORITY_DECIDED' }).kind).toBe(
      'accepted',
    );
    expect(declared().give('ANNUL', OFFICER, { ...ANNULMENT, ground: 'AUTHORITY_DECIDED' }).kind).toBe('refused');
  });
});
