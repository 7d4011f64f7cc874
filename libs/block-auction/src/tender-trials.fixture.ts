import type { Actor } from '#case-kit';
import type { AttemptFact, BidderFact, BlockFact, PaperFact } from './block-auction.facts.js';
import { AuctionPlay, OpeningRefused, type Answer } from './play.fixture.js';
import { bidOf, playUntil, PURCHASE, secondAttempt, TOO_FEW } from './stages.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, CENTRAL, CHAIR, DELTA, OFFICER } = world;

type Form = Readonly<Record<string, unknown>>;

/** One command that a rule passes and one that it alone refuses. */
export interface Trial {
  readonly accepted: () => Answer;
  readonly refused: () => Answer;
}

const PART_D = { minerals: [{ code: 'LITHIUM', periods: [{ part: 'D', from: '2023-08-17', until: null }] }] };

export const CENTRAL_PLAY = { opener: CENTRAL, registers: { block: world.blockOf(PART_D) } };

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

/** What is known of the first document of ALPHA's bid. */
function withPaper(stage: 'bidding', known: Omit<PaperFact, 'documentId'>): AuctionPlay {
  const play = playUntil(stage);
  const { documentId = '' } = bidOf(ALPHA, '40.00').documents[0] ?? {};
  play.registers.papers.set(documentId, { documentId, ...known });
  return play;
}

const bid = (play: AuctionPlay, changes: Form = {}): Answer =>
  play.give('SUBMIT_BID', ALPHA, bidOf(ALPHA, '40.00', changes));

const corrigendum = (play: AuctionPlay, dates: Form): Answer =>
  play.give('ISSUE_CORRIGENDUM', OFFICER, { text: 'Dates are changed.', ...dates });

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

/** For each rule up to the due time of the bids one command that passes it and one that it alone refuses. */
export const TENDER_TRIALS: Readonly<Record<string, Trial>> = {
  'block-is-registered': {
    accepted: () => draft({}),
    refused: () => draft({ scheme: 'composite-licence' }),
  },
  'authority-may-draft': {
    accepted: () => draft({}, CENTRAL_PLAY),
    refused: () => draft({}, { registers: { block: world.blockOf(PART_D) } }),
  },
  'attempt-follows-the-last': {
    accepted: () =>
      draft({ attempt: 'SECOND', previousCaseId: 'AUCTION-0' }, { registers: { attempts: [attemptOf()] } }),
    refused: () => draft({ attempt: 'SECOND', previousCaseId: 'AUCTION-0' }),
  },
  'authority-is-competent': {
    accepted: () => publish({}, { centralGround: 'The State asked the Centre to act.' }, { opener: CENTRAL }),
    refused: () => {
      const play = playUntil('draft');
      play.registers.block = world.blockOf(PART_D);
      return play.give('PUBLISH_NOTICE', OFFICER);
    },
  },
  'attempt-is-legal': {
    accepted: () => new AuctionPlay(secondAttempt()).give('PUBLISH_NOTICE', OFFICER),
    refused: () => {
      const play = playUntil('draft');
      play.registers.attempts = [attemptOf({ phase: 'PUBLISHED', reason: null })];
      return play.give('PUBLISH_NOTICE', OFFICER);
    },
  },
  'practice-block-stays-in-practice': {
    accepted: () => publish({ rehearsal: true }, {}, { rehearsal: true }),
    refused: () => publish({ rehearsal: true }),
  },
  'area-is-demarcated': {
    accepted: () => publish(),
    refused: () => publish({ demarcated: null }),
  },
  'land-is-classified': {
    accepted: () => publish(),
    refused: () => publish({ landClassified: false }),
  },
  'exploration-suffices': {
    accepted: () => publish({ explorationLevel: 'G1' }),
    refused: () => publish({ explorationLevel: 'G3' }),
  },
  'geological-report-is-there': {
    accepted: () => publish(),
    refused: () => publish({ geologicalReport: null }),
  },
  'value-is-computed': {
    accepted: () => publish(),
    refused: () => publish({ version: 4 }),
  },
  'bound-is-set': {
    accepted: () => publish({}, { bound: '0.01' }),
    refused: () => publish({}, { bound: '0.00' }),
  },
  'security-can-be-told': {
    accepted: () =>
      publish({ concession: 'EL' }, { scheme: 'exploration-licence', bound: '25.00', statedSecurity: '5000000.00' }),
    refused: () => publish({ concession: 'EL' }, { scheme: 'exploration-licence', bound: '25.00' }),
  },
  'schedule-is-in-order': {
    accepted: () => publish({}, { purchaseClosesAt: world.DRAFT.bidsDueAt }),
    refused: () => publish({}, { bidsDueAt: world.DRAFT.studyEndsAt, purchaseClosesAt: world.DRAFT.studyEndsAt }),
  },
  'study-period-suffices': {
    accepted: () => publish({}, { studyEndsAt: '2026-12-31T11:00:00+05:30' }),
    refused: () => publish({}, { studyEndsAt: '2026-12-31T10:59:59+05:30' }),
  },
  'numbers-are-known': {
    accepted: () => publish({}, { step: '0.10' }),
    refused: () => publish({}, { step: '0.00' }),
  },
  'law-is-signed': {
    accepted: () => publish({}, {}, { law: world.UNSIGNED, rehearsal: true }),
    refused: () => publish({}, {}, { law: world.UNSIGNED }),
  },
  'changed-dates-lie-ahead': {
    accepted: () => corrigendum(playUntil('bidding'), { bidsDueAt: '2027-01-26T17:00:00+05:30' }),
    refused: () => corrigendum(playUntil('bidding'), { studyEndsAt: '2027-01-20T17:00:00+05:30' }),
  },
  'study-period-is-not-shortened': {
    accepted: () => corrigendum(playUntil('saleOpen'), { studyEndsAt: '2027-01-06T17:00:00+05:30' }),
    refused: () => corrigendum(playUntil('saleOpen'), { studyEndsAt: '2027-01-05T16:59:59+05:30' }),
  },
  'dates-are-not-brought-forward': {
    accepted: () => corrigendum(playUntil('saleOpen'), { queriesCloseAt: '2026-12-16T17:00:00+05:30' }),
    refused: () => corrigendum(playUntil('saleOpen'), { bidsDueAt: '2027-01-24T17:00:00+05:30' }),
  },
  'corrigendum-keeps-the-order': {
    accepted: () => corrigendum(playUntil('saleOpen'), { bidsDueAt: '2027-02-01T17:00:00+05:30' }),
    refused: () => corrigendum(playUntil('saleOpen'), { studyEndsAt: '2027-01-25T17:00:00+05:30' }),
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
  },
  'bidder-is-registered': {
    accepted: () => playUntil('saleOpen').give('PURCHASE_TENDER', ALPHA, PURCHASE),
    refused: () => registeredAs('saleOpen', ALPHA, null).give('PURCHASE_TENDER', ALPHA, PURCHASE),
  },
  'bidder-is-no-organiser': {
    accepted: () => playUntil('saleOpen').give('PURCHASE_TENDER', ALPHA, PURCHASE),
    refused: () => {
      const play = playUntil('saleOpen');
      const entry = play.registers.bidders.get(ALPHA.organisationId);
      if (entry !== undefined) play.registers.bidders.set(OFFICER.organisationId, entry);
      return play.give('PURCHASE_TENDER', world.actorOf('bidder', OFFICER.organisationId), PURCHASE);
    },
  },
  'document-is-not-bought-twice': {
    accepted: () => playUntil('bidding').give('PURCHASE_TENDER', DELTA, PURCHASE),
    refused: () => playUntil('bidding').give('PURCHASE_TENDER', ALPHA, PURCHASE),
  },
  'fee-is-paid-in-full': {
    accepted: () => playUntil('saleOpen').give('PURCHASE_TENDER', ALPHA, PURCHASE),
    refused: () => playUntil('saleOpen').give('PURCHASE_TENDER', ALPHA, { ...PURCHASE, amount: '299999.99' }),
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
  },
  'tender-was-purchased': {
    accepted: () => bid(playUntil('bidding')),
    refused: () => playUntil('bidding').give('SUBMIT_BID', DELTA, bidOf(DELTA, '40.00')),
  },
  'queries-are-unanswered': {
    accepted: () => reply(askQuestion()),
    refused: () => {
      const play = askQuestion();
      reply(play);
      return reply(play);
    },
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
  },
  'bid-stands': {
    accepted: () => playUntil('bidsIn').give('WITHDRAW_BID', ALPHA),
    refused: () => playUntil('bidding').give('WITHDRAW_BID', ALPHA),
  },
  'documents-are-own': {
    accepted: () => bid(playUntil('bidding')),
    refused: () => bid(playUntil('bidding'), { documents: bidOf(BETA, '40.00').documents }),
  },
  'documents-are-complete': {
    accepted: () => bid(playUntil('bidding')),
    refused: () => bid(playUntil('bidding'), { documents: bidOf(ALPHA, '40.00').documents.slice(1) }),
  },
  'documents-are-clean': {
    accepted: () => bid(withPaper('bidding', { scan: 'clean', validUntil: null })),
    refused: () => bid(withPaper('bidding', { scan: 'infected', validUntil: null })),
  },
  'papers-are-valid': {
    accepted: () => bid(withPaper('bidding', { scan: 'not-scanned', validUntil: '2027-12-31' })),
    refused: () => bid(withPaper('bidding', { scan: 'not-scanned', validUntil: '2026-01-01' })),
  },
  'security-covers-the-amount': {
    accepted: () => bid(playUntil('bidding')),
    refused: () => bid(playUntil('bidding'), { security: { ...bidOf(ALPHA, '1.00').security, amount: '49999999.99' } }),
  },
  'security-outlives-the-bid': {
    accepted: () =>
      bid(playUntil('bidding'), { security: { ...bidOf(ALPHA, '1.00').security, expiresOn: '2027-07-24' } }),
    refused: () =>
      bid(playUntil('bidding'), { security: { ...bidOf(ALPHA, '1.00').security, expiresOn: '2027-07-23' } }),
  },
  'affiliates-are-declared': {
    accepted: () =>
      bid(registeredAs('bidding', ALPHA, { links: ['Alpha Holdings'] }), { affiliates: ['ALPHA holdings'] }),
    refused: () => bid(registeredAs('bidding', ALPHA, { links: ['Alpha Holdings'] })),
  },
  'committee-has-no-interest': {
    accepted: () => playUntil('opening').give('OPEN_TECHNICAL', CHAIR),
    refused: () => playUntil('opening').give('OPEN_TECHNICAL', world.actorOf('evaluation-chair', ALPHA.organisationId)),
  },
};
