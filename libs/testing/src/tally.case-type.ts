import { ApiProperty } from '@nestjs/swagger';
import { IsInt } from 'class-validator';
import { assign, setup } from 'xstate';
import { defineCaseType, type CommandEvent, type CommandSpec } from '#case-kit';

/** The smallest kind of case that shows the engine's ways: it counts. Used by tests and benchmarks, never served. */
export interface TallyContext {
  readonly count: number;
  readonly closesAt: number;
  readonly padding: string;
}

type TallyFacts = { readonly roll: readonly string[] };

export class OpenTallyForm {
  @ApiProperty({ example: 1767605400000, description: 'When it closes, epoch milliseconds; 0: never.' })
  @IsInt()
  closesAt!: number;
}

export class TallyForm {
  @ApiProperty({ example: 1, description: 'By how much.' })
  @IsInt()
  by!: number;
}

export class NoForm {}

type TallyEvent =
  | CommandEvent<'ADD', TallyForm>
  | CommandEvent<'SET', TallyForm>
  | CommandEvent<'PAD', TallyForm>
  | CommandEvent<'BREAK', TallyForm>
  | CommandEvent<'SPOIL', TallyForm>
  | CommandEvent<'CLOSE', object>;

const RULES = { act: 'Tally Rules', provision: 'r. 1' } as const;

const machine = setup({
  types: { context: {} as TallyContext, events: {} as TallyEvent, input: {} as { closesAt: number } | undefined },
  actions: {
    add: assign({
      count: ({ context, event }) => context.count + (event.type === 'ADD' ? event.form.by : 0),
      closesAt: ({ context, event }) => Math.max(context.closesAt, event.at + 1_000),
    }),
    set: assign({ count: ({ context, event }) => (event.type === 'SET' ? event.form.by : context.count) }),
    pad: assign({ padding: ({ event }) => 'x'.repeat(event.type === 'PAD' ? event.form.by : 0) }),
  },
}).createMachine({
  id: 'tally',
  context: ({ input }) => ({
    count: 0,
    closesAt: (input as { closesAt: number } | undefined)?.closesAt ?? 0,
    padding: '',
  }),
  initial: 'counting',
  states: {
    counting: {
      on: {
        ADD: { actions: 'add' },
        SET: { actions: 'set' },
        PAD: { actions: 'pad' },
        BREAK: { target: 'counting' },
        SPOIL: { target: 'counting' },
        CLOSE: { target: 'closed' },
      },
    },
    closed: { type: 'final' },
  },
});

const add: CommandSpec<TallyContext, TallyFacts, TallyForm> = {
  roles: ['bidder'],
  summary: 'Add to the count.',
  ref: RULES,
  form: TallyForm,
  hot: true,
  rules: [
    {
      name: 'adds-a-positive-number',
      ref: RULES,
      text: 'Only a positive number is added.',
      needs: 'form',
      check: ({ form }) =>
        form.by > 0 || {
          datum: 'by',
          found: form.by,
          required: 'more than 0',
          cure: { who: 'bidder', how: 'add a positive number' },
        },
    },
  ],
};

const cold = (
  rules: CommandSpec<TallyContext, TallyFacts, TallyForm>['rules'] = [],
): CommandSpec<TallyContext, TallyFacts, TallyForm> => ({
  roles: ['state-officer', 'central-officer'],
  summary: 'Change the count.',
  ref: RULES,
  form: TallyForm,
  rules,
});

export const tally = defineCaseType<TallyContext, TallyFacts, typeof machine, { closesAt: number }>({
  id: 'tally',
  plural: 'tallies',
  prefix: 'TALLY',
  title: 'Tally',
  version: '1',
  machine,
  open: {
    roles: ['state-officer', 'central-officer', 'system'],
    summary: 'Begin a tally.',
    ref: RULES,
    form: OpenTallyForm,
    rules: [],
    jurisdiction: (_form, actor) => actor.jurisdiction ?? 'CENTRE',
    input: ({ form }) => ({ closesAt: form.closesAt }),
  },
  commands: {
    ADD: add,
    SET: cold(),
    PAD: cold(),
    BREAK: cold([
      {
        name: 'breaks',
        ref: RULES,
        text: 'A rule with a fault in it.',
        needs: 'case',
        check: () => {
          throw new Error('a fault in a rule');
        },
      },
    ]),
    /** Its row breaks a constraint: the transaction fails, not the decision. */
    SPOIL: { ...cold(), effects: () => [{ kind: 'row', table: 'spoilt', row: {} }] },
    CLOSE: {
      roles: ['system'],
      summary: 'Close the tally.',
      ref: RULES,
      form: NoForm,
      rules: [],
    },
  },
  orders: {
    roles: ['central-officer'],
    secondPerson: { roles: ['approving-officer'], expiresAfterHours: 72, ref: RULES },
  },
  timers: (row) =>
    row.state === 'counting' && row.context.closesAt > 0
      ? [
          {
            clock: 'close',
            at: row.context.closesAt,
            event: 'CLOSE',
            ref: RULES,
            stoppedBy: { kinds: ['court-stay'], runsFrom: row.openedAt },
          },
        ]
      : [],
  audiences: (row) =>
    [
      'public',
      'role:auditor',
      'role:bidder',
      'role:central-officer',
      'role:approving-officer',
      `role:state-officer@${row.jurisdiction}`,
    ].map((audience) => ({
      audience,
      title: 'A tally',
      status: row.state === 'closed' ? 'Closed' : 'Counting',
      awaits: [],
      dueAt: null,
    })),
  views: {
    case: ({ row }) => ({ count: row.context.count }),
    transition: (_situation, { command, at }) => ({ command, at }),
  },
  notices: () => [],
  store: {
    facts: {},
    apply: {
      spoilt: async (sql) => {
        await sql.query(`insert into transition (case_id, seq) values ('spoilt', null)`);
      },
    },
  },
  stateProvisions: {
    counting: { ref: RULES, text: 'The tally is open.' },
    closed: { ref: RULES, text: 'The tally is closed.' },
  },
});
