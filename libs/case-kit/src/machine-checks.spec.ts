import {
  and,
  assign,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  log,
  not,
  raise,
  sendTo,
  setup,
  spawnChild,
  type AnyStateMachine,
} from 'xstate';
import type { AnyCaseType, AnyCommandSpec } from './contract.js';
import type { Rule } from './rule.js';
import { assertCaseType, eventsOf, findMachineFaults, ForbiddenMachine, statesOf } from './machine-checks.js';

const REF = { act: 'Act', provision: 's. 1' };

/** A machine whose state `one` has these features besides a way to `two`. */
function machineWith(features: object, options: object = {}): AnyStateMachine {
  return createMachine({
    id: 'm',
    initial: 'one',
    states: { one: { on: { GO: { target: 'two' } }, ...features }, two: {} },
    ...options,
  });
}

const promise = fromPromise(async () => 1);

/** Features that must not be persisted, each with the reason that is given for it. */
const FORBIDDEN: readonly (readonly [name: string, machine: () => AnyStateMachine, reason: string])[] = [
  [
    'after',
    () => machineWith({ after: { 1000: { target: 'two' } } }),
    "one: 'after' is lost when the case is restored",
  ],
  [
    'after in a nested state',
    () => machineWith({ initial: 'in', states: { in: { after: { 9: 'out' } }, out: {} } }),
    "one.in: 'after'",
  ],
  ['invoke', () => machineWith({ invoke: { src: promise } }), "one: 'invoke' runs again when the case is restored"],
  ['a spawned child', () => machineWith({ entry: spawnChild(promise) }), 'one: entry and exit may only assign'],
  [
    'a delayed raise on entry',
    () => machineWith({ entry: raise({ type: 'GO' }, { delay: 10 }) }),
    'one: entry and exit may only assign',
  ],
  [
    'a delayed raise on an event',
    () => machineWith({ on: { GO: { target: 'two', actions: raise({ type: 'X' }, { delay: 10 }) } } }),
    'one on GO: actions other than assign',
  ],
  ['an undelayed raise', () => machineWith({ exit: raise({ type: 'GO' }) }), 'one: entry and exit may only assign'],
  [
    'a history state',
    () => machineWith({ initial: 'in', states: { in: {}, back: { type: 'history' } } }),
    'one.back: history states are not stored',
  ],
  [
    'an inline guard',
    () => machineWith({ on: { GO: [{ target: 'two', guard: () => true }, { target: 'one' }] } }),
    'one on GO: guards are named, never inline',
  ],
  [
    'a combined guard',
    () => machineWith({ on: { GO: [{ target: 'two', guard: and(['a', not('b')]) }, { target: 'one' }] } }),
    'one on GO: guards are named',
  ],
  [
    'an inline guard on an eventless step',
    () => machineWith({ always: { target: 'two', guard: () => false } }),
    'one on (always): guards are named',
  ],
  ['a function as action', () => machineWith({ entry: () => undefined }), 'one: entry and exit may only assign'],
  [
    'a log action',
    () => machineWith({ on: { GO: { target: 'two', actions: log('hello') } } }),
    'one on GO: actions other than assign',
  ],
  [
    'a message to an actor',
    () => machineWith({ on: { GO: { target: 'two', actions: sendTo('x', { type: 'Y' }) } } }),
    'one on GO: actions other',
  ],
  [
    'an emitted event',
    () => machineWith({ on: { GO: { target: 'two', actions: emit({ type: 'Y' }) } } }),
    'one on GO: actions other',
  ],
  [
    'queued actions',
    () => machineWith({ on: { GO: { target: 'two', actions: enqueueActions(() => undefined) } } }),
    'one on GO: actions other',
  ],
  [
    'a named action that does not assign',
    () => machineWith({ entry: 'shout' }).provide({ actions: { shout: () => undefined } }),
    'one: entry and exit',
  ],
  ['a named action that is nowhere', () => machineWith({ entry: 'shout' }), 'one: entry and exit may only assign'],
  [
    'an action on an eventless step',
    () => machineWith({ always: { target: 'two', actions: log('x') } }),
    'one on (always): actions other',
  ],
  [
    'an event declared as {}',
    () => machineWith({ on: { GO: {} } }),
    'one on GO: an event declared as {} is refused by can()',
  ],
  [
    'a wildcard event',
    () => machineWith({ on: { '*': { target: 'two' } } }),
    'one: wildcard event * hides what may happen',
  ],
  ['a partial wildcard', () => machineWith({ on: { 'pay.*': { target: 'two' } } }), 'one: wildcard event pay.*'],
  ['a wildcard at the root', () => machineWith({}, { on: { '*': { target: '.two' } } }), '(machine): wildcard event *'],
  [
    'a list of branches that are all guarded',
    () => machineWith({ on: { GO: [{ target: 'two', guard: 'a' }] } }),
    'one on GO: guards choose between targets',
  ],
];

describe('a machine that is to be persisted', () => {
  for (const [name, machine, reason] of FORBIDDEN) {
    it(`may not have ${name}`, () => {
      expect(findMachineFaults(machine())).toEqual(expect.arrayContaining([expect.stringContaining(reason)]));
    });
  }

  it('may nest, run regions in parallel, join them, choose by named guards and assign', () => {
    const machine = setup({
      types: { context: {} as { n: number }, input: {} as { n: number } | undefined },
      guards: { isBig: ({ context }) => context.n > 3 },
      actions: { count: assign({ n: ({ context }) => context.n + 1 }) },
    }).createMachine({
      id: 'm',
      context: ({ input }) => ({ n: input?.n ?? 0 }),
      initial: 'one',
      states: {
        one: {
          entry: 'count',
          exit: assign({ n: 0 }),
          on: {
            GO: [{ target: 'two', guard: 'isBig', actions: 'count' }, { target: 'one' }],
            ADD: { actions: 'count' },
          },
        },
        two: {
          type: 'parallel',
          states: {
            left: { initial: 'open', states: { open: { on: { SHUT: { target: 'shut' } } }, shut: { type: 'final' } } },
            right: {
              initial: 'open',
              states: { open: { always: { target: 'shut', guard: 'isBig' } }, shut: { type: 'final' } },
            },
          },
          onDone: { target: 'three' },
        },
        three: { type: 'final' },
      },
    });
    expect(findMachineFaults(machine)).toEqual([]);
    expect(eventsOf(machine)).toEqual(['GO', 'ADD', 'SHUT']);
    expect(statesOf(machine)).toEqual([
      'one',
      'two',
      'two.left',
      'two.left.open',
      'two.left.shut',
      'two.right',
      'two.right.open',
      'two.right.shut',
      'three',
    ]);
  });

  it('gives every reason at once', () => {
    const machine = machineWith({ after: { 5: 'two' }, entry: log('x'), on: { GO: {}, '*': { target: 'two' } } });
    const reasons = ["'after' is lost", 'entry and exit may only assign', 'declared as {}', 'wildcard event *'];
    expect(findMachineFaults(machine)).toEqual(
      expect.arrayContaining(reasons.map((reason): unknown => expect.stringContaining(reason))),
    );
  });

  // Not refused yet, and each of them should be: these three turn green when the checks learn to see them.
  it('may not need its input to make its context', () => {
    const context = ({ input }: { input: { n: number } }): object => ({ n: input.n });
    expect(findMachineFaults(machineWith({}, { context }))).toHaveLength(1);
  });

  it('may not spawn from within an assignment', () => {
    const entry = assign(({ spawn }) => ({ child: spawn(promise) }));
    expect(findMachineFaults(machineWith({ entry }))).toHaveLength(1);
  });

  it('may not name a guard that is nowhere', () => {
    const machine = machineWith({ on: { GO: [{ target: 'two', guard: 'nowhere' }, { target: 'one' }] } });
    expect(findMachineFaults(machine)).toHaveLength(1);
  });
});

class Form {
  [field: string]: unknown;
}

const command: AnyCommandSpec = {
  roles: ['bidder'],
  summary: 'Go.',
  ref: REF,
  form: Form,
  rules: [],
};

function caseTypeWith(changes: Partial<AnyCaseType> = {}): AnyCaseType {
  return {
    id: 'sample',
    plural: 'samples',
    prefix: 'SAMPLE',
    title: 'Sample',
    version: '1',
    machine: machineWith({}),
    open: { ...command, jurisdiction: () => 'CENTRE', input: () => undefined },
    commands: { GO: command },
    orders: { roles: [], secondPerson: { roles: [], expiresAfterHours: 1, ref: REF } },
    timers: () => [],
    audiences: () => [],
    views: { case: () => ({}), transition: () => null },
    notices: () => [],
    store: { facts: {}, apply: {} },
    stateProvisions: { one: { ref: REF, text: 'One.' }, two: { ref: REF, text: 'Two.' } },
    ...changes,
  };
}

function reasonsOf(caseType: AnyCaseType): readonly string[] {
  try {
    assertCaseType(caseType);
  } catch (error) {
    if (error instanceof ForbiddenMachine) return error.reasons;
    throw error;
  }
  return [];
}

describe('a case type that is to run', () => {
  it('is taken when its tables are complete', () => {
    expect(reasonsOf(caseTypeWith())).toEqual([]);
  });

  it('is refused with the reasons of its machine, named by its id', () => {
    const caseType = caseTypeWith({ machine: machineWith({ invoke: { src: promise } }) });
    expect(() => assertCaseType(caseType)).toThrow("case type sample may not run:\n- one: 'invoke' runs again");
  });

  it('has a row for every event and no row without an event', () => {
    expect(reasonsOf(caseTypeWith({ commands: {} }))).toEqual(['event GO has no row in the command table']);
    expect(reasonsOf(caseTypeWith({ commands: { GO: command, STAY: command } }))).toEqual([
      'command STAY is no event of the machine',
    ]);
  });

  it('cites a provision for every state and for no other', () => {
    const one = { ref: REF, text: 'One.' };
    expect(reasonsOf(caseTypeWith({ stateProvisions: { one } }))).toEqual(['state two cites no provision']);
    expect(reasonsOf(caseTypeWith({ stateProvisions: { one, two: one, three: one } }))).toEqual([
      'provision of unknown state three',
    ]);
  });

  it('reads only facts that its store loads', () => {
    expect(reasonsOf(caseTypeWith({ commands: { GO: { ...command, facts: ['roll'] } } }))).toEqual([
      'command GO reads unknown facts roll',
    ]);
  });

  it('has no hot command that waits for others', () => {
    const secondPerson = { roles: ['auditor'], expiresAfterHours: 1, ref: REF } as const;
    for (const slow of [{ secondPerson }, { opens: () => [] }, { readsCases: () => [] }]) {
      expect(reasonsOf(caseTypeWith({ commands: { GO: { ...command, hot: true, ...slow } } }))).toEqual([
        'command GO is hot and may not wait for a second person, open envelopes or read other cases',
      ]);
    }
  });

  it('names no rule twice in one command', () => {
    const rule: Rule<unknown, object, object> = {
      name: 'r',
      ref: REF,
      text: 'So it is.',
      needs: 'case',
      check: () => true,
    };
    expect(reasonsOf(caseTypeWith({ commands: { GO: { ...command, rules: [rule, rule] } } }))).toEqual([
      'command GO names a rule twice',
    ]);
  });
});
