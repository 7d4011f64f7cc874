import type { AnyMachineSnapshot } from 'xstate';
import {
  canonicalJson,
  CONTEXT_LIMIT_BYTES,
  LawMissing,
  LawReader,
  stepped,
  type Actor,
  type AnyCaseType,
  type AnyCommandSpec,
  type AnyForm,
  type CaseRow,
  type Effect,
  type EnvelopeToOpen,
  type Finding,
  type FormSituation,
  type LawRead,
  type LawSnapshot,
  type LawValue,
  type OpenProposal,
  type Party,
  type Refusal,
  type SecondPerson,
  type TransitionKind,
  localDateAt,
} from '#case-kit';
import { partyOf } from './access.js';
import { findDueEvents } from './due.js';
import { refusalOfHold, refusalOfMissingLaw, refusalOfOpenProposal, refusalOfUnconfirmable } from './refusals.js';
import { explainState } from './ways.js';

/** Everything that a decision may look at; no clock, no database, no randomness. */
export interface DecideInput {
  readonly caseType: AnyCaseType;
  readonly row: CaseRow;
  /** The machine restored from the row; resolved here when left out. */
  readonly snapshot?: AnyMachineSnapshot;
  readonly parties: readonly Party[];
  readonly facts: Record<string, unknown>;
  readonly law: LawSnapshot;
  readonly command: { readonly name: string; readonly form: AnyForm; readonly actor: Actor };
  /** The instant that counts in law, epoch milliseconds. */
  readonly at: number;
  readonly seq: number;
  /** The proposal that this command confirms; a second-person command without one is only proposed. */
  readonly confirms?: OpenProposal | undefined;
  /** Identity for a proposal, made by the caller, because a decision draws nothing at random. */
  readonly proposalId?: string | undefined;
  readonly opened?: Readonly<Record<string, string>> | undefined;
}

export interface Accepted {
  readonly outcome: 'accepted';
  readonly kind: TransitionKind;
  readonly row: CaseRow;
  readonly snapshot: AnyMachineSnapshot;
  readonly effects: readonly Effect[];
  readonly rules: readonly string[];
  readonly reads: readonly LawRead[];
  /** Canonical text of the context after it, when the decision has made it already. */
  readonly contextText?: string;
}

export interface Refused {
  readonly outcome: 'refused';
  readonly status: 409 | 422;
  readonly refusals: readonly Refusal[];
  readonly reads: readonly LawRead[];
}

/** The rules have passed; the KeyHolder must open these before the command can be decided. */
export interface NeedsOpening {
  readonly outcome: 'needs-opening';
  readonly envelopes: readonly EnvelopeToOpen[];
}

export type Decision = Accepted | Refused | NeedsOpening;

/** A state's context grew beyond what a decision may carry. */
export class ContextOutgrown extends Error {
  constructor(readonly bytes: number) {
    super(`the context would take ${bytes} bytes; the bound is ${CONTEXT_LIMIT_BYTES}`);
    this.name = 'ContextOutgrown';
  }
}

export function getCommandSpec(caseType: AnyCaseType, name: string): AnyCommandSpec {
  const spec = caseType.commands[name];
  if (spec === undefined) throw new Error(`case type ${caseType.id} has no command ${name}`);
  return spec;
}

function refusalOf(
  rule: Omit<Refusal, keyof Finding> | { name: string; ref: Refusal['ref']; text: string },
  finding: Finding,
): Refusal {
  const name = 'name' in rule ? rule.name : rule.rule;
  return { rule: name, ref: rule.ref, text: rule.text, ...finding };
}

/** Runs the rules of a command and collects every failure; `form` undefined runs only the rules of the case. */
export function findRuleFailures(
  spec: Pick<AnyCommandSpec, 'rules'>,
  situation: Omit<FormSituation, 'facts' | 'form'> & { facts: Record<string, unknown>; form?: AnyForm },
): Refusal[] {
  const failures: Refusal[] = [];
  for (const rule of spec.rules) {
    if (rule.needs === 'form' && situation.form === undefined) continue;
    try {
      const finding =
        rule.needs === 'form' ? rule.check({ ...situation, form: situation.form ?? {} }) : rule.check(situation);
      if (finding !== true) failures.push(refusalOf(rule, finding));
    } catch (error) {
      if (!(error instanceof LawMissing)) throw error;
      failures.push(refusalOfMissingLaw(error));
    }
  }
  return failures;
}

/** Knows a missing parameter again when the machine has wrapped the error of a guard in one of its own. */
class DecisionLaw extends LawReader {
  private missing: LawMissing | undefined;

  override read(name: string): LawValue {
    try {
      return super.read(name);
    } catch (error) {
      if (error instanceof LawMissing) this.missing = error;
      throw error;
    }
  }

  findMissing(error: unknown): LawMissing | undefined {
    if (error instanceof LawMissing) return error;
    const isWrapped =
      this.missing !== undefined && error instanceof Error && error.message.includes(this.missing.message);
    return isWrapped ? this.missing : undefined;
  }
}

/**
 * Decides one command on one case. Returns what happens next or every reason why it does not; an error thrown here
 * is a fault of ours and fails this command alone.
 */
export function decide(input: DecideInput): Decision {
  const law = new DecisionLaw(input.law, input.row.anchors, localDateAt(input.at));
  try {
    return decideUnder(input, law);
  } catch (error) {
    const missing = law.findMissing(error);
    if (missing === undefined) throw error;
    return { outcome: 'refused', status: 422, refusals: [refusalOfMissingLaw(missing)], reads: law.reads };
  }
}

function decideUnder(input: DecideInput, law: LawReader): Decision {
  const { caseType, row, command, at } = input;
  const spec = getCommandSpec(caseType, command.name);
  const machine = stepped(caseType.machine);
  const snapshot = input.snapshot ?? machine.resolve(row.state, row.context);
  const situation = {
    row,
    facts: input.facts,
    law,
    actor: command.actor,
    party: partyOf(input.parties, command.actor),
    parties: input.parties,
    at,
    form: command.form,
  };
  const event = {
    type: command.name,
    form: command.form,
    at,
    actor: command.actor,
    party: situation.party,
    facts: input.facts,
    law,
    seq: input.seq,
    opened: input.opened ?? {},
  };

  const hold = spec.duringHold === true || command.actor.role === 'system' ? null : refusalOfHold(row);
  if (hold !== null) return { outcome: 'refused', status: 409, refusals: [hold], reads: law.reads };
  // A finished machine still says that it can what its root or an outer state takes; a closed case takes nothing.
  if (snapshot.status !== 'active' || !machine.can(snapshot, event)) {
    const refusal = explainState(caseType, row, command.name, findDueEvents(caseType, row, input.law, at));
    return { outcome: 'refused', status: 409, refusals: [refusal], reads: law.reads };
  }
  const failures = findRuleFailures(spec, situation);
  if (input.confirms !== undefined) {
    const same = refusalOfUnconfirmable(row, command.actor, input.confirms);
    if (same !== null) failures.push(same);
  }
  if (failures.length > 0) return { outcome: 'refused', status: 422, refusals: failures, reads: law.reads };

  const rules = spec.rules.map((rule) => rule.name);
  const second = spec.secondPerson;
  const isProposal = second !== undefined && input.confirms === undefined;
  if (spec.opens !== undefined && input.opened === undefined && !isProposal) {
    return { outcome: 'needs-opening', envelopes: spec.opens(situation) };
  }
  if (isProposal) return propose(input, second, snapshot, rules, law);
  return accept(input, machine.move(snapshot, event), situation, rules, law);
}

function accept(
  input: DecideInput,
  moved: AnyMachineSnapshot,
  situation: FormSituation<unknown, Record<string, unknown>, AnyForm>,
  rules: readonly string[],
  law: LawReader,
): Accepted {
  const { row, command } = input;
  const contextText = assertContextBound(moved.context);
  const spec = getCommandSpec(input.caseType, command.name);
  const after = { state: moved.value, context: moved.context as unknown };
  const effects = spec.effects?.({ ...situation, after, seq: input.seq, opened: input.opened ?? {} }) ?? [];
  const proposals =
    input.confirms === undefined ? row.proposals : row.proposals.filter(({ id }) => id !== input.confirms?.id);
  const anchors = anchorsAfter(row.anchors, effects);
  const next = rowAfter(row, {
    seq: input.seq,
    state: moved.value,
    context: moved.context as unknown,
    anchors,
    proposals,
  });
  // A person is told of a number that the deadlines to come will need and the rule book does not hold. A hot command
  // leaves the state and with it the deadlines' kinds as they are.
  if (moved.status === 'active' && command.actor.role !== 'system' && spec.hot !== true) {
    input.caseType.timers(next, new LawReader(input.law, anchors, localDateAt(input.at)));
  }
  return {
    outcome: 'accepted',
    kind: command.actor.role === 'system' ? 'timer' : 'accepted',
    row: next,
    snapshot: moved,
    effects,
    rules,
    reads: law.reads,
    contextText,
  };
}

/** Member by member: an object of this size copied as a whole takes longer than the rules of a hot command. */
function rowAfter(
  row: CaseRow,
  { seq, state, context, anchors, proposals }: Pick<CaseRow, 'seq' | 'state' | 'context' | 'anchors' | 'proposals'>,
): CaseRow {
  return {
    id: row.id,
    type: row.type,
    machineVersion: row.machineVersion,
    jurisdiction: row.jurisdiction,
    anchors,
    state,
    context,
    seq,
    rootCaseId: row.rootCaseId,
    parentCaseId: row.parentCaseId,
    blockId: row.blockId,
    rehearsal: row.rehearsal,
    clockAt: row.clockAt,
    lawHash: row.lawHash,
    openedAt: row.openedAt,
    holds: row.holds,
    proposals,
    sealKey: row.sealKey,
    fired: row.fired,
    dueThrough: row.dueThrough,
  };
}

export function anchorsAfter(anchors: CaseRow['anchors'], effects: readonly Effect[]): CaseRow['anchors'] {
  const set = effects.filter((effect) => effect.kind === 'anchor');
  return set.length === 0 ? anchors : { ...anchors, ...Object.fromEntries(set.map(({ name, on }) => [name, on])) };
}

/** Canonical text of a context; throws when it is larger than a case may carry. */
export function assertContextBound(context: unknown): string {
  const text = canonicalJson(context);
  const bytes = text.length <= CONTEXT_LIMIT_BYTES / 4 ? text.length : Buffer.byteLength(text);
  if (bytes > CONTEXT_LIMIT_BYTES) throw new ContextOutgrown(bytes);
  return text;
}

/** When a proposal lapses that is made at `at`. */
export function expiryOf(second: SecondPerson, law: LawReader, at: number): number {
  const { expiresAfterHours } = second;
  const hours = typeof expiresAfterHours === 'number' ? expiresAfterHours : law.integer(expiresAfterHours.parameter);
  return at + hours * 3_600_000;
}

function propose(
  input: DecideInput,
  second: SecondPerson,
  snapshot: AnyMachineSnapshot,
  rules: readonly string[],
  law: LawReader,
): Accepted | Refused {
  const { row, command, at } = input;
  if (input.proposalId === undefined) throw new Error('a proposal needs its identity');
  const open = row.proposals.find((proposal) => proposal.command === command.name);
  if (open !== undefined) {
    return { outcome: 'refused', status: 409, refusals: [refusalOfOpenProposal(second, open)], reads: law.reads };
  }
  const proposal: OpenProposal = {
    id: input.proposalId,
    command: command.name,
    seq: input.seq,
    proposerId: command.actor.personId,
    proposerOrganisationId: command.actor.organisationId,
    proposedAt: at,
    expiresAt: expiryOf(second, law, at),
  };
  return {
    outcome: 'accepted',
    kind: 'proposed',
    row: { ...row, proposals: [...row.proposals, proposal] },
    snapshot,
    effects: [],
    rules,
    reads: law.reads,
  };
}
