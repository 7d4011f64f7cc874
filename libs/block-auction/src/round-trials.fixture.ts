import { formatInstant, type Actor } from '#case-kit';
import { DAY, HOUR, MINUTE } from './block-auction.clock.js';
import type { AuctionPlay, Answer } from './play.fixture.js';
import { bidIdOf, evaluate, findingOf, playUntil, returnOf, SCREENING } from './stages.fixture.js';
import { CENTRAL_PLAY, type Trial } from './tender-trials.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, APPROVER, BETA, CENTRAL, CHAIR, DELTA, GAMMA, MEMBER, OFFICER, OPERATOR } = world;

type Form = Readonly<Record<string, unknown>>;

const later = (play: AuctionPlay, milliseconds: number): string => formatInstant(play.at + milliseconds);

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

export const offer = (play: AuctionPlay, percent: string, more: Form = {}, actor: Actor = ALPHA): Answer =>
  play.give('FINAL_OFFER', actor, { percent, ...more });

function liveAfter(percent: string): AuctionPlay {
  const play = playUntil('roundTwoLive');
  play.at += MINUTE;
  play.mustGive('FINAL_OFFER', BETA, { percent });
  return play;
}

export function declared(): AuctionPlay {
  const play = playUntil('preferredBidderDeclared');
  play.at += 3 * DAY;
  return play;
}

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

export const ANNULMENT = {
  ground: 'PREFERRED_BIDDER_DEFAULT',
  provision: 'Mineral (Auction) Rules, 2015, r. 10(1)',
  reason: 'The preferred bidder did not pay in time.',
};

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

/** For each rule from the opening on one command that passes it and one that it alone refuses. */
export const ROUND_TRIALS: Readonly<Record<string, Trial>> = {
  'bid-is-under-evaluation': {
    accepted: () => ask(playUntil('technicalEvaluation')),
    refused: () => ask(playUntil('technicalEvaluation'), { bidId: 'b-0123456789abcdef' }),
  },
  'answer-time-suffices': {
    accepted: () => ask(playUntil('technicalEvaluation')),
    refused: () => {
      const play = playUntil('technicalEvaluation');
      return ask(play, { answerBy: later(play, 3 * DAY - 1_000) });
    },
  },
  'clarification-is-own-and-open': {
    accepted: () => answer(askAlpha()),
    refused: () => answer(askAlpha(), BETA),
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
  },
  'grounds-match-the-result': {
    accepted: () => find(playUntil('technicalEvaluation'), { result: 'FAILED', grounds: ['AREA_LIMIT'] }),
    refused: () => find(playUntil('technicalEvaluation'), { result: 'FAILED' }),
  },
  'result-agrees-with-net-worth': {
    accepted: () =>
      find(playUntil('technicalEvaluation'), {
        result: 'FAILED',
        grounds: ['NET_WORTH'],
        assessedNetWorth: '800000000.00',
      }),
    refused: () => find(playUntil('technicalEvaluation'), { assessedNetWorth: '800000000.00' }),
  },
  'finding-waits-for-the-answer': {
    accepted: () => {
      const play = askAlpha();
      answer(play);
      return find(play);
    },
    refused: () => find(askAlpha()),
  },
  'links-name-bids': {
    accepted: () => screen(playUntil('technicalEvaluation')),
    refused: () => screen(playUntil('technicalEvaluation'), 'b-0123456789abcdef'),
  },
  'every-bid-has-a-finding': {
    accepted: () => playUntil('evaluated').give('FREEZE_EVALUATION', CHAIR),
    refused: () => {
      const play = playUntil('technicalEvaluation');
      find(play);
      play.mustGive('RECORD_SCREENING', MEMBER, SCREENING);
      return play.give('FREEZE_EVALUATION', CHAIR);
    },
  },
  'affiliates-are-screened': {
    accepted: () => playUntil('evaluated').give('FREEZE_EVALUATION', CHAIR),
    refused: () => {
      const play = playUntil('technicalEvaluation', { offers: [[ALPHA, '40.00']] });
      find(play);
      return play.give('FREEZE_EVALUATION', CHAIR);
    },
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
  },
  'approver-recorded-no-finding': {
    accepted: () => playUntil('evaluated').give('FREEZE_EVALUATION', APPROVER),
    refused: () => playUntil('evaluated').give('FREEZE_EVALUATION', { ...APPROVER, personId: MEMBER.personId }),
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
  },
  'offerer-is-qualified': {
    accepted: () => offer(playUntil('roundTwoLive'), '63.60'),
    refused: () => offer(playUntil('roundTwoLive'), '63.60', {}, DELTA),
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
  },
  'offer-beats-the-bound': {
    accepted: () => offer(playUntil('roundTwoLive'), '63.60'),
    refused: () => offer(playUntil('roundTwoLive'), '63.55'),
  },
  'offer-beats-the-best': {
    accepted: () => offer(liveAfter('64.00'), '64.05'),
    refused: () => offer(liveAfter('64.00'), '64.00'),
  },
  'offer-is-on-a-step': {
    accepted: () => offer(playUntil('roundTwoLive'), '63.65'),
    refused: () => offer(playUntil('roundTwoLive'), '63.62'),
  },
  'far-offer-is-repeated': {
    accepted: () => offer(playUntil('roundTwoLive'), '68.55'),
    refused: () => offer(playUntil('roundTwoLive'), '68.60'),
  },
  'mistake-names-own-offer': {
    accepted: () => report(liveAfter('64.00'), BETA),
    refused: () => report(liveAfter('64.00'), ALPHA),
  },
  'outage-lies-in-the-round': {
    accepted: () => pause(playUntil('roundTwoLive'), 0),
    refused: () => pause(playUntil('roundTwoLive'), -1_000),
  },
  'resumption-is-announced-in-time': {
    accepted: () => resume(playUntil('roundTwoPaused'), 30 * MINUTE),
    refused: () => resume(playUntil('roundTwoPaused'), 30 * MINUTE - 1_000),
  },
  'security-is-held': {
    accepted: () => returnTo(declared(), BETA),
    refused: () => {
      const play = declared();
      returnTo(play, BETA);
      return returnTo(play, BETA);
    },
  },
  'preferred-security-is-kept': {
    accepted: () => returnTo(declared(), BETA),
    refused: () => returnTo(declared(), ALPHA),
  },
  'return-has-happened': {
    accepted: () => returnTo(declared(), BETA),
    refused: () => {
      const play = declared();
      return play.give('RETURN_SECURITY', OFFICER, { ...returnOf(play, BETA), returnedOn: '2099-01-01' });
    },
  },
  'reported-mistake-is-weighed': {
    accepted: () => forfeit({ mistakeConsidered: 'It was reported nine days late.' }),
    refused: () => forfeit({}),
  },
  'centre-conducts': {
    accepted: () => conductCentral().give('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' }),
    refused: () => declared().give('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' }),
  },
  'state-is-intimated-once': {
    accepted: () => conductCentral().give('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' }),
    refused: () => {
      const play = conductCentral();
      play.mustGive('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' });
      return play.give('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/15/2027' });
    },
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
  },
  'state-is-intimated': {
    accepted: () => {
      const play = conductCentral();
      play.mustGive('INTIMATE_STATE', CENTRAL, { letter: 'F. No. 1/14/2027' });
      return play.give('CONCLUDE', CENTRAL);
    },
    refused: () => conductCentral().give('CONCLUDE', CENTRAL),
  },
  'ground-fits-the-stage': {
    accepted: () => declared().give('ANNUL', OFFICER, ANNULMENT),
    refused: () => playUntil('bidding').give('ANNUL', OFFICER, ANNULMENT),
  },
};
