import { assertEvent, assign, setup } from 'xstate';
import { parseInstant, type CommandEvent, type SealedEnvelope } from '#case-kit';

/** A docket gathers claims until it closes, then a chair weighs the sealed ones; told by and telling other dockets. */
export interface DocketContext {
  readonly subject: string;
  readonly closesAt: number;
  readonly publishedAt: number | null;
  /** Milliseconds that punctual commands get after the close; null: as the platform has it. */
  readonly graceMs: number | null;
  readonly raised: number;
  /** Notes that stood in the table when the reminder fell due. */
  readonly reminded: number | null;
  /** What was heard of other dockets, newest last; bounded. */
  readonly heard: readonly string[];
  readonly fee: number | null;
  readonly weight: string | null;
}

export interface DocketClaim {
  readonly organisationId: string;
  readonly seq: number;
  readonly envelope: SealedEnvelope;
}

export type DocketFacts = {
  readonly notes: number;
  readonly claims: readonly DocketClaim[];
  readonly cases: Readonly<Record<string, { readonly state: unknown; readonly seq: number }>>;
};

export class OpenDocketForm {
  subject!: string;
  /** RFC 3339. */
  closesAt!: string;
  graceMs?: number;
}
export class NoForm {}
export class AmendForm {
  subject!: string;
}
export class RaiseForm {
  by!: number;
}
export class NoteForm {
  text!: string;
}
export class ClaimForm {
  price!: SealedEnvelope;
}
export class TellForm {
  target!: string;
  word!: string;
}
export class HearForm {
  word!: string;
}
export class ConsultForm {
  other!: string;
}

type Event<Type extends string, Form> = CommandEvent<Type, Form, DocketFacts>;
export type DocketEvent =
  | Event<'AMEND', AmendForm>
  | Event<'PUBLISH', NoForm>
  | Event<'RAISE', RaiseForm>
  | Event<'CLAIM', ClaimForm>
  | Event<'NOTE', NoteForm>
  | Event<'LEVY', NoForm>
  | Event<'CONSULT', ConsultForm>
  | Event<'TELL', TellForm>
  | Event<'HEAR', HearForm>
  | Event<'SPAWN', AmendForm>
  | Event<'LAPSE', NoForm>
  | Event<'REMIND', NoForm>
  | Event<'WEIGH', NoForm>
  | Event<'PAY', NoForm>
  | Event<'SURVEY', NoForm>
  | Event<'DROP', NoForm>;

interface DocketInput {
  readonly subject: string;
  readonly closesAt: string;
  readonly graceMs?: number;
}

const EXTENSION_MS = 1_000;
const HEARD_KEPT = 20;

export const docketMachine = setup({
  types: { context: {} as DocketContext, events: {} as DocketEvent, input: {} as DocketInput | undefined },
  actions: {
    amend: assign(({ event }) => {
      assertEvent(event, 'AMEND');
      return { subject: event.form.subject };
    }),
    publish: assign(({ event }) => ({ publishedAt: event.at })),
    raise: assign(({ context, event }) => {
      assertEvent(event, 'RAISE');
      return {
        raised: context.raised + event.form.by,
        closesAt: Math.max(context.closesAt, event.at + EXTENSION_MS),
      };
    }),
    levy: assign(({ event }) => ({ fee: event.law.integer('docket.fee') })),
    hear: assign(({ context, event }) => {
      assertEvent(event, 'HEAR');
      return { heard: [...context.heard, event.form.word].slice(-HEARD_KEPT) };
    }),
    remind: assign(({ event }) => ({ reminded: event.facts.notes })),
    weigh: assign(({ event }) => ({ weight: Object.values(event.opened).sort().at(-1) ?? null })),
  },
}).createMachine({
  id: 'docket',
  context: ({ input }) => ({
    subject: input?.subject ?? '',
    closesAt: input === undefined ? 0 : parseInstant(input.closesAt),
    publishedAt: null,
    graceMs: input?.graceMs ?? null,
    raised: 0,
    reminded: null,
    heard: [],
    fee: null,
    weight: null,
  }),
  initial: 'draft',
  on: { HEAR: { actions: 'hear' } },
  states: {
    draft: {
      on: {
        AMEND: { target: 'draft', actions: 'amend' },
        PUBLISH: { target: 'gathering', actions: 'publish' },
        DROP: { target: 'dropped' },
      },
    },
    gathering: {
      on: {
        RAISE: { actions: 'raise' },
        CLAIM: { target: 'gathering' },
        NOTE: { target: 'gathering' },
        LEVY: { target: 'gathering', actions: 'levy' },
        CONSULT: { target: 'gathering' },
        TELL: { target: 'gathering' },
        SPAWN: { target: 'gathering' },
        LAPSE: { target: 'weighing' },
        DROP: { target: 'dropped' },
      },
    },
    weighing: {
      on: {
        NOTE: { target: 'weighing' },
        REMIND: { target: 'weighing', actions: 'remind' },
        WEIGH: { target: 'settling', actions: 'weigh' },
        DROP: { target: 'dropped' },
      },
    },
    settling: {
      type: 'parallel',
      states: {
        payment: { initial: 'owed', states: { owed: { on: { PAY: { target: 'paid' } } }, paid: { type: 'final' } } },
        survey: {
          initial: 'awaited',
          states: { awaited: { on: { SURVEY: { target: 'done' } } }, done: { type: 'final' } },
        },
      },
      onDone: { target: 'settled' },
    },
    settled: { type: 'final' },
    dropped: { type: 'final' },
  },
});
