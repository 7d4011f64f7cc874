import fc from 'fast-check';
import {
  assign,
  createMachine,
  initialTransition,
  setup,
  transition,
  type AnyMachineSnapshot,
  type StateValue,
} from 'xstate';
import { stepped, UnknownState } from './machine-step.js';

interface Context {
  readonly count: number;
  readonly trail: string;
}

type Event =
  | { readonly type: 'START' | 'BACK' | 'FLIP' | 'STOP' | 'LEFT' | 'RIGHT' | 'NOTE' }
  | { readonly type: 'ADD'; readonly by: number };

/** Nesting, regions, guards, entry and exit, joins and eventless steps: whatever a case machine may use. */
const machine = setup({
  types: { context: {} as Context, events: {} as Event, input: {} as { count: number } | undefined },
  guards: { isFull: ({ context }) => context.count >= 10, isEven: ({ context }) => context.count % 2 === 0 },
  actions: {
    add: assign({ count: ({ context, event }) => context.count + (event.type === 'ADD' ? event.by : 0) }),
    entered: assign({ trail: ({ context }) => `${context.trail}>`.slice(-20) }),
    exited: assign({ trail: ({ context }) => `${context.trail}<`.slice(-20) }),
  },
}).createMachine({
  id: 'sample',
  context: ({ input }) => ({ count: input?.count ?? 0, trail: '' }),
  initial: 'idle',
  states: {
    idle: { on: { START: [{ target: 'done', guard: 'isFull' }, { target: 'busy' }], NOTE: { target: 'idle' } } },
    busy: {
      entry: 'entered',
      exit: 'exited',
      on: { ADD: { target: '.counting', actions: 'add' }, STOP: { target: 'idle' }, BACK: { target: 'pair' } },
      initial: 'waiting',
      states: {
        waiting: { on: { FLIP: { target: 'counting' } } },
        counting: {
          always: { target: 'full', guard: 'isFull' },
          on: {
            FLIP: [
              { target: 'waiting', guard: 'isEven' },
              { target: 'counting', actions: 'entered' },
            ],
          },
        },
        full: { on: { FLIP: { target: '#sample.done' } } },
      },
    },
    pair: {
      type: 'parallel',
      states: {
        left: { initial: 'open', states: { open: { on: { LEFT: { target: 'shut' } } }, shut: { type: 'final' } } },
        right: {
          initial: 'open',
          states: {
            open: { on: { RIGHT: { target: 'shut' }, FLIP: { target: '#sample.busy' } } },
            shut: { type: 'final' },
          },
        },
      },
      onDone: { target: 'done', actions: 'entered' },
    },
    done: { type: 'final' },
  },
});

/** Every state in which the machine can rest. Both regions shut is none: the join leaves it in the same step. */
const STABLE: readonly StateValue[] = [
  'idle',
  'done',
  ...['waiting', 'counting', 'full'].map((inner) => ({ busy: inner })),
  { pair: { left: 'open', right: 'open' } },
  { pair: { left: 'shut', right: 'open' } },
  { pair: { left: 'open', right: 'shut' } },
];

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom('START', 'BACK', 'FLIP', 'STOP', 'LEFT', 'RIGHT', 'NOTE').map((type) => ({ type })),
  fc.integer({ min: 0, max: 4 }).map((by): Event => ({ type: 'ADD', by })),
);

const pictureOf = ({ value, context, status }: AnyMachineSnapshot): object => ({ value, context, status });

describe('a machine that is stepped', () => {
  it('starts exactly as the initialTransition() of xstate', () => {
    for (const input of [{ count: 0 }, { count: 3 }, { count: 12 }]) {
      expect(pictureOf(stepped(machine).start(input))).toEqual(pictureOf(initialTransition(machine, input)[0]));
    }
  });

  it('moves on every walk exactly as the transition() of xstate, and resolves whatever it reaches', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STABLE),
        fc.array(event, { maxLength: 20 }),
        fc.nat(12),
        (value, events, count) => {
          const sample = stepped(machine);
          const context = { count, trail: '' };
          let mine = sample.resolve(value, context);
          let theirs = machine.resolveState({ value, context });
          for (const next of events) {
            expect(sample.can(mine, next)).toBe(theirs.can(next));
            mine = sample.move(mine, next);
            [theirs] = transition(machine, theirs, next);
            expect(pictureOf(mine)).toEqual(pictureOf(theirs));
            const { value: reached, context: carried }: { value: StateValue; context: unknown } = mine;
            expect(STABLE).toContainEqual(reached);
            expect(pictureOf(sample.resolve(reached, carried))).toEqual(pictureOf(mine));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is made once for each machine', () => {
    expect(stepped(machine)).toBe(stepped(machine));
  });

  it('does not change the snapshot that it moves from', () => {
    const sample = stepped(machine);
    const before = sample.resolve({ busy: 'waiting' }, { count: 3, trail: '' });
    const picture = structuredClone(pictureOf(before));
    sample.move(before, { type: 'ADD', by: 2 } as { type: string });
    expect(pictureOf(before)).toEqual(picture);
  });

  it('answers that a record-only event with an explicit target is allowed, and a foreign one is not', () => {
    const sample = stepped(machine);
    const idle = sample.start(undefined);
    expect(sample.can(idle, { type: 'NOTE' })).toBe(true);
    expect(sample.can(idle, { type: 'FLIP' })).toBe(false);
    expect(sample.can(idle, { type: 'nonsense' })).toBe(false);
  });

  it('resolves every state that it can reach, final ones as done', () => {
    const sample = stepped(machine);
    expect(sample.resolve('done', { count: 0, trail: '' }).status).toBe('done');
    expect(sample.resolve({ pair: { left: 'shut', right: 'open' } }, { count: 0, trail: '' }).status).toBe('active');
  });

  it('throws UnknownState for a stored state that is none of its own', () => {
    const sample = stepped(machine);
    const unknown: readonly StateValue[] = ['lost', { busy: 'lost' }, { lost: 'open' }, { pair: 'left' }, '', {}];
    for (const state of unknown) {
      expect(() => sample.resolve(state, { count: 0, trail: '' })).toThrow(UnknownState);
    }
  });

  it('throws UnknownState for a compound state without its child and for a region that is missing', () => {
    const sample = stepped(machine);
    const incomplete: readonly StateValue[] = ['busy', 'pair', { pair: { left: 'open' } }, { pair: { right: 'shut' } }];
    for (const state of incomplete) {
      expect(() => sample.resolve(state, { count: 0, trail: '' })).toThrow(
        'the stored state is not a complete state of machine sample',
      );
    }
  });

  it('throws UnknownState for a region too many', () => {
    const state = { pair: { left: 'open', right: 'open', middle: 'open' } };
    expect(() => stepped(machine).resolve(state, { count: 0, trail: '' })).toThrow(UnknownState);
  });

  it('keeps machines apart', () => {
    const other = createMachine({
      id: 'other',
      initial: 'one',
      states: { one: { on: { GO: { target: 'two' } } }, two: {} },
    });
    const moved = stepped(other).move(stepped(other).start(undefined), { type: 'GO' });
    expect(moved.value).toBe('two');
    expect(stepped(machine).start(undefined).value).toBe('idle');
  });
});
