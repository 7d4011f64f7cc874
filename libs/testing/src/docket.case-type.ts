import {
  defineCaseType,
  type CaseRow,
  type CommandSpec,
  type CommandTable,
  type DueEvent,
  type Finding,
  type Notice,
  type Party,
  type ProvisionRef,
  type Role,
  type Rule,
  type Sight,
  type TransitionFact,
} from '#case-kit';
import * as machine from './docket.machine.js';
import type { DocketContext, DocketFacts } from './docket.machine.js';
import { docketStore } from './docket.store.js';

type Row = CaseRow<DocketContext>;
type Spec<Form extends object> = CommandSpec<DocketContext, DocketFacts, Form>;

export const DOCKET_EVENTS = { remindAfterMs: 86_400_000, proposalHours: 24 } as const;

const rule = (number: string): ProvisionRef => ({ act: 'Docket Rules', provision: `r. ${number}` });
const OFFICERS: readonly Role[] = ['central-officer', 'state-officer'];

const finding = (datum: string, found: unknown, required: unknown, who: string, how: string): Finding => ({
  datum,
  found,
  required,
  cure: { who, how },
});

const subjectIsNamed: Rule<DocketContext, DocketFacts, object> = {
  name: 'subject-is-named',
  needs: 'case',
  ref: rule('2'),
  text: 'A docket is published only when it says what it is about.',
  check: ({ row }) =>
    row.context.subject !== '' || finding('subject', '', 'some words', 'central-officer', 'amend the subject'),
};

const closesAhead: Rule<DocketContext, DocketFacts, object> = {
  name: 'closes-ahead',
  needs: 'case',
  ref: rule('3'),
  text: 'A docket is published before it closes.',
  check: ({ row, at }) =>
    at < row.context.closesAt || finding('closesAt', row.context.closesAt, `after ${at}`, 'nobody', 'open another'),
};

const isInTime: Rule<DocketContext, DocketFacts, object> = {
  name: 'is-in-time',
  needs: 'case',
  ref: rule('4'),
  text: 'Nothing is added to a docket after it has closed.',
  check: ({ row, at }) =>
    at <= row.context.closesAt || finding('receivedAt', at, row.context.closesAt, 'nobody', 'the docket has closed'),
};

const raisesByMore: Rule<DocketContext, DocketFacts, machine.RaiseForm> = {
  name: 'raises-by-more-than-nothing',
  needs: 'form',
  ref: rule('5'),
  text: 'A docket is raised by a positive number.',
  check: ({ form }) => form.by > 0 || finding('by', form.by, 'more than 0', 'bidder', 'raise by a positive number'),
};

const otherIsClosed: Rule<DocketContext, DocketFacts, machine.ConsultForm> = {
  name: 'consults-a-closed-docket',
  needs: 'form',
  ref: rule('6'),
  text: 'Only a docket that has closed is consulted.',
  check: ({ form, facts }) => {
    const state = facts.cases[form.other]?.state ?? null;
    return state === 'weighing' || finding('other', state, 'weighing', 'central-officer', 'wait for its close');
  },
};

const officerNotes: Rule<DocketContext, DocketFacts, machine.NoteForm> = {
  name: 'few-notes',
  needs: 'case',
  ref: rule('7'),
  text: 'A docket carries at most five notes.',
  check: ({ facts }) => facts.notes < 5 || finding('notes', facts.notes, 'fewer than 5', 'nobody', 'open another'),
};

const cold = <Form extends object>(
  form: new () => Form,
  summary: string,
  more: Partial<Spec<Form>> = {},
): Spec<Form> => ({ roles: OFFICERS, summary, ref: rule('1'), form, rules: [], ...more });

const bySystem: Partial<Spec<machine.NoForm>> = { roles: ['system'] };
const secondPerson = (role: Role): Spec<object>['secondPerson'] => ({
  roles: [role],
  expiresAfterHours: DOCKET_EVENTS.proposalHours,
  ref: rule('8'),
});

const commands: CommandTable<DocketContext, DocketFacts, typeof machine.docketMachine> = {
  AMEND: cold(machine.AmendForm, 'Change the subject.', { edit: true }),
  PUBLISH: cold(machine.NoForm, 'Publish the docket.', {
    rules: [subjectIsNamed, closesAhead],
    secondPerson: secondPerson('approving-officer'),
    makesSealKey: true,
    effects: ({ at }) => [{ kind: 'anchor', name: 'notice', on: new Date(at).toISOString().slice(0, 10) }],
  }),
  RAISE: cold(machine.RaiseForm, 'Raise the docket.', {
    roles: ['bidder'],
    hot: true,
    rules: [isInTime, raisesByMore],
  }),
  CLAIM: cold(machine.ClaimForm, 'Claim, sealed.', {
    roles: ['bidder'],
    sealed: ['price'],
    rules: [isInTime],
    effects: ({ actor, form }) => [
      { kind: 'party', party: { organisationId: actor.organisationId, capacity: 'claimant', alias: null } },
      {
        kind: 'row',
        table: 'docket_claim',
        row: { organisationId: actor.organisationId, envelope: JSON.stringify(form.price) },
      },
    ],
  }),
  NOTE: cold(machine.NoteForm, 'Add a note.', {
    facts: ['notes'],
    rules: [officerNotes],
    effects: ({ form }) => [{ kind: 'row', table: 'docket_note', row: { text: form.text } }],
  }),
  LEVY: cold(machine.NoForm, 'Levy the fee of the rule book.', { quotaPerHour: 2 }),
  CONSULT: cold(machine.ConsultForm, 'Consult another docket.', {
    readsCases: (_row, { other }) => [other],
    rules: [otherIsClosed],
  }),
  TELL: cold(machine.TellForm, 'Tell another docket.'),
  HEAR: cold(machine.HearForm, 'Hear from another docket.', { roles: ['system'] }),
  SPAWN: cold(machine.AmendForm, 'Open a child docket.'),
  LAPSE: cold(machine.NoForm, 'The docket closes.', {
    ...bySystem,
    effects: () => [{ kind: 'row', table: 'docket_note', row: { text: 'closed' } }],
  }),
  REMIND: cold(machine.NoForm, 'The chair is reminded.', { ...bySystem, facts: ['notes'] }),
  WEIGH: cold(machine.NoForm, 'Open and weigh the claims.', {
    roles: ['evaluation-chair'],
    facts: ['claims'],
    secondPerson: secondPerson('evaluation-member'),
    slow: true,
    opens: ({ facts }) =>
      facts.claims.map(({ organisationId, seq, envelope }) => ({ id: `${organisationId}:${seq}`, envelope })),
  }),
  PAY: cold(machine.NoForm, 'Record the payment.', { roles: ['platform-operator'] }),
  SURVEY: cold(machine.NoForm, 'The survey is done.', bySystem),
  DROP: cold(machine.NoForm, 'Drop the docket.', { duringHold: true }),
};

function listTimers({ state, context, fired }: Row): readonly DueEvent[] {
  if (state === 'gathering') {
    return [
      {
        clock: 'lapse',
        at: context.closesAt,
        event: 'LAPSE',
        ref: rule('4'),
        stoppedBy: { kinds: ['court-stay'], runsFrom: context.publishedAt ?? 0 },
        ...(context.graceMs === null ? {} : { graceMs: context.graceMs }),
      },
    ];
  }
  if (state !== 'weighing') return [];
  const lapsedAt = fired['lapse'] ?? context.closesAt;
  return [{ clock: 'remind', at: lapsedAt + DOCKET_EVENTS.remindAfterMs, event: 'REMIND', ref: rule('9') }];
}

const nameOf = (state: Row['state']): string =>
  typeof state === 'string' ? state : (Object.keys(state)[0] ?? 'unknown');

/** Officers always; everybody else while it is published and not dropped; claimants by their organisation. */
function listAudiences(row: Row, parties: readonly Party[]): readonly Sight[] {
  const state = nameOf(row.state);
  const listing = {
    title: `Docket ${row.context.subject}`,
    status: state,
    dueAt: state === 'gathering' ? row.context.closesAt : null,
  };
  const waits: Readonly<Record<string, readonly Role[]>> = {
    draft: row.proposals.length === 0 ? OFFICERS : ['approving-officer'],
    weighing: ['evaluation-chair'],
  };
  const official = ['central-officer', 'approving-officer', `state-officer@${row.jurisdiction}`].map((role): Sight => ({
    ...listing,
    audience: `role:${role}`,
    awaits: waits[state] ?? [],
  }));
  if (state === 'draft' || state === 'dropped') return official;
  const watchers = ['role:evaluation-chair', 'role:evaluation-member'].map((audience): Sight => ({
    ...listing,
    audience,
    awaits: waits[state] ?? [],
  }));
  const others = ['public', 'role:bidder', 'role:auditor', 'role:platform-operator'];
  return [
    ...official,
    ...watchers,
    ...[...others, ...parties.map(({ organisationId }) => `org:${organisationId}`)].map((audience) => ({
      ...listing,
      title: audience.startsWith('org:') ? `${listing.title} (yours)` : listing.title,
      audience,
      awaits: [],
    })),
  ];
}

function listNotices({ command, kind, form, to, from }: TransitionFact, row: Row): readonly Notice[] {
  if (kind === 'proposed') return [];
  if (command === 'TELL') {
    return [{ kind: 'command', caseId: String(form?.['target']), command: 'HEAR', form: { word: form?.['word'] } }];
  }
  if (command === 'SPAWN') {
    const closesAt = new Date(row.context.closesAt).toISOString();
    return [{ kind: 'open', caseType: 'docket', form: { subject: form?.['subject'], closesAt }, child: true }];
  }
  if (to === 'dropped' && from !== 'dropped' && row.parentCaseId !== null) {
    const word = `${row.context.subject} dropped`;
    return [{ kind: 'command', caseId: row.parentCaseId, command: 'HEAR', form: { word } }];
  }
  if (command === 'LAPSE')
    return [{ kind: 'notice', to: 'role:evaluation-chair', template: 'docket.closed', data: {} }];
  return [];
}

export const docket = defineCaseType<DocketContext, DocketFacts, typeof machine.docketMachine, machine.OpenDocketForm>({
  id: 'docket',
  plural: 'dockets',
  prefix: 'DOCK',
  title: 'Docket',
  version: '1',
  machine: machine.docketMachine,
  open: {
    roles: [...OFFICERS, 'system'],
    summary: 'Draft a docket.',
    ref: rule('1'),
    form: machine.OpenDocketForm,
    rules: [],
    jurisdiction: (_form, actor) => actor.jurisdiction ?? 'CENTRE',
    input: ({ form }) => form,
  },
  commands,
  orders: {
    roles: ['central-officer'],
    secondPerson: { roles: ['approving-officer'], expiresAfterHours: 72, ref: rule('10') },
  },
  timers: listTimers,
  audiences: listAudiences,
  views: {
    facts: ['notes'],
    case: ({ row, facts }) => ({ ...row.context, state: row.state, notes: facts.notes }),
    transition: (_situation, { command, at, kind }) => ({ command, at, kind }),
  },
  notices: listNotices,
  store: docketStore,
  stateProvisions: {
    draft: { ref: rule('1'), text: 'The docket is drafted.' },
    gathering: { ref: rule('4'), text: 'The docket gathers claims.' },
    weighing: { ref: rule('8'), text: 'The chair weighs the claims.' },
    settling: { ref: rule('9'), text: 'The docket is settled in two parts.' },
    'settling.payment': { ref: rule('9'), text: 'The payment.' },
    'settling.payment.owed': { ref: rule('9'), text: 'The payment is owed.' },
    'settling.payment.paid': { ref: rule('9'), text: 'The payment has come.' },
    'settling.survey': { ref: rule('9'), text: 'The survey.' },
    'settling.survey.awaited': { ref: rule('9'), text: 'The survey is awaited.' },
    'settling.survey.done': { ref: rule('9'), text: 'The survey is done.' },
    settled: { ref: rule('9'), text: 'The docket is settled.' },
    dropped: { ref: rule('11'), text: 'The docket is dropped.' },
  },
});
