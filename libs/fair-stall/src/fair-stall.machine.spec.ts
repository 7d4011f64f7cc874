import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { transition } from 'xstate';
import { assertCaseType, statesOf, stepped, type Actor } from '#case-kit';
import { fairStall } from './fair-stall.case-type.js';
import { ASHA, BINA, CHAIR, CHAND, DAY, FairPlay, OFFICER, OPERATOR, playUntil, SYSTEM } from './fair-stall.fixture.js';
import { fairStallMachine } from './fair-stall.machine.js';

interface Move {
  readonly command: string;
  readonly actor: Actor;
  readonly form?: Readonly<Record<string, unknown>>;
  readonly wait?: number;
}

/** Every command with forms that its DTO accepts, so that a walk goes only where a caller could go. */
const MOVES: readonly Move[] = [
  { command: 'AMEND_NOTICE', actor: OFFICER, form: { stallName: 'West stall' } },
  { command: 'PUBLISH', actor: OFFICER },
  { command: 'APPLY', actor: ASHA, form: { offer: '1250.00' } },
  { command: 'APPLY', actor: BINA, form: { offer: '1500.00' } },
  { command: 'APPLY', actor: CHAND, form: { offer: '1300.01' } },
  { command: 'WITHDRAW', actor: ASHA },
  { command: 'CLOSE_APPLICATIONS', actor: SYSTEM },
  { command: 'OPEN_ENVELOPES', actor: CHAIR },
  { command: 'CALL', actor: ASHA, form: { offer: '1600.00' } },
  { command: 'CALL', actor: BINA, form: { offer: '9900.00', confirmed: true } },
  { command: 'CLOSE_CALLING', actor: SYSTEM },
  { command: 'PAY', actor: OPERATOR, form: { reference: 'UTR 1', amount: '1600.00' } },
  { command: 'PAY', actor: OPERATOR, form: { reference: 'UTR 2', amount: '9900.00' } },
  { command: 'RECORD_INSPECTION', actor: SYSTEM, form: { result: 'passed', remarks: '' } },
  { command: 'RECORD_INSPECTION', actor: SYSTEM, form: { result: 'failed', remarks: 'The roof leaks.' } },
  { command: 'ANNUL', actor: OFFICER, form: { reason: 'The ground is under water.' } },
];

function pathsOf(value: unknown, prefix = ''): string[] {
  if (typeof value === 'string') return [prefix + value];
  return Object.entries(value as object).flatMap(([key, inner]) => [
    prefix + key,
    ...pathsOf(inner, `${prefix}${key}.`),
  ]);
}

/** Plays moves one after another; those that are not accepted change nothing. Answers each accepted move. */
function walk(moves: readonly Move[]): { play: FairPlay; taken: string[]; seen: Set<string>; left: Set<string> } {
  const play = new FairPlay();
  const seen = new Set(pathsOf(play.row.state));
  const left = new Set<string>();
  const taken: string[] = [];
  for (const { command, actor, form, wait } of moves) {
    play.at += wait ?? 1_000;
    const before = pathsOf(play.row.state);
    if (play.give(command, actor, form).kind !== 'accepted') continue;
    taken.push(command);
    const after = pathsOf(play.row.state);
    for (const path of before) if (!after.includes(path)) left.add(path);
    for (const path of after) seen.add(path);
  }
  return { play, taken, seen, left };
}

const moves = fc.array(fc.constantFrom(...MOVES), { minLength: 1, maxLength: 40 });

describe('the machine of the fair stall', () => {
  it('may run: no forbidden feature, a row for every event, a provision for every state', () => {
    expect(() => assertCaseType(fairStall)).not.toThrow();
  });

  it('is walked with forms that their own classes accept', () => {
    for (const { command, form } of MOVES) {
      const Form = fairStall.commands[command]?.form;
      expect(Form).toBeDefined();
      if (Form === undefined) continue;
      const options = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false };
      expect(validateSync(plainToInstance(Form, form ?? {}), options)).toEqual([]);
    }
  });

  it('reaches every state and leaves every state that is not final', () => {
    const seen = new Set<string>();
    const left = new Set<string>();
    const taken = new Set<string>();
    const first = (command: string): Move[] => MOVES.filter((move) => move.command === command).slice(0, 1);
    const applications = MOVES.filter(({ command }) => command === 'APPLY').slice(0, 2);
    const straight = [
      ...[...first('AMEND_NOTICE'), ...first('PUBLISH'), ...applications, ...first('CLOSE_APPLICATIONS')],
      ...[...first('OPEN_ENVELOPES'), ...first('CALL'), ...first('CLOSE_CALLING')],
    ];
    // The straight way, and from every point of it every two moves that could follow.
    for (let length = 0; length <= straight.length; length += 1) {
      for (const [one, two] of MOVES.flatMap((one) => MOVES.map((two) => [one, two] as const))) {
        const walked = walk([...straight.slice(0, length), one, two]);
        for (const path of walked.seen) seen.add(path);
        for (const path of walked.left) left.add(path);
        for (const command of walked.taken) taken.add(command);
      }
    }
    const states = statesOf(fairStallMachine);
    const final = ['allotted', 'annulled'];
    expect([...seen].sort()).toEqual([...states].sort());
    expect([...left].sort()).toEqual(states.filter((path) => !final.includes(path)).sort());
    expect([...taken].sort()).toEqual(Object.keys(fairStall.commands).sort());
  });

  it('settles payment and inspection in either order, and is then allotted', () => {
    for (const reversed of [false, true]) {
      const play = playUntil('settling');
      const steps: (() => void)[] = [
        () => play.mustGive('PAY', OPERATOR, { reference: 'UTR 1', amount: '1600.00' }),
        () => play.mustGive('RECORD_INSPECTION', SYSTEM, { result: 'passed', remarks: '' }),
      ];
      if (reversed) steps.reverse();
      steps[0]?.();
      expect(play.row.state).toEqual({
        settling: reversed ? { payment: 'due', inspection: 'passed' } : { payment: 'paid', inspection: 'awaited' },
      });
      steps[1]?.();
      expect(play.row.state).toBe('allotted');
    }
  });

  it('annuls when the stall fails its inspection, paid or not', () => {
    const play = playUntil('settling');
    play.mustGive('PAY', OPERATOR, { reference: 'UTR 1', amount: '1600.00' });
    play.mustGive('RECORD_INSPECTION', SYSTEM, { result: 'failed', remarks: 'The roof leaks.' });
    expect(play.row.state).toBe('annulled');
  });

  it('annuls at the opening when fewer qualify than the rule book asks for', () => {
    const play = playUntil('applications');
    play.mustGive('APPLY', ASHA, { offer: '1250.00' });
    play.mustGive('APPLY', CHAND, { offer: '1300.01' });
    play.at = play.row.context.applicationsCloseAt;
    play.mustGive('CLOSE_APPLICATIONS', SYSTEM);
    play.mustGive('OPEN_ENVELOPES', CHAIR);
    expect(play.row.state).toBe('annulled');
    expect(play.parties.every(({ alias }) => alias === null)).toBe(true);
  });

  it('annuls at the opening when nobody applied', () => {
    const play = playUntil('applications');
    play.at = play.row.context.applicationsCloseAt;
    play.mustGive('CLOSE_APPLICATIONS', SYSTEM);
    play.mustGive('OPEN_ENVELOPES', CHAIR);
    expect(play.row.state).toBe('annulled');
  });

  it('starts the calling from the best opened offer and keeps it open after each call', () => {
    const play = playUntil('calling');
    const { context } = play.row;
    expect(context.best).toBe('1500.00');
    expect(context.closesAt).toBe((context.calledFrom ?? 0) + 3_600_000);
    play.at = (context.closesAt ?? 0) - 1_000;
    play.mustGive('CALL', ASHA, { offer: '1600.00' });
    expect(play.row.context).toMatchObject({ best: '1600.00', calls: 1, extendedAt: play.at });
    expect(play.row.context.holder).toBe(play.partyOf(ASHA)?.alias);
  });

  it('keeps no application in its context', () => {
    const play = playUntil('applications');
    const before = play.row.context;
    play.mustGive('APPLY', ASHA, { offer: '1250.00' });
    expect(play.row.context).toEqual(before);
  });

  it('moves on random walks exactly as the public transition() of xstate would', () => {
    fc.assert(
      fc.property(moves, (random) => {
        const machine = stepped(fairStallMachine);
        const play = new FairPlay();
        for (const { command, actor, form = {} } of random) {
          play.at += DAY / 4;
          const party = play.partyOf(actor);
          const opened = Object.fromEntries(play.applications.map(({ seq }) => [String(seq), '1250.00']));
          const facts = { applications: play.applications, ownApplication: null, roster: [], standings: [] };
          const event = {
            type: command,
            form,
            at: play.at,
            actor,
            party,
            facts,
            law: play.lawReader(),
            seq: 9,
            opened,
          };
          const snapshot = machine.resolve(play.row.state, play.row.context);
          const moved = machine.move(snapshot, event);
          const [expected] = transition(fairStallMachine, snapshot as never, event as never);
          expect({ value: moved.value, context: moved.context, status: moved.status }).toEqual({
            value: expected.value,
            context: expected.context,
            status: expected.status,
          });
          play.give(command, actor, form);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('keeps a bounded context however long it is played', () => {
    fc.assert(
      fc.property(moves, (random) => {
        expect(JSON.stringify(walk(random).play.row.context).length).toBeLessThan(1_000);
      }),
      { numRuns: 50 },
    );
  });
});
