import fc from 'fast-check';
import { setup } from 'xstate';
import {
  formatInstant,
  SYSTEM_ACTOR,
  UnknownState,
  type Actor,
  type AnyCaseType,
  type CaseRow,
  type CommandEvent,
  type Hold,
  type LawSnapshot,
} from '#case-kit';
import { docket, EMPTY_LAW, makeActor, tally } from '#testing';
import { ContextOutgrown, decide, type Accepted, type DecideInput, type Decision, type Refused } from './decide.js';
import { blankRow, decideOpening } from './opening.js';

const NOON = Date.parse('2026-03-02T12:00:00+05:30');
const HOUR = 3_600_000;
const OFFICER = makeActor('central-officer');
const BIDDER = makeActor('bidder');
const CHAIR = makeActor('evaluation-chair');

const CONTEXT = {
  subject: 'Stones',
  closesAt: NOON + HOUR,
  publishedAt: NOON - HOUR,
  graceMs: null,
  raised: 0,
  reminded: null,
  heard: [],
  fee: null,
  weight: null,
};

function rowOf(state: CaseRow['state'], context: object = {}, more: Partial<CaseRow> = {}): CaseRow {
  const blank = blankRow('DOCK-1', {
    type: 'docket',
    machineVersion: '1',
    jurisdiction: 'CENTRE',
    rootCaseId: 'DOCK-1',
    parentCaseId: null,
    blockId: null,
    rehearsal: false,
    clockAt: null,
    lawHash: 'empty',
    openedAt: NOON - 2 * HOUR,
  });
  return { ...blank, seq: 4, state, context: { ...CONTEXT, ...context }, ...more };
}

const lawWith = (
  values: Readonly<Record<string, string>>,
  anchors: Readonly<Record<string, string>> = {},
): LawSnapshot => ({
  ...EMPTY_LAW,
  find: (name, on) => {
    const value = values[name];
    if (value === undefined) return undefined;
    const provision = { act: 'Act', provision: 's. 1' };
    return { name, version: `${name}@${on}`, value, provision, confidence: 'primary', signed: true };
  },
  anchorOf: (name) => anchors[name],
});

function given(
  name: string,
  more: Partial<Omit<DecideInput, 'command'>> & { form?: object; actor?: Actor } = {},
): DecideInput {
  const { form = {}, actor = OFFICER, ...rest } = more;
  return {
    caseType: docket,
    row: rowOf('gathering'),
    parties: [],
    facts: { notes: 0, claims: [], cases: {} },
    law: EMPTY_LAW,
    command: { name, form: form as Record<string, unknown>, actor },
    at: NOON,
    seq: 5,
    proposalId: 'p1',
    ...rest,
  };
}

function accepted(decision: Decision): Accepted {
  if (decision.outcome !== 'accepted') throw new Error(JSON.stringify(decision));
  return decision;
}

function refused(decision: Decision): Refused {
  if (decision.outcome !== 'refused') throw new Error(`it was ${decision.outcome}`);
  return decision;
}

const holdOf = (more: Partial<Hold> = {}): Hold => ({
  id: 'h1',
  kind: 'court-stay',
  orderReference: 'W.P. 1 of 2026',
  from: NOON - 1,
  until: null,
  releasedAt: null,
  ...more,
});

describe('a decision', () => {
  it('moves the case, names the rules that passed and lists the effects', () => {
    const decision = accepted(decide(given('NOTE', { form: { text: 'seen' } })));
    expect(decision).toMatchObject({
      kind: 'accepted',
      row: { state: 'gathering', seq: 5 },
      rules: ['few-notes'],
      effects: [{ kind: 'row', table: 'docket_note', row: { text: 'seen' } }],
      reads: [],
    });
  });

  it('of the clock is a timer’s', () => {
    const decision = accepted(decide(given('LAPSE', { actor: SYSTEM_ACTOR })));
    expect(decision).toMatchObject({ kind: 'timer', row: { state: 'weighing' } });
  });

  it('sets the anchors that it brings about', () => {
    const confirms = {
      id: 'p0',
      command: 'PUBLISH',
      seq: 3,
      proposerId: 'somebody else',
      proposerOrganisationId: 'o',
      proposedAt: NOON,
      expiresAt: NOON + HOUR,
    };
    const other = { ...confirms, id: 'p9', command: 'DROP' };
    const row = rowOf('draft', {}, { proposals: [confirms, other], anchors: { older: '2025-01-01' } });
    const decision = accepted(decide(given('PUBLISH', { row, confirms })));
    expect(decision.row).toMatchObject({ anchors: { older: '2025-01-01', notice: '2026-03-02' }, proposals: [other] });
  });

  it('refuses while a hold stands, citing its order and who can end it by when', () => {
    const until = NOON + 5 * HOUR;
    const row = rowOf('gathering', {}, { holds: [holdOf({ id: 'h0', releasedAt: NOON - 1 }), holdOf({ until })] });
    expect(refused(decide(given('NOTE', { row })))).toEqual({
      outcome: 'refused',
      status: 409,
      reads: [],
      refusals: [
        {
          rule: 'no-hold-stands',
          ref: { act: 'Order', provision: 'W.P. 1 of 2026' },
          text: expect.stringContaining('stayed'),
          datum: 'holds',
          found: expect.stringMatching(/^a stay by a court since \d/),
          required: 'no standing hold',
          cure: { who: expect.any(String), how: expect.stringContaining('vacates'), by: formatInstant(until) },
        },
      ],
    });
  });

  it('passes a hold that has ended, what goes on during a hold, and the system', () => {
    const ended = rowOf('gathering', {}, { holds: [holdOf({ releasedAt: NOON - 1 })] });
    expect(decide(given('NOTE', { row: ended })).outcome).toBe('accepted');
    const held = rowOf('gathering', {}, { holds: [holdOf()] });
    expect(decide(given('DROP', { row: held })).outcome).toBe('accepted');
    expect(decide(given('HEAR', { row: held, actor: SYSTEM_ACTOR, form: { word: 'x' } })).outcome).toBe('accepted');
  });

  it('refuses what the state does not allow, and names the command and the role that lead on', () => {
    expect(refused(decide(given('NOTE', { row: rowOf('draft') })))).toMatchObject({
      status: 409,
      refusals: [
        {
          rule: 'state-allows',
          ref: { act: 'Docket Rules' },
          text: 'Not possible at this stage. The docket is drafted.',
          datum: 'state',
          found: 'draft',
          required: ['gathering', 'weighing'],
          cure: {
            who: 'an officer of the Centre or an officer of the State',
            how: expect.stringContaining('the case is then at gathering'),
          },
        },
      ],
    });
  });

  it('asks for holds before the state and for the state before the rules', () => {
    const row = rowOf('draft', {}, { holds: [holdOf()] });
    const late = { form: { by: 0 }, actor: BIDDER, at: NOON + 2 * HOUR };
    const rulesOf = (input: DecideInput): string[] => refused(decide(input)).refusals.map(({ rule }) => rule);
    expect(rulesOf(given('RAISE', { ...late, row }))).toEqual(['no-hold-stands']);
    expect(rulesOf(given('RAISE', { ...late, row: rowOf('draft') }))).toEqual(['state-allows']);
    expect(rulesOf(given('RAISE', late))).toEqual(['is-in-time', 'raises-by-more-than-nothing']);
  });

  it('gives every reason, each with its provision, what was found and the cure', () => {
    const { status, refusals } = refused(
      decide(given('RAISE', { form: { by: -1 }, actor: BIDDER, at: NOON + 2 * HOUR })),
    );
    expect(status).toBe(422);
    expect(refusals).toHaveLength(2);
    for (const refusal of refusals) {
      expect(Object.keys(refusal).sort()).toEqual(['cure', 'datum', 'found', 'ref', 'required', 'rule', 'text']);
    }
  });

  it('is taken at the very instant of a deadline and not a millisecond later', () => {
    const raise = { form: { by: 1 }, actor: BIDDER };
    expect(decide(given('RAISE', { ...raise, at: NOON + HOUR })).outcome).toBe('accepted');
    expect(decide(given('RAISE', { ...raise, at: NOON + HOUR + 1 })).outcome).toBe('refused');
  });

  it('takes nothing in a case that is closed, not even what its machine takes everywhere', () => {
    const hear = { actor: SYSTEM_ACTOR, form: { word: 'x' } };
    expect(decide(given('HEAR', { ...hear, row: rowOf('weighing') })).outcome).toBe('accepted');
    for (const state of ['settled', 'dropped']) {
      expect(refused(decide(given('HEAR', { ...hear, row: rowOf(state) })))).toMatchObject({
        status: 409,
        refusals: [{ rule: 'state-allows', cure: { who: 'nobody' } }],
      });
    }
  });

  it('remembers the version of the law that it read, on the date of the anchor', () => {
    const law = lawWith({ 'docket.fee': '120' }, { 'docket.fee': 'notice' });
    const row = rowOf('gathering', {}, { anchors: { notice: '2026-01-15' } });
    expect(accepted(decide(given('LEVY', { row, law })))).toMatchObject({
      row: { context: { fee: 120 } },
      reads: [{ name: 'docket.fee', version: 'docket.fee@2026-01-15', anchoredOn: '2026-01-15' }],
    });
    const unanchored = accepted(decide(given('LEVY', { law: lawWith({ 'docket.fee': '7' }) })));
    expect(unanchored.reads).toEqual([
      { name: 'docket.fee', version: 'docket.fee@2026-03-02', anchoredOn: '2026-03-02' },
    ]);
  });

  it('is refused, not broken, when the rule book does not hold a number, and says who can publish it', () => {
    expect(refused(decide(given('LEVY')))).toMatchObject({
      status: 422,
      refusals: [
        {
          rule: 'law-is-published',
          datum: 'docket.fee',
          required: 'a published value in force on 2026-03-02',
          cure: { who: 'an owner of the rule book' },
        },
      ],
    });
  });

  it('is refused likewise when a guard, or a deadline to come, needs a number that is not there', () => {
    const guarded = setup({
      types: { events: {} as CommandEvent<'SET', object> },
      guards: { isDear: ({ event }) => event.law.integer('guard.limit') > 5 },
    }).createMachine({
      id: 'guarded',
      initial: 'one',
      states: { one: { on: { SET: [{ target: 'two', guard: 'isDear' }, { target: 'one' }] } }, two: {} },
    });
    const { SET } = tally.commands;
    if (SET === undefined) throw new Error('the tally has no SET');
    const caseType: AnyCaseType = {
      ...tally,
      machine: guarded,
      commands: { SET },
      timers: (row, law) => (row.state === 'two' && law.integer('timer.days') > 0 ? [] : []),
    };
    const row = { ...rowOf('one'), context: undefined };
    const missing = (values: Record<string, string>): unknown =>
      refused(decide({ ...given('SET', { form: { by: 1 } }), caseType, row, law: lawWith(values) })).refusals;
    expect(missing({})).toMatchObject([{ rule: 'law-is-published', datum: 'guard.limit' }]);
    expect(missing({ 'guard.limit': '9' })).toMatchObject([{ rule: 'law-is-published', datum: 'timer.days' }]);
    const whole = lawWith({ 'guard.limit': '9', 'timer.days': '1' });
    const decision = accepted(decide({ ...given('SET', { form: { by: 1 } }), caseType, row, law: whole }));
    expect(decision.row.state).toBe('two');
    expect(decision.reads.map(({ name }) => name)).toEqual(['guard.limit']);
  });

  it('to open a case is refused likewise', () => {
    const open: AnyCaseType['open'] = { ...tally.open, input: ({ law }) => ({ closesAt: law.integer('open.days') }) };
    const blank = { ...rowOf(''), context: undefined, seq: 0 };
    const form = { closesAt: 1 };
    expect(decideOpening({ ...tally, open }, blank, { form, actor: OFFICER }, {}, EMPTY_LAW)).toMatchObject({
      refusals: [{ rule: 'law-is-published', datum: 'open.days' }],
    });
  });

  it('on an act of two persons is a proposal first, which changes nothing', () => {
    const row = rowOf('draft');
    const decision = accepted(decide(given('PUBLISH', { row })));
    expect(decision).toMatchObject({ kind: 'proposed', effects: [], rules: ['subject-is-named', 'closes-ahead'] });
    expect(decision.row).toEqual({
      ...row,
      proposals: [
        {
          id: 'p1',
          command: 'PUBLISH',
          seq: 5,
          proposerId: OFFICER.personId,
          proposerOrganisationId: OFFICER.organisationId,
          proposedAt: NOON,
          expiresAt: NOON + 24 * HOUR,
        },
      ],
    });
  });

  it('refuses the same person as second, and a second proposal of the same act', () => {
    const row = accepted(decide(given('PUBLISH', { row: rowOf('draft') }))).row;
    const [confirms] = row.proposals;
    expect(refused(decide(given('PUBLISH', { row, ...(confirms === undefined ? {} : { confirms }) })))).toMatchObject({
      status: 422,
      refusals: [{ rule: 'second-person-differs', datum: 'proposer', found: 'the same person' }],
    });
    expect(refused(decide(given('PUBLISH', { row })))).toMatchObject({
      status: 409,
      refusals: [
        {
          rule: 'one-open-proposal',
          found: 'p1',
          cure: { who: 'an approving officer', how: expect.stringContaining('p1') },
        },
      ],
    });
  });

  it('asks for envelopes only once everything else has passed, and never for a proposal', () => {
    const envelope = { sealed: 'x' };
    const facts = { claims: [{ organisationId: 'acme', seq: 3, envelope }] };
    const row = rowOf('weighing');
    const proposed = accepted(decide(given('WEIGH', { row, facts, actor: CHAIR })));
    expect(proposed.kind).toBe('proposed');
    const [confirms] = proposed.row.proposals;
    const member = makeActor('evaluation-member');
    const confirming = given('WEIGH', { row: proposed.row, facts, actor: member, ...(confirms && { confirms }) });
    expect(decide(confirming)).toEqual({ outcome: 'needs-opening', envelopes: [{ id: 'acme:3', envelope }] });
    expect(accepted(decide({ ...confirming, opened: { 'acme:3': '12.00' } })).row).toMatchObject({
      state: { settling: { payment: 'owed', survey: 'awaited' } },
      context: { weight: '12.00' },
      proposals: [],
    });
    const same = given('WEIGH', { row: proposed.row, facts, actor: CHAIR, ...(confirms && { confirms }) });
    expect(refused(decide(same)).refusals).toMatchObject([{ rule: 'second-person-differs' }]);
  });

  it('joins parallel regions when the last of them is done', () => {
    const row = rowOf({ settling: { payment: 'paid', survey: 'awaited' } });
    expect(accepted(decide(given('SURVEY', { row, actor: SYSTEM_ACTOR }))).row.state).toBe('settled');
  });

  it('fails loudly on a state that the machine does not know, a region that is missing, and a command without a row', () => {
    expect(() => decide(given('NOTE', { row: rowOf('vanished') }))).toThrow(UnknownState);
    expect(() => decide(given('SURVEY', { row: rowOf({ settling: { payment: 'paid' } }) }))).toThrow(UnknownState);
    expect(() => decide(given('VANISH'))).toThrow('no command VANISH');
  });

  it('fails loudly when the context would outgrow its bound, counted in bytes', () => {
    const pad = (by: number, filler = 'x'): Decision =>
      decide({
        ...given('PAD', { form: { by } }),
        caseType: tally,
        row: { ...rowOf('counting'), context: { count: 0, closesAt: 0, padding: filler } },
      });
    expect(pad(16_000).outcome).toBe('accepted');
    expect(() => pad(16_385)).toThrow(ContextOutgrown);
  });

  it('is the same whenever it is made, draws nothing at random and changes nothing that it was given', () => {
    const commands = fc.record({
      name: fc.constantFrom(...Object.keys(docket.commands)),
      state: fc.constantFrom<CaseRow['state']>('draft', 'gathering', 'weighing', 'settled', {
        settling: { payment: 'owed', survey: 'done' },
      }),
      at: fc.integer({ min: NOON - HOUR, max: NOON + 2 * HOUR }),
      by: fc.integer({ min: -5, max: 5 }),
      actor: fc.constantFrom(OFFICER, BIDDER, CHAIR, SYSTEM_ACTOR),
      held: fc.boolean(),
    });
    const { now } = Date;
    const { random } = Math;
    const fail = (): never => {
      throw new Error('a decision looked at the clock or drew a number');
    };
    Object.assign(Date, { now: fail });
    Object.assign(Math, { random: fail });
    try {
      for (const { name, state, at, by, actor, held } of fc.sample(commands, { numRuns: 500, seed: 7 })) {
        const input = given(name, {
          row: rowOf(state, {}, { holds: held ? [holdOf()] : [] }),
          form: { by, text: 't', word: 'w', target: 'x', subject: 's', other: 'o', price: {} },
          at,
          actor,
        });
        deepFreeze({ ...input, caseType: undefined, law: undefined });
        const [one, two] = [decide(input), decide(input)];
        expect(withoutSnapshot(one)).toEqual(withoutSnapshot(two));
      }
    } finally {
      Object.assign(Date, { now });
      Object.assign(Math, { random });
    }
  });
});

function withoutSnapshot(decision: Decision): object {
  return { ...decision, snapshot: undefined };
}

function deepFreeze(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
