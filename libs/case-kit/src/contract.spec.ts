import { assign, setup } from 'xstate';
import {
  assertCaseType,
  defineCaseType,
  type CaseTypeDefinition,
  type CommandEvent,
  type CommandSpec,
  type FormRule,
} from './index.js';

/*
 * Most of the contract is held by the compiler: each line marked as an expected error must be one, or the type check
 * of the build fails. The tests below show that what does compile also runs.
 */

interface Context {
  readonly count: number;
}

type Facts = { readonly roll: readonly string[] };

class AddForm {
  by!: number;
}

class SayForm {
  text!: string;
}

class OpenForm {
  start!: number;
}

type Event = CommandEvent<'ADD', AddForm, Facts> | CommandEvent<'SAY', SayForm, Facts>;

const REF = { act: 'Act', provision: 's. 1' };

const machine = setup({
  types: { context: {} as Context, events: {} as Event, input: {} as Context | undefined },
  actions: {
    add: assign({ count: ({ context, event }) => context.count + (event.type === 'ADD' ? event.form.by : 0) }),
  },
}).createMachine({
  id: 'sample',
  context: ({ input }) => ({ count: input?.count ?? 0 }),
  initial: 'one',
  states: { one: { on: { ADD: { target: 'one', actions: 'add' }, SAY: { target: 'one' } } } },
});

type Definition = CaseTypeDefinition<Context, Facts, typeof machine, OpenForm>;
type Add = CommandSpec<Context, Facts, AddForm>;

const isPositive: FormRule<Context, Facts, AddForm> = {
  name: 'is-positive',
  needs: 'form',
  ref: REF,
  text: 'Only a positive number is added.',
  check: ({ form, row, facts }) =>
    form.by > row.context.count - facts.roll.length || {
      datum: 'by',
      found: form.by,
      required: 1,
      cure: { who: 'you', how: 'add more' },
    },
};

const add: Add = { roles: ['bidder'], summary: 'Add.', ref: REF, form: AddForm, facts: ['roll'], rules: [isPositive] };
const say: CommandSpec<Context, Facts, SayForm> = {
  roles: ['auditor'],
  summary: 'Say.',
  ref: REF,
  form: SayForm,
  rules: [],
};

const definition: Definition = {
  id: 'sample',
  plural: 'samples',
  prefix: 'SAMPLE',
  title: 'Sample',
  version: '1',
  machine,
  open: {
    roles: ['state-officer'],
    summary: 'Open.',
    ref: REF,
    form: OpenForm,
    rules: [],
    jurisdiction: (_form, actor) => actor.jurisdiction ?? 'CENTRE',
    input: ({ form }) => ({ count: form.start }),
  },
  commands: { ADD: add, SAY: say },
  orders: {
    roles: ['central-officer'],
    secondPerson: { roles: ['approving-officer'], expiresAfterHours: 1, ref: REF },
  },
  timers: () => [],
  audiences: () => [],
  views: { case: ({ row }) => ({ count: row.context.count }), transition: () => null },
  notices: () => [],
  store: { facts: { roll: async (_sql, requests) => requests.map(() => []) }, apply: {} },
  stateProvisions: { one: { ref: REF, text: 'One.' } },
};

// @ts-expect-error a command of the machine is missing from the table
export const missing: Definition['commands'] = { ADD: add };

// @ts-expect-error a command that is no event of the machine stands in the table
export const foreign: Definition['commands'] = { ADD: add, SAY: say, SHOUT: say };

// @ts-expect-error the form class is not that of the command's event
export const swapped: Definition['commands'] = { ADD: say, SAY: say };

// @ts-expect-error nobody has this role
export const unknownRole: Add = { ...add, roles: ['mayor'] };

// @ts-expect-error the facts have no such kind
export const unknownFacts: Add = { ...add, facts: ['weather'] };

// @ts-expect-error a rule about another form does not judge this one
export const otherRule: CommandSpec<Context, Facts, SayForm> = { ...say, rules: [isPositive] };

export const caseRule: Add['rules'][number] = {
  name: 'asks-too-early',
  needs: 'case',
  ref: REF,
  text: 'A rule of the case has no form to look at.',
  // @ts-expect-error a rule that is judged before any form is filled in cannot read one
  check: ({ form }) => form !== undefined,
};

describe('the contract of case types', () => {
  it('assembles what the compiler has checked against the machine, unchanged', () => {
    const caseType = defineCaseType<Context, Facts, typeof machine, OpenForm>(definition);
    expect(caseType).toBe(definition);
    expect(() => assertCaseType(caseType)).not.toThrow();
  });

  it('lets the engine handle a case type without knowing its particulars', async () => {
    const caseType = defineCaseType<Context, Facts, typeof machine, OpenForm>(definition);
    expect(Object.keys(caseType.commands)).toEqual(['ADD', 'SAY']);
    expect(new (caseType.commands['ADD']?.form ?? Object)()).toBeInstanceOf(AddForm);
    const sql = { query: async () => [] };
    const requests = [{ caseId: 'a', form: {}, actor: {} as never }];
    expect(await caseType.store.facts['roll']?.(sql, requests)).toEqual([[]]);
  });
});
