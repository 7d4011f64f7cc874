import { assertEvent, assign, setup } from 'xstate';
import { parseInstant } from '#case-kit';
import { getRound, MINUTE } from './block-auction.clock.js';
import type { AuctionContext, AuctionEvent, AuctionInput } from './block-auction.model.js';
import { getPublished, takeOffer } from './block-auction.offers.js';
import { rankBids } from './block-auction.ranking.js';
import {
  annulBy,
  annulByLaw,
  changeSchedule,
  changeTerms,
  freezeTerms,
  pauseRound,
  resumeRound,
  NOT_BEGUN,
  startSchedule,
} from './block-auction.terms.js';

type Opening = Extract<AuctionEvent, { type: 'OPEN_PRICES' }>;

/** What a machine that is asked without input stands on; no case is ever opened with it. */
const BLANK: AuctionInput = {
  block: { id: '', name: '', state: '', minerals: [] },
  attempt: { lineageId: '', ordinal: 1, kind: 'FIRST', previousCaseId: null, previousHadTqb: null },
  terms: {
    scheme: 'mining-lease',
    bound: '0.00',
    tenderFee: '0.00',
    repeatFee: null,
    statedSecurity: null,
    proposer: null,
    step: null,
    extensionMinutes: null,
    roundTwoMinutes: null,
    potentialBasis: null,
    centralGround: null,
  },
  schedule: startSchedule({ queriesCloseAt: 0, repliesDueAt: 0, studyEndsAt: 0, purchaseClosesAt: 0, bidsDueAt: 0 }, 0),
};

/** Before an envelope is open nothing is ranked and the law is not asked: the unguarded branch is left to stand. */
function isRankedAs(context: AuctionContext, event: Opening, outcome: 'QUALIFIED' | 'AUTHORITY_DECIDES'): boolean {
  return Object.keys(event.opened).length > 0 && rankBids(context, event).outcome === outcome;
}

/**
 * What can happen in one attempt at one block, from the draft of its notice to the preferred bidder. Purchases, bids,
 * findings and offers live in rows: a counter in the context would tell how many there are.
 */
export const blockAuctionMachine = setup({
  types: {
    context: {} as AuctionContext,
    events: {} as AuctionEvent,
    input: {} as AuctionInput | undefined,
  },
  guards: {
    somebodyBid: ({ event }) => {
      assertEvent(event, 'CLOSE_BIDDING');
      return event.facts.bidCount > 0;
    },
    everyBidFailed: ({ event }) => {
      assertEvent(event, 'FREEZE_EVALUATION');
      return event.facts.evaluation.every(({ result }) => result === 'FAILED');
    },
    enoughQualify: ({ context, event }) => {
      assertEvent(event, 'OPEN_PRICES');
      return isRankedAs(context, event, 'QUALIFIED');
    },
    authorityDecides: ({ context, event }) => {
      assertEvent(event, 'OPEN_PRICES');
      return isRankedAs(context, event, 'AUTHORITY_DECIDES');
    },
    offerWasMade: ({ context }) => getRound(context).best !== null,
  },
  actions: {
    changeTerms: assign(({ context, event }) => {
      assertEvent(event, 'AMEND_DRAFT');
      return changeTerms(context, event.form, event.at);
    }),
    publish: assign(({ context, event }) => {
      assertEvent(event, 'PUBLISH_NOTICE');
      return freezeTerms(context, event.facts, event.law, event.at);
    }),
    changeSchedule: assign(({ context, event }) => {
      assertEvent(event, 'ISSUE_CORRIGENDUM');
      return { schedule: changeSchedule(context.schedule, event.form, event.at, context.schedule.version + 1) };
    }),
    countBids: assign(({ event }) => {
      assertEvent(event, 'CLOSE_BIDDING');
      return { bidsReceived: event.facts.bidCount };
    }),
    annulNilBids: assign(({ context, event }) => ({
      bidsReceived: 0,
      technicallyQualified: 0,
      annulment: annulByLaw('NIL_BIDS', event.at, context),
    })),
    annulFailed: assign(({ context, event }) => ({
      technicallyQualified: 0,
      annulment: annulByLaw('NO_TQB', event.at, context),
    })),
    takeRanking: assign(({ context, event }) => {
      assertEvent(event, 'OPEN_PRICES');
      const { technicallyQualified, qualified, secondRoundBound } = rankBids(context, event);
      return {
        technicallyQualified: technicallyQualified.length,
        qualified: qualified.length,
        round: { ...NOT_BEGUN, floor: secondRoundBound ?? context.terms.bound },
      };
    }),
    annulRanking: assign(({ context, event }) => {
      assertEvent(event, 'OPEN_PRICES');
      const { technicallyQualified, reason, nextAttempts } = rankBids(context, event);
      return {
        technicallyQualified: technicallyQualified.length,
        qualified: 0,
        annulment: { ...annulByLaw(reason ?? 'NO_TQB', event.at, context), nextAttempts },
      };
    }),
    scheduleRound: assign(({ context, event }) => {
      assertEvent(event, 'SCHEDULE_ROUND_TWO');
      return { round: { ...getRound(context), scheduledAt: event.at, startsAt: parseInstant(event.form.startsAt) } };
    }),
    startRound: assign(({ context, event }) => {
      const closesAt = event.at + getPublished(context).roundTwoMinutes * MINUTE;
      return { round: { ...getRound(context), startedAt: event.at, closesAt } };
    }),
    takeOffer: assign(({ context, event }) => {
      assertEvent(event, 'FINAL_OFFER');
      return { round: takeOffer(context, event.form, event.at, event.party?.alias ?? null) };
    }),
    pause: assign(({ context, event }) => {
      assertEvent(event, 'PAUSE_ROUND_TWO');
      return { round: pauseRound(getRound(context), event.form.outageBeganAt) };
    }),
    announceResumption: assign(({ context, event }) => {
      assertEvent(event, 'ANNOUNCE_RESUMPTION');
      const resumesAt = parseInstant(event.form.resumesAt);
      return { round: { ...getRound(context), resumesAt, resumptionSetAt: event.at } };
    }),
    resume: assign(({ context, event }) => ({ round: resumeRound(context, event.at) })),
    declare: assign(({ context, event }) => {
      const { best, holder } = getRound(context);
      // An annulment that a court has set aside stands no longer.
      return { declared: { at: event.at, percent: best ?? '', alias: holder ?? '' }, annulment: null };
    }),
    annulWithoutOffer: assign(({ context, event }) => ({
      annulment: annulByLaw('NO_FINAL_OFFER', event.at, context),
    })),
    intimate: assign(({ event }) => ({ intimatedAt: event.at })),
    annul: assign(({ event }) => {
      assertEvent(event, 'ANNUL');
      return { annulment: annulBy(event.form, event.at) };
    }),
  },
}).createMachine({
  id: 'block-auction',
  context: ({ input = BLANK }) => ({
    block: input.block,
    attempt: input.attempt,
    terms: input.terms,
    schedule: input.schedule,
    published: null,
    bidsReceived: null,
    technicallyQualified: null,
    qualified: null,
    round: null,
    annulment: null,
    declared: null,
    intimatedAt: null,
  }),
  initial: 'draft',
  states: {
    draft: {
      on: {
        AMEND_DRAFT: { target: 'draft', actions: 'changeTerms' },
        PUBLISH_NOTICE: { target: 'saleOpen', actions: 'publish' },
        // A draft binds nobody: given up, it leaves no attempt and no security behind.
        ANNUL: { target: 'annulmentConcluded', actions: 'annul' },
      },
    },
    saleOpen: {
      on: {
        PURCHASE_TENDER: { target: 'saleOpen' },
        ASK_QUERY: { target: 'saleOpen' },
        PUBLISH_REPLIES: { target: 'saleOpen' },
        ISSUE_CORRIGENDUM: { target: 'saleOpen', actions: 'changeSchedule' },
        END_STUDY_PERIOD: { target: 'bidding' },
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    bidding: {
      on: {
        PURCHASE_TENDER: { target: 'bidding' },
        PUBLISH_REPLIES: { target: 'bidding' },
        ISSUE_CORRIGENDUM: { target: 'bidding', actions: 'changeSchedule' },
        SUBMIT_BID: { target: 'bidding' },
        WITHDRAW_BID: { target: 'bidding' },
        CLOSE_BIDDING: [
          { target: 'opening', guard: 'somebodyBid', actions: 'countBids' },
          { target: 'annulled', actions: 'annulNilBids' },
        ],
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    opening: {
      on: {
        OPEN_TECHNICAL: { target: 'technicalEvaluation' },
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    technicalEvaluation: {
      on: {
        REQUEST_CLARIFICATION: { target: 'technicalEvaluation' },
        ANSWER_CLARIFICATION: { target: 'technicalEvaluation' },
        RECORD_FINDING: { target: 'technicalEvaluation' },
        RECORD_SCREENING: { target: 'technicalEvaluation' },
        FREEZE_EVALUATION: [
          { target: 'annulled', guard: 'everyBidFailed', actions: 'annulFailed' },
          { target: 'priceOpening' },
        ],
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    priceOpening: {
      on: {
        OPEN_PRICES: [
          { target: 'qualified', guard: 'enoughQualify', actions: 'takeRanking' },
          { target: 'decideProceed', guard: 'authorityDecides', actions: 'takeRanking' },
          { target: 'annulled', actions: 'annulRanking' },
        ],
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    decideProceed: {
      on: {
        DECIDE_TO_PROCEED: { target: 'qualified' },
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    qualified: {
      on: {
        SCHEDULE_ROUND_TWO: { target: 'roundTwoScheduled', actions: 'scheduleRound' },
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    roundTwoScheduled: {
      on: {
        SCHEDULE_ROUND_TWO: { target: 'roundTwoScheduled', actions: 'scheduleRound' },
        START_ROUND_TWO: { target: 'roundTwoLive', actions: 'startRound' },
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    roundTwoLive: {
      on: {
        FINAL_OFFER: { target: 'roundTwoLive', actions: 'takeOffer' },
        REPORT_MISTAKE: { target: 'roundTwoLive' },
        PAUSE_ROUND_TWO: { target: 'roundTwoPaused', actions: 'pause' },
        CLOSE_ROUND_TWO: [
          { target: 'preferredBidderDeclared', guard: 'offerWasMade', actions: 'declare' },
          { target: 'annulled', actions: 'annulWithoutOffer' },
        ],
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    roundTwoPaused: {
      on: {
        REPORT_MISTAKE: { target: 'roundTwoPaused' },
        ANNOUNCE_RESUMPTION: { target: 'roundTwoPaused', actions: 'announceResumption' },
        RESUME_ROUND_TWO: { target: 'roundTwoLive', actions: 'resume' },
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    preferredBidderDeclared: {
      on: {
        REPORT_MISTAKE: { target: 'preferredBidderDeclared' },
        INTIMATE_STATE: { target: 'preferredBidderDeclared', actions: 'intimate' },
        RETURN_SECURITY: { target: 'preferredBidderDeclared' },
        FORFEIT_SECURITY: { target: 'preferredBidderDeclared' },
        CONCLUDE: { target: 'concluded' },
        ANNUL: { target: 'annulled', actions: 'annul' },
      },
    },
    annulled: {
      on: {
        RETURN_SECURITY: { target: 'annulled' },
        FORFEIT_SECURITY: { target: 'annulled' },
        CONCLUDE: { target: 'annulmentConcluded' },
      },
    },
    concluded: { type: 'final' },
    annulmentConcluded: { type: 'final' },
  },
});
