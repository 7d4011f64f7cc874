import {
  formatInstant,
  LawReader,
  stepped,
  UnknownState,
  type AnyCaseType,
  type CaseRow,
  type FormClass,
  type OpenProposal,
  type ProvisionRef,
  type Role,
  type SecondPerson,
  type TransitionKind,
  localDateAt,
} from '#case-kit';
import { assertContextBound, expiryOf, type DecideInput, type Decision, type Refused } from './decide.js';
import { HOLD_ENDS, PROPOSAL_EXPIRES } from './due.js';
import {
  AdvanceClockForm,
  PlaceHoldForm,
  ProposalForm,
  RefuseProposalForm,
  ReleaseHoldForm,
  SetAsideForm,
} from './engine.forms.js';
import { endHold, placeHold, releaseHold } from './hold-commands.js';
import { refusalOfOpenProposal } from './refusals.js';
import { accept, ENGINE_REF, refuse } from './verdicts.js';

/** A command that every case type has, because the engine gives it. */
export interface EngineCommandSpec {
  readonly name: string;
  /** Path segment: `POST /v1/<plural>/{caseId}/<path>`. */
  readonly path: string;
  readonly summary: string;
  readonly ref: ProvisionRef;
  readonly form: FormClass;
  readonly roles: (caseType: AnyCaseType) => readonly Role[];
}

const unique = (roles: readonly Role[]): readonly Role[] => [...new Set(roles)];
const orderRoles = (caseType: AnyCaseType): readonly Role[] => caseType.orders.roles;

const confirmers = (caseType: AnyCaseType): readonly Role[] =>
  unique([
    ...Object.values(caseType.commands).flatMap((spec) => spec.secondPerson?.roles ?? []),
    ...caseType.orders.secondPerson.roles,
  ]);

const proposers = (caseType: AnyCaseType): readonly Role[] =>
  unique([
    ...Object.values(caseType.commands).flatMap((spec) => (spec.secondPerson === undefined ? [] : spec.roles)),
    ...caseType.orders.roles,
  ]);

export const SET_ASIDE = 'engine.set-aside';
export const CONFIRM = 'engine.confirm-proposal';
export const ADOPT_LAW = 'engine.adopt-law';
export const MIGRATE = 'engine.migrate';
export const ADVANCE_CLOCK = 'engine.advance-clock';

export const ENGINE_COMMANDS: readonly EngineCommandSpec[] = [
  {
    name: 'engine.place-hold',
    path: 'place-hold',
    summary: 'Record a court stay or a central direction: commands wait and the clocks it stops stand still.',
    ref: ENGINE_REF,
    form: PlaceHoldForm,
    roles: orderRoles,
  },
  {
    name: 'engine.release-hold',
    path: 'release-hold',
    summary: 'Record the order that ends a hold.',
    ref: ENGINE_REF,
    form: ReleaseHoldForm,
    roles: orderRoles,
  },
  {
    name: SET_ASIDE,
    path: 'set-aside',
    summary: 'Record that a court has set a transition aside: two persons, nothing is deleted.',
    ref: ENGINE_REF,
    form: SetAsideForm,
    roles: orderRoles,
  },
  {
    name: ADVANCE_CLOCK,
    path: 'advance-clock',
    summary: "Move a rehearsal's own clock forward; what falls due on the way happens on the way.",
    ref: ENGINE_REF,
    form: AdvanceClockForm,
    roles: (caseType) => unique([...caseType.open.roles, ...caseType.orders.roles]),
  },
  {
    name: CONFIRM,
    path: 'confirm-proposal',
    summary: 'Confirm, as the second person, exactly what was proposed; its rules run again now.',
    ref: ENGINE_REF,
    form: ProposalForm,
    roles: confirmers,
  },
  {
    name: 'engine.refuse-proposal',
    path: 'refuse-proposal',
    summary: 'Refuse a proposal, with the reason.',
    ref: ENGINE_REF,
    form: RefuseProposalForm,
    roles: confirmers,
  },
  {
    name: 'engine.withdraw-proposal',
    path: 'withdraw-proposal',
    summary: 'Take back what one has proposed.',
    ref: ENGINE_REF,
    form: ProposalForm,
    roles: proposers,
  },
];

export function findEngineCommand(name: string): EngineCommandSpec | undefined {
  return ENGINE_COMMANDS.find((spec) => spec.name === name);
}

/** Who may confirm or refuse a proposal of this command. */
export function secondPersonOf(caseType: AnyCaseType, command: string): SecondPerson {
  const second = command === SET_ASIDE ? caseType.orders.secondPerson : caseType.commands[command]?.secondPerson;
  if (second === undefined) throw new Error(`${command} takes one person`);
  return second;
}

function refuseUnknownProposal(id: unknown): Refused {
  return refuse(409, {
    rule: 'proposal-is-open',
    text: 'Only a proposal that still waits for its second person can be confirmed, refused or withdrawn.',
    datum: 'proposalId',
    found: id,
    required: 'an open proposal of this case',
    cure: { who: 'a proposing role', how: 'propose the act again' },
  });
}

function refuseRole(proposal: OpenProposal, roles: readonly Role[]): Refused {
  return refuse(422, {
    rule: 'second-person-role',
    text: 'A proposal is decided by a person of the role that the act names.',
    datum: 'role',
    found: 'another role',
    required: roles,
    cure: {
      who: roles.join(' or '),
      how: `decide proposal ${proposal.id}`,
      by: formatInstant(proposal.expiresAt),
    },
  });
}

/** Decides a command of the engine itself; as pure as `decide`. Confirmation is resolved by the caller. */
export function decideEngineCommand(input: DecideInput): Decision {
  const { name } = input.command;
  switch (name) {
    case 'engine.place-hold':
      return placeHold(input);
    case 'engine.release-hold':
      return releaseHold(input);
    case HOLD_ENDS:
      return endHold(input, String(input.command.form['id']), input.at);
    case SET_ASIDE:
      return setAside(input);
    case ADVANCE_CLOCK:
      return advanceClock(input);
    case 'engine.refuse-proposal':
      return closeProposal(input, 'refuse');
    case 'engine.withdraw-proposal':
      return closeProposal(input, 'withdraw');
    case PROPOSAL_EXPIRES:
      return closeProposal(input, 'expire');
    case ADOPT_LAW:
      return accept(input, 'law', { ...input.row, lawHash: input.law.hash });
    default:
      throw new Error(`unknown engine command ${name}`);
  }
}

function setAside(input: DecideInput): Decision {
  const { row, command, at } = input;
  const form = command.form as unknown as SetAsideForm;
  const context = { ...(row.context as object), ...form.context };
  try {
    stepped(input.caseType.machine).resolve(form.targetState as CaseRow['state'], context);
    assertContextBound(context);
  } catch (error) {
    if (!(error instanceof UnknownState)) throw error;
    return refuse(422, {
      rule: 'target-is-a-state',
      text: 'An order can restore or direct only a complete state of this kind of case.',
      datum: 'targetState',
      found: form.targetState,
      required: Object.keys(input.caseType.stateProvisions),
      cure: { who: 'you', how: 'name the state with all its regions' },
    });
  }
  if (input.confirms === undefined) return proposeOrder(input);
  if (input.confirms.proposerId === command.actor.personId) {
    return refuse(422, {
      rule: 'second-person-differs',
      text: 'An act that takes two persons is confirmed by somebody other than its proposer.',
      datum: 'proposer',
      found: 'the same person',
      required: 'another person',
      cure: { who: input.caseType.orders.secondPerson.roles.join(' or '), how: 'confirm the proposal' },
    });
  }
  return accept(input, 'order', {
    ...row,
    state: form.targetState as CaseRow['state'],
    context,
    anchors: { ...row.anchors, ...form.anchors },
    proposals: [],
    dueThrough: Math.max(row.dueThrough, at),
  });
}

function proposeOrder(input: DecideInput): Decision {
  const { row, at, command } = input;
  if (input.proposalId === undefined) throw new Error('a proposal needs its identity');
  const { secondPerson } = input.caseType.orders;
  const open = row.proposals.find((each) => each.command === SET_ASIDE);
  if (open !== undefined) {
    return { outcome: 'refused', status: 409, refusals: [refusalOfOpenProposal(secondPerson, open)], reads: [] };
  }
  const proposal: OpenProposal = {
    id: input.proposalId,
    command: SET_ASIDE,
    seq: input.seq,
    proposerId: command.actor.personId,
    proposerOrganisationId: command.actor.organisationId,
    proposedAt: at,
    expiresAt: expiryOf(secondPerson, lawReaderOf(row, input.law, at), at),
  };
  return accept(input, 'proposed', { ...row, proposals: [...row.proposals, proposal] });
}

function advanceClock(input: DecideInput): Decision {
  const { row } = input;
  const { to } = input.command.form as unknown as AdvanceClockForm;
  const target = Date.parse(to);
  if (row.clockAt === null) {
    return refuse(409, {
      rule: 'only-rehearsals-have-a-clock',
      text: 'Only a rehearsal has a clock of its own; every other case runs on real time.',
      datum: 'rehearsal',
      found: false,
      required: true,
      cure: { who: 'you', how: 'open a rehearsal to try things at other dates' },
    });
  }
  if (target < row.clockAt) {
    return refuse(422, {
      rule: 'clock-moves-forward',
      text: "A rehearsal's clock never moves back.",
      datum: 'to',
      found: to,
      required: `not before ${formatInstant(row.clockAt)}`,
      cure: { who: 'you', how: 'name a later instant' },
    });
  }
  return accept(input, 'clock', { ...row, clockAt: target });
}

function closeProposal(input: DecideInput, how: 'refuse' | 'withdraw' | 'expire'): Decision {
  const { row, command, caseType } = input;
  const id = how === 'expire' ? String(command.form['id']) : (command.form as unknown as ProposalForm).proposalId;
  const proposal = row.proposals.find((open) => open.id === id);
  if (proposal === undefined) return refuseUnknownProposal(id);
  const { roles } = secondPersonOf(caseType, proposal.command);
  if (how === 'refuse' && !roles.includes(command.actor.role)) return refuseRole(proposal, roles);
  if (how === 'withdraw' && proposal.proposerId !== command.actor.personId) {
    return refuse(422, {
      rule: 'proposer-withdraws',
      text: 'A proposal is withdrawn by the person who made it.',
      datum: 'proposer',
      found: 'another person',
      required: 'the proposer',
      cure: { who: roles.join(' or '), how: 'refuse the proposal instead' },
    });
  }
  const kind: TransitionKind = how === 'expire' ? 'timer' : 'accepted';
  return accept(input, kind, { ...row, proposals: row.proposals.filter((open) => open.id !== id) });
}

/** The proposal that a confirmation names, or why it cannot be confirmed by this actor. */
export function resolveConfirmation(input: DecideInput): OpenProposal | Refused {
  const { proposalId } = input.command.form as unknown as ProposalForm;
  const proposal = input.row.proposals.find((open) => open.id === proposalId);
  if (proposal === undefined) return refuseUnknownProposal(proposalId);
  const { roles } = secondPersonOf(input.caseType, proposal.command);
  if (!roles.includes(input.command.actor.role)) return refuseRole(proposal, roles);
  return proposal;
}

/** A reader of the law on the anchors of a row, for timers. */
export function lawReaderOf(row: CaseRow, law: DecideInput['law'], at: number): LawReader {
  return new LawReader(law, row.anchors, localDateAt(at));
}
