import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { transition } from 'xstate';
import { assertCaseType, formatInstant, statesOf, stepped, type Actor } from '#case-kit';
import { blockAuction } from './block-auction.case-type.js';
import { DAY, HOUR, MINUTE, phaseOf } from './block-auction.clock.js';
import { blockAuctionMachine } from './block-auction.machine.js';
import { PHASES } from './block-auction.model.js';
import { AuctionPlay } from './play.fixture.js';
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
  type Stage,
} from './stages.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, CENTRAL, CHAIR, DELTA, GAMMA, MEMBER, OFFICER, OPERATOR, SYSTEM } = world;

type Form = Readonly<Record<string, unknown>>;

interface Move {
  readonly command: string;
  readonly actor: Actor;
  readonly form?: (play: AuctionPlay) => Form;
}

const later = (play: AuctionPlay, milliseconds: number): string => formatInstant(play.at + milliseconds);
const firstBid = (play: AuctionPlay): string => play.factsFor(CHAIR, ['evaluation']).evaluation[0]?.bidId ?? 'b-none';
const ANNULMENT = {
  ground: 'BLOCK_CHANGED',
  provision: 'Mineral (Auction) Rules, 2015, r. 9(10)',
  reason: 'A third of the block has become a heritage site.',
};

/** Every command with a form that its class accepts, so that a walk goes only where a caller could go. */
const MOVES: readonly Move[] = [
  { command: 'AMEND_DRAFT', actor: OFFICER, form: () => ({ bound: '21.00' }) },
  { command: 'PUBLISH_NOTICE', actor: OFFICER },
  { command: 'PURCHASE_TENDER', actor: DELTA, form: () => PURCHASE },
  { command: 'ASK_QUERY', actor: ALPHA, form: () => ({ text: 'Is there forest in the east?' }) },
  {
    command: 'PUBLISH_REPLIES',
    actor: OFFICER,
    form: (play) => ({
      replies: play.factsFor(OFFICER, ['queries']).queries.map(({ id }) => ({ queryId: id, text: 'None.' })),
    }),
  },
  {
    command: 'ISSUE_CORRIGENDUM',
    actor: OFFICER,
    form: (play) => ({
      text: 'The due time is extended.',
      bidsDueAt: formatInstant(play.context.schedule.bidsDueAt + DAY),
    }),
  },
  { command: 'END_STUDY_PERIOD', actor: SYSTEM },
  { command: 'SUBMIT_BID', actor: ALPHA, form: () => bidOf(ALPHA, '40.00') },
  { command: 'SUBMIT_BID', actor: BETA, form: () => bidOf(BETA, '63.55') },
  { command: 'WITHDRAW_BID', actor: ALPHA },
  { command: 'CLOSE_BIDDING', actor: SYSTEM },
  { command: 'OPEN_TECHNICAL', actor: CHAIR },
  {
    command: 'REQUEST_CLARIFICATION',
    actor: MEMBER,
    form: (play) => ({ bidId: firstBid(play), question: 'Furnish the report.', answerBy: later(play, 4 * DAY) }),
  },
  {
    command: 'ANSWER_CLARIFICATION',
    actor: ALPHA,
    form: (play) => ({
      clarificationId: play.factsFor(ALPHA, ['clarifications']).clarifications[0]?.id ?? 'c-none',
      answer: 'The report is attached.',
    }),
  },
  { command: 'RECORD_FINDING', actor: MEMBER, form: (play) => findingOf(firstBid(play)) },
  {
    command: 'RECORD_FINDING',
    actor: MEMBER,
    form: (play) => findingOf(firstBid(play), { result: 'FAILED', grounds: ['DOCUMENTS_MISSING'] }),
  },
  { command: 'RECORD_SCREENING', actor: MEMBER, form: () => SCREENING },
  { command: 'FREEZE_EVALUATION', actor: CHAIR },
  { command: 'OPEN_PRICES', actor: CHAIR },
  { command: 'DECIDE_TO_PROCEED', actor: OFFICER, form: () => ({ reason: 'The offer is twice the reserve price.' }) },
  { command: 'SCHEDULE_ROUND_TWO', actor: OFFICER, form: (play) => ({ startsAt: later(play, 2 * DAY) }) },
  { command: 'START_ROUND_TWO', actor: SYSTEM },
  { command: 'FINAL_OFFER', actor: ALPHA, form: () => ({ percent: '64.00' }) },
  { command: 'REPORT_MISTAKE', actor: ALPHA, form: () => ({ percent: '64.00', explanation: '63.60 was meant.' }) },
  {
    command: 'PAUSE_ROUND_TWO',
    actor: OPERATOR,
    form: (play) => ({ outageBeganAt: later(play, 0), reason: 'The network failed.' }),
  },
  { command: 'ANNOUNCE_RESUMPTION', actor: OPERATOR, form: (play) => ({ resumesAt: later(play, HOUR) }) },
  { command: 'RESUME_ROUND_TWO', actor: SYSTEM },
  { command: 'CLOSE_ROUND_TWO', actor: SYSTEM },
  { command: 'RETURN_SECURITY', actor: OFFICER, form: (play) => returnOf(play, BETA) },
  {
    command: 'FORFEIT_SECURITY',
    actor: OFFICER,
    form: () => ({
      organisationId: GAMMA.organisationId,
      guaranteeNumber: `BG/${GAMMA.organisationId}`,
      ground: 'FALSE_DECLARATION',
      provision: 'Tender document, clause 14.5',
      reason: 'The certificate of net worth was forged.',
    }),
  },
  { command: 'INTIMATE_STATE', actor: CENTRAL, form: () => ({ letter: 'F. No. 1/14/2027' }) },
  { command: 'CONCLUDE', actor: OFFICER },
  { command: 'ANNUL', actor: OFFICER, form: () => ANNULMENT },
];

const STAGES: readonly Stage[] = [
  'draft',
  'saleOpen',
  'bidding',
  'bidsIn',
  'opening',
  'technicalEvaluation',
  'evaluated',
  'priceOpening',
  'qualified',
  'roundTwoScheduled',
  'roundTwoLive',
  'roundTwoPaused',
  'preferredBidderDeclared',
];

/** A block of a mineral of Part D, which the Centre auctions. */
const CENTRAL_PLAY = {
  opener: CENTRAL,
  registers: {
    block: world.blockOf({
      minerals: [{ code: 'LITHIUM', periods: [{ part: 'D', from: '2023-08-17', until: null }] }],
    }),
  },
} as const;

/** Starting points from which every single move is tried. */
function listPlays(): (() => AuctionPlay)[] {
  return [
    ...STAGES.map((stage) => () => playUntil(stage)),
    () => playUntil('preferredBidderDeclared', { play: CENTRAL_PLAY, offers: OFFERS }),
    () => playUntil('bidding', { offers: [] }),
    playUntilDecision,
    () => {
      const play = playUntil('technicalEvaluation');
      evaluate(play, [ALPHA, BETA, GAMMA]);
      return play;
    },
    () => {
      const play = playUntil('technicalEvaluation', { offers: [[ALPHA, '40.00']] });
      play.mustGive('REQUEST_CLARIFICATION', MEMBER, {
        bidId: firstBid(play),
        question: 'Furnish the report.',
        answerBy: later(play, 4 * DAY),
      });
      return play;
    },
    () => {
      const play = playUntil('saleOpen');
      play.mustGive('PURCHASE_TENDER', ALPHA, PURCHASE);
      play.mustGive('ASK_QUERY', ALPHA, { text: 'Is there forest in the east?' });
      return play;
    },
    () => {
      const play = playUntil('roundTwoPaused');
      play.mustGive('ANNOUNCE_RESUMPTION', OPERATOR, { resumesAt: later(play, HOUR) });
      play.at = play.dueEvents()[0]?.at ?? play.at;
      return play;
    },
    () => {
      const play = playUntil('bidsIn');
      play.mustGive('ANNUL', OFFICER, ANNULMENT);
      play.at += 10 * DAY;
      for (const bidder of [ALPHA, BETA]) play.mustGive('RETURN_SECURITY', OFFICER, returnOf(play, bidder));
      return play;
    },
    () => {
      const play = playUntil('preferredBidderDeclared');
      play.at += 3 * DAY;
      for (const bidder of [BETA, GAMMA]) play.mustGive('RETURN_SECURITY', OFFICER, returnOf(play, bidder));
      return play;
    },
    () => {
      const play = playUntil('bidsIn');
      play.mustGive('ANNUL', OFFICER, ANNULMENT);
      play.at += 10 * DAY;
      for (const bidder of [ALPHA, BETA, GAMMA]) play.mustGive('RETURN_SECURITY', OFFICER, returnOf(play, bidder));
      return play;
    },
  ];
}

describe('the machine of the block auction', () => {
  it('may run: no forbidden feature, a row for every event, a provision for every state', () => {
    expect(() => assertCaseType(blockAuction)).not.toThrow();
    expect(statesOf(blockAuctionMachine).sort()).toEqual([...PHASES].sort());
  });

  it('reaches every state, leaves every state that is not final, and takes every command, with real forms', () => {
    const seen = new Set<string>();
    const left = new Set<string>();
    const taken = new Set<string>();
    for (const start of listPlays()) {
      for (const { command, actor, form } of MOVES) {
        const play = start();
        seen.add(phaseOf(play.row.state));
        const officer = play.row.jurisdiction === 'CENTRE' && actor === OFFICER ? CENTRAL : actor;
        const plain = form?.(play) ?? {};
        expectWellFormed(command, plain);
        if (command.endsWith('BIDDING') || command.endsWith('PERIOD') || command.endsWith('ROUND_TWO')) {
          const due = play.dueEvents().find(({ event }) => event === command);
          if (due !== undefined) play.at = due.at;
        }
        const before = phaseOf(play.row.state);
        if (play.give(command, officer, plain).kind !== 'accepted') continue;
        taken.add(command);
        seen.add(phaseOf(play.row.state));
        if (play.row.state !== before) left.add(before);
      }
    }
    const final = ['concluded', 'annulmentConcluded'];
    expect([...seen].sort()).toEqual([...PHASES].sort());
    expect([...left].sort()).toEqual(PHASES.filter((phase) => !final.includes(phase)).sort());
    expect([...taken].sort()).toEqual(Object.keys(blockAuction.commands).sort());
  });

  it('annuls by itself when nobody has bid, with the only attempt that may follow', () => {
    const play = playUntil('bidding', { offers: [] });
    play.letFallDue();
    expect(play.row.state).toBe('annulled');
    expect(play.context).toMatchObject({
      bidsReceived: 0,
      annulment: { reason: 'NIL_BIDS', provision: expect.stringContaining('r. 9(10)'), nextAttempts: ['DE_NOVO'] },
    });
  });

  it('annuls at the freeze when no bid passes, and opens no price', () => {
    const play = playUntil('technicalEvaluation');
    evaluate(play, [ALPHA, BETA, GAMMA]);
    play.mustGive('FREEZE_EVALUATION', CHAIR);
    expect(play.row.state).toBe('annulled');
    expect(play.context.annulment).toMatchObject({ reason: 'NO_TQB', nextAttempts: ['DE_NOVO'] });
    expect(play.memory.rows('opened_offer')).toEqual([]);
  });

  it('annuls a first attempt with fewer than three technically qualified, and lets a second one follow', () => {
    const play = playUntil('priceOpening', { offers: OFFERS.slice(0, 2) });
    play.mustGive('OPEN_PRICES', CHAIR);
    expect(play.row.state).toBe('annulled');
    expect(play.context).toMatchObject({
      technicallyQualified: 2,
      qualified: 0,
      annulment: { reason: 'LT3_TQB', nextAttempts: ['SECOND', 'DE_NOVO'] },
    });
    expect(play.memory.rows('auction_roster')).toEqual([]);
  });

  it('leaves a second attempt with fewer to the authority, which goes on or annuls with reasons', () => {
    const goesOn = playUntilDecision();
    expect(goesOn.row.state).toBe('decideProceed');
    goesOn.mustGive('DECIDE_TO_PROCEED', OFFICER, { reason: 'The offer is twice the reserve price.' });
    expect(goesOn.row.state).toBe('qualified');
    expect(goesOn.context).toMatchObject({ qualified: 1, round: { floor: '40.00' } });
    const annulled = playUntilDecision();
    annulled.mustGive('ANNUL', OFFICER, { ...ANNULMENT, ground: 'AUTHORITY_DECIDED' });
    expect(annulled.context.annulment).toMatchObject({ reason: 'AUTHORITY_DECIDED', nextAttempts: ['DE_NOVO'] });
  });

  it('annuls a second round without any offer', () => {
    const play = playUntil('roundTwoLive');
    play.letFallDue();
    expect(play.row.state).toBe('annulled');
    expect(play.context.annulment).toMatchObject({
      reason: 'NO_FINAL_OFFER',
      provision: expect.stringContaining('r. 9(9)(ii)'),
    });
  });

  it('declares the preferred bidder by itself at the close', () => {
    const play = playUntil('roundTwoLive');
    play.mustGive('FINAL_OFFER', BETA, { percent: '63.60' });
    play.mustGive('FINAL_OFFER', GAMMA, { percent: '63.65' });
    expect(play.letFallDue()).toBe('CLOSE_ROUND_TWO');
    expect(play.row.state).toBe('preferredBidderDeclared');
    expect(play.row.anchors['preferredBidder']).toBe(formatInstant(play.at).slice(0, 10));
    expect(play.partyOf(GAMMA)?.capacity).toBe('preferred-bidder');
  });

  it('annuls after the declaration, and the preferred bidder stands no longer', () => {
    const play = playUntil('preferredBidderDeclared');
    play.mustGive('ANNUL', OFFICER, { ...ANNULMENT, ground: 'PREFERRED_BIDDER_DEFAULT' });
    expect(play.row.state).toBe('annulled');
    play.at += DAY;
    play.mustGive('RETURN_SECURITY', OFFICER, returnOf(play, ALPHA));
  });

  it('counts no purchase, bid or finding in its context before they tell nothing', () => {
    const play = playUntil('saleOpen');
    const { published, ...before } = play.context;
    expect(published).not.toBeNull();
    for (const [bidder] of OFFERS) play.mustGive('PURCHASE_TENDER', bidder, PURCHASE);
    play.letFallDue();
    for (const [bidder, offer] of OFFERS) play.mustGive('SUBMIT_BID', bidder, bidOf(bidder, offer));
    expect(play.context).toEqual({ ...before, published });
    expect(play.context.bidsReceived).toBeNull();
  });

  it('keeps a bounded context through outages and offers, whatever their number', () => {
    const play = playUntil('roundTwoLive');
    const machine = stepped(blockAuctionMachine);
    let { context } = play;
    for (let outage = 0; outage < 20; outage += 1) {
      play.at += MINUTE;
      play.mustGive('PAUSE_ROUND_TWO', OPERATOR, { outageBeganAt: later(play, 0), reason: 'The network failed.' });
      play.mustGive('ANNOUNCE_RESUMPTION', OPERATOR, { resumesAt: later(play, HOUR) });
      play.letFallDue();
      context = play.context;
    }
    const event = {
      type: 'FINAL_OFFER',
      actor: ALPHA,
      party: play.partyOf(ALPHA),
      facts: {},
      law: play.lawReader(),
      seq: 9,
      opened: {},
    };
    for (let offer = 0; offer < 500; offer += 1) {
      const form = { percent: `${(7000 + offer).toString().slice(0, -2)}.00` };
      const snapshot = machine.resolve('roundTwoLive', context);
      const moved = machine.move(snapshot, { ...event, form, at: play.at + offer } as never);
      context = moved.context as typeof context;
    }
    expect(context.round?.offers).toBe(500);
    expect(JSON.stringify({ ...context, round: { ...context.round, offers: 50_000 } }).length).toBeLessThan(8_000);
  });

  it('moves on random walks exactly as the public transition() of xstate would', () => {
    const walk = fc.array(fc.constantFrom(...MOVES), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(walk, fc.constantFrom(...STAGES), (moves, stage) => {
        const machine = stepped(blockAuctionMachine);
        const play = playUntil(stage);
        for (const { command, actor, form } of moves) {
          play.at += 1_000;
          const plain = form?.(play) ?? {};
          const answer = play.give(command, actor, plain);
          if (answer.kind !== 'accepted' || command === 'SUBMIT_BID') continue;
          const snapshot = machine.resolve(play.row.state, play.context);
          const event = {
            type: command,
            form: plain,
            at: play.at,
            actor,
            party: play.partyOf(actor),
            facts: play.memory.factsFor(actor, plain),
            law: play.lawReader(),
            seq: 9,
            opened: {},
          };
          const moved = machine.move(snapshot, event);
          const [expected] = transition(blockAuctionMachine, snapshot as never, event as never);
          expect({ value: moved.value, context: moved.context }).toEqual({
            value: expected.value,
            context: expected.context,
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('opens a second attempt as the next in the line of its block', () => {
    const play = new AuctionPlay(secondAttempt());
    expect(play.context.attempt).toEqual({
      lineageId: 'block:PRACTICE-ML-1',
      ordinal: 2,
      kind: 'SECOND',
      previousCaseId: 'AUCTION-0',
      previousHadTqb: true,
    });
    expect(bidIdOf(playUntil('bidsIn', { play: secondAttempt() }), ALPHA)).toMatch(/^b-[0-9a-f]{16}$/);
  });
});

function expectWellFormed(command: string, form: Form): void {
  const Form = blockAuction.commands[command]?.form;
  if (Form === undefined) throw new Error(`no command ${command}`);
  const options = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false };
  const errors = validateSync(plainToInstance(Form, form), options);
  if (command === 'PUBLISH_REPLIES' && errors.length > 0) return;
  expect({ command, errors }).toEqual({ command, errors: [] });
}
