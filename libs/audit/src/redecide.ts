import {
  canonicalJson,
  LawMissing,
  LawReader,
  type Actor,
  type AnyCaseType,
  type AnyForm,
  type Effect,
  type LawRead,
  type LawSnapshot,
  type OpenProposal,
  type TransitionKind,
} from '#case-kit';
import {
  ADOPT_LAW,
  ADVANCE_CLOCK,
  CONFIRM,
  dateOf,
  decide,
  decideEngineCommand,
  dueEventsOf,
  HOLD_ENDS,
  PROPOSAL_EXPIRES,
  refusalOfMissingLaw,
  resolveConfirmation,
  type Accepted,
  type DecideInput,
  type Decision,
  type TransitionPayload,
  type TransitionText,
} from '#engine';
import { advance, isClosed, snapshotOf, stayAt, type Position } from './position.js';

/** Everything from which one recorded transition is decided again; nothing of it comes from today's tables. */
export interface Step {
  readonly caseType: AnyCaseType;
  readonly before: Position;
  readonly text: TransitionText;
  readonly payload: TransitionPayload;
  readonly facts: Record<string, unknown>;
  /** The law of the case before the transition. */
  readonly law: LawSnapshot;
}

/** What the decision comes to when it is made again. */
export interface Redecided {
  readonly kind: TransitionKind;
  readonly after: Position;
  readonly effects: readonly Effect[];
  readonly rules: readonly string[];
  /** Names of the rules that refuse. */
  readonly failed: readonly string[];
  readonly reads: readonly LawRead[];
  readonly status?: 409 | 422;
  readonly late: boolean;
  /** What was wrong about the moment of the decision, without changing its result. */
  readonly irregular: readonly Irregularity[];
}

export interface Irregularity {
  readonly what: string;
  readonly message: string;
}

/** The decision cannot be made again from what is recorded. */
export class CannotRepeat extends Error {
  constructor(
    readonly what: string,
    message: string,
  ) {
    super(message);
    this.name = 'CannotRepeat';
  }
}

/** The actor as the record knows him; sessions are not recorded, and no decision looks at them. */
export function actorOf(text: TransitionText): Actor {
  return {
    personId: text.actor,
    sessionId: null,
    appointmentId: text.appointment,
    role: text.capacity,
    organisationId: text.organisation,
    jurisdiction: text.jurisdiction,
    epoch: 0,
  };
}

const instantOf = (at: number): string => new Date(at).toISOString();

function inputOf(step: Step, command: DecideInput['command'], at: number): DecideInput {
  const { caseType, before, payload } = step;
  const id = payload.given?.['id'];
  return {
    caseType,
    row: before.row,
    snapshot: snapshotOf(caseType, before),
    parties: before.current,
    facts: step.facts,
    law: step.law,
    command,
    at,
    seq: before.row.seq + 1,
    // Drawn at random when it was decided, and kept with the transition that introduced it.
    proposalId: typeof id === 'string' ? id : 'not-recorded',
  };
}

/** As the engine asks: a number that the law lacks refuses, whatever code misses it. */
function decideAgain(input: DecideInput): Decision {
  try {
    return decide(input);
  } catch (error) {
    if (!(error instanceof LawMissing)) throw error;
    return { outcome: 'refused', status: 422, refusals: [refusalOfMissingLaw(error)], reads: [] };
  }
}

/**
 * Decides a recorded transition again.
 * @throws CannotRepeat when what is recorded does not suffice; whatever the rules or the machine throw.
 */
export function redecide(step: Step): Redecided {
  const clock = step.payload.given?.['clock'];
  if (step.text.kind === 'timer' && typeof clock === 'string') return refire(step, clock);
  const irregular = [...findPassedDeadlines(step), ...findClockErrors(step)];
  if (step.text.kind === 'throttled') return { ...unchanged(step, 'throttled'), irregular };
  return { ...redecideCommand(step), irregular };
}

function unchanged(step: Step, kind: TransitionKind): Redecided {
  const after = stayAt(step.before, step.before.row.seq + 1);
  return { kind, after, effects: [], rules: [], failed: [], reads: [], late: false, irregular: [] };
}

function pendingDue(step: Step, at: number): ReturnType<typeof dueEventsOf> {
  const { caseType, before, law } = step;
  const reader = new LawReader(law, before.row.anchors, dateOf(at));
  return dueEventsOf(caseType, before.row, reader, isClosed(caseType, before));
}

/** A due event: it must have been the next one, and it is decided as of the instant at which it was due. */
function refire(step: Step, clock: string): Redecided {
  const { before, text, payload, caseType } = step;
  const at = Date.parse(text.received);
  const irregular: Irregularity[] = [];
  const pending = pendingDue(step, at);
  const due = pending.find((event) => event.clock === clock && event.at === at);
  if (due === undefined || due.event !== text.command || payload.given?.['due'] !== at) {
    irregular.push({ what: 'timer', message: `${text.command} (clock ${clock}) was not due at ${text.received}` });
  } else if (pending[0] !== due) {
    irregular.push({ what: 'timer', message: `${pending[0]?.event} was due before ${text.command} and had not fired` });
  }
  const isEngines = text.command === PROPOSAL_EXPIRES || text.command === HOLD_ENDS;
  const form: AnyForm = isEngines ? { id: clock.slice(clock.indexOf(':') + 1) } : {};
  if (canonicalJson(form) !== canonicalJson(payload.form)) {
    irregular.push({ what: 'form', message: `the form of ${text.command} is not the one that the clock gives` });
  }
  const input = inputOf(step, { name: text.command, form, actor: actorOf(text) }, at);
  const decision = isEngines ? decideEngineCommand(input) : decideAgain(input);
  if (decision.outcome === 'needs-opening') throw new CannotRepeat('opened', 'a due event may open nothing');
  const fired = isEngines ? before.row.fired : { ...before.row.fired, [clock]: at };
  const dueThrough = Math.max(before.row.dueThrough, at);
  const taken: Accepted =
    decision.outcome === 'accepted'
      ? { ...decision, row: { ...decision.row, fired, dueThrough } }
      : {
          outcome: 'accepted',
          kind: 'timer',
          row: { ...before.row, fired, dueThrough },
          snapshot: snapshotOf(caseType, before),
          effects: [],
          rules: [],
          reads: decision.reads,
        };
  return {
    kind: 'timer',
    after: advance(before, caseType, taken, { seq: before.row.seq + 1, hot: false }),
    effects: taken.effects,
    rules: taken.rules,
    failed: decision.outcome === 'refused' ? decision.refusals.map(({ rule }) => rule) : [],
    reads: taken.reads,
    late: false,
    irregular,
  };
}

/** Whatever was due before a command is decided before it; nothing may have been passed over. */
function findPassedDeadlines(step: Step): Irregularity[] {
  const received = Date.parse(step.text.received);
  const to = step.text.command === ADVANCE_CLOCK ? Date.parse(String(step.payload.form['to'])) : received;
  const at = Number.isFinite(to) ? Math.max(to, received) : received;
  return pendingDue(step, at)
    .filter((due) => due.at < at)
    .map((due) => ({
      what: 'timer',
      message: `${due.event} (clock ${due.clock}) was due at ${instantOf(due.at)} and had not been applied`,
    }));
}

/** In a rehearsal everything happens at its own clock's present. */
function findClockErrors({ before, text, payload }: Step): Irregularity[] {
  const { clockAt } = before.row;
  const at = Date.parse(text.received);
  if (clockAt === null || at === clockAt) return [];
  if (text.command === ADVANCE_CLOCK && at === Date.parse(String(payload.form['to']))) return [];
  return [
    { what: 'clock', message: `decided as of ${text.received} while the rehearsal stood at ${instantOf(clockAt)}` },
  ];
}

/** The open proposal that a transition says it confirms. */
function getConfirmed(step: Step, at: number): OpenProposal | undefined {
  const { before, text } = step;
  const { confirms } = text;
  if (confirms === undefined) return undefined;
  const proposal = before.row.proposals.find(
    ({ seq, proposerId }) => seq === confirms.seq && proposerId === confirms.proposer,
  );
  if (proposal === undefined || proposal.command !== text.command) {
    throw new CannotRepeat('confirms', `no proposal of ${text.command} by transition ${confirms.seq} was open`);
  }
  const command = { name: CONFIRM, form: { proposalId: proposal.id }, actor: actorOf(text) };
  if ('outcome' in resolveConfirmation(inputOf(step, command, at))) {
    throw new CannotRepeat('confirms', `a ${text.capacity} may not confirm ${text.command}`);
  }
  return proposal;
}

function redecideCommand(step: Step): Omit<Redecided, 'irregular'> {
  const { caseType, text, payload } = step;
  const at = Date.parse(text.received);
  const base = inputOf(step, { name: text.command, form: payload.form, actor: actorOf(text) }, at);
  if (text.command === CONFIRM) {
    const refused = resolveConfirmation(base);
    if ('outcome' in refused) return refuse(step, refused);
    throw new CannotRepeat('confirms', 'the confirmation was refused then; now the proposal is open');
  }
  const spec = caseType.commands[text.command];
  const confirms = getConfirmed(step, at);
  const input: DecideInput = confirms === undefined ? base : { ...base, confirms };
  let decision = spec === undefined ? decideEngineCommand(input) : decideAgain(input);
  if (decision.outcome === 'needs-opening') {
    if (payload.opened === undefined) throw new CannotRepeat('opened', 'the opened values are not in the record');
    decision = decideAgain({ ...input, opened: payload.opened });
  }
  if (decision.outcome === 'needs-opening') throw new CannotRepeat('opened', 'its envelopes are asked for twice');
  return decision.outcome === 'refused' ? refuse(step, decision) : accept(step, decision);
}

function refuse(step: Step, decision: Extract<Decision, { outcome: 'refused' }>): Omit<Redecided, 'irregular'> {
  const { before, text } = step;
  const { clockAt, dueThrough } = before.row;
  const late = text.capacity !== 'system' && clockAt === null && Date.parse(text.received) < dueThrough;
  const failed = decision.refusals.map(({ rule }) => rule);
  return {
    ...unchanged(step, 'refused'),
    failed: late ? ['PLATFORM_LATE', ...failed] : failed,
    reads: decision.reads,
    status: late ? 422 : decision.status,
    late,
  };
}

/** What the engine adds to a decision: the key that was made, the law that was adopted. */
function complete(step: Step, decision: Accepted): Accepted {
  const { caseType, text, payload } = step;
  if (text.command === ADOPT_LAW) {
    return { ...decision, row: { ...decision.row, lawHash: String(payload.form['lawHash']) } };
  }
  const makesKey = caseType.commands[text.command]?.makesSealKey === true;
  if (!makesKey || decision.kind === 'proposed' || decision.row.sealKey !== null) return decision;
  const sealKey = payload.given?.['sealKey'] as Accepted['row']['sealKey'] | undefined;
  if (sealKey === undefined) throw new CannotRepeat('given', 'the seal key that was made is not in the record');
  return { ...decision, row: { ...decision.row, sealKey } };
}

function accept(step: Step, decided: Accepted): Omit<Redecided, 'irregular'> {
  const { caseType, before, text } = step;
  const decision = complete(step, decided);
  const hot = caseType.commands[text.command]?.hot === true;
  return {
    kind: decision.kind,
    after: advance(before, caseType, decision, { seq: before.row.seq + 1, hot }),
    effects: decision.effects,
    rules: decision.rules,
    failed: [],
    reads: decision.reads,
    late: false,
  };
}
