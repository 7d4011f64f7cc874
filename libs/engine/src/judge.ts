import { randomBytes } from 'node:crypto';
import {
  LawMissing,
  SYSTEM_ACTOR,
  type Actor,
  type AnyForm,
  type DueEvent,
  type OpenProposal,
  type Sql,
} from '#case-kit';
import { findForbiddance } from './access.js';
import type { CaseTypeRegistry } from './case-type-registry.js';
import { DecisionFault, type Cause, type Command, type Outcome } from './command.js';
import { decide, type Accepted, type DecideInput, type Decision, type Refused } from './decide.js';
import { HOLD_ENDS, PROPOSAL_EXPIRES } from './due.js';
import {
  ADOPT_LAW,
  ADVANCE_CLOCK,
  CONFIRM,
  decideEngineCommand,
  findEngineCommand,
  MIGRATE,
  resolveConfirmation,
} from './engine-commands.js';
import { readsRows, type FactSource } from './facts.js';
import { decideMigration } from './migration.js';
import type { EngineOptions } from './ports.js';
import type { TransitionDraft } from './record.js';
import { refusalOfLateness, refusalOfMissingLaw } from './refusals.js';
import type { Throttle } from './throttle.js';
import { NO_FACTS, type FactsRead, type WorkingCase } from './working-case.js';

/** A command that came after a deadline whose punctual rivals may still be under way: it waits. */
export interface Parked {
  readonly kind: 'parked';
  /** Not before this instant. */
  readonly until: number;
  /** Commands received later than this wait with it. */
  readonly after: number;
}

/**
 * What came before is written first and the command is taken up again at once: its facts are rows that the same batch
 * would only just write.
 */
export const WRITE_FIRST: Parked = { kind: 'parked', until: 0, after: 0 };

/** A command as it was taken up: what is decided, on which facts, and what came with it. */
interface Taken {
  readonly name: string;
  readonly form: AnyForm;
  readonly at: number;
  readonly read: FactsRead;
  readonly confirms?: OpenProposal | undefined;
  readonly opened?: Readonly<Record<string, string>> | undefined;
  readonly proposalId?: string | undefined;
}

const MOST_DUE_PER_COMMAND = 1_000;

/** Draws the identity of a proposal or hold; decisions themselves draw nothing. */
const drawId = (): string => randomBytes(9).toString('base64url');

/** Judges commands on one locked case, one after another, in memory. */
export class Judge {
  constructor(
    private readonly options: EngineOptions,
    private readonly facts: FactSource,
    private readonly sql: Sql,
    private readonly throttle: Throttle,
    private readonly registry: CaseTypeRegistry,
  ) {}

  /** Who may give the command by the tables, asked before anything of the form is looked at. */
  findDenial(working: WorkingCase, command: Pick<Command, 'name' | 'actor'>): Outcome | null {
    if (!working.isSeenBy(command.actor)) return { kind: 'not-found' };
    const roles =
      findEngineCommand(command.name)?.roles(working.caseType) ?? working.caseType.commands[command.name]?.roles;
    if (roles === undefined) {
      const own = command.name === ADOPT_LAW || command.name === MIGRATE;
      return own && command.actor.role === 'system' ? null : { kind: 'not-found' };
    }
    const reason = findForbiddance(roles, command.actor, working.row);
    return reason === null ? null : { kind: 'forbidden', roles, reason };
  }

  /** Judges one command whose key is new. */
  async judge(working: WorkingCase, command: Command, preloaded: FactsRead | undefined): Promise<Outcome | Parked> {
    const denial = this.findDenial(working, command);
    if (denial !== null) return denial;
    if (command.formErrors !== undefined && command.formErrors.length > 0) {
      return { kind: 'malformed', errors: command.formErrors };
    }
    const at = await this.bringToPresent(working, command);
    if (typeof at !== 'number') return at;
    const spec = working.caseType.commands[command.name];
    if (working.hasUnwrittenRows && (command.name === CONFIRM || readsRows(spec))) return WRITE_FIRST;
    if (spec?.edit === true) {
      const stale = await this.facts.findStaleness(working, command);
      if (stale !== null) return stale;
    }
    const quota = spec?.quotaPerHour;
    if (quota === undefined) return await this.decideAndRecord(working, command, at, preloaded);
    const { organisationId } = command.actor;
    const now = this.options.clock.now();
    const wait = this.throttle.secondsUntilAllowed(organisationId, working.row.id, command.name, quota, now);
    if (wait > 0) return { kind: 'throttled', retryAfterSeconds: wait };
    const outcome = await this.decideAndRecord(working, command, at, preloaded);
    if (outcome.kind === 'accepted') {
      working.takeBacks.push(this.throttle.countAccepted(organisationId, working.row.id, command.name, now));
    }
    return outcome;
  }

  /** Applies what fell due before the command, in the order of the deadlines. Answers the instant that counts. */
  async bringToPresent(
    working: WorkingCase,
    command: Pick<Command, 'name' | 'form' | 'receivedAt' | 'cause'>,
  ): Promise<number | Parked> {
    const { row } = working;
    if (row.clockAt !== null) {
      const target = command.name === ADVANCE_CLOCK ? Date.parse(String(command.form['to'])) : row.clockAt;
      const effective = command.cause === undefined ? target : Math.max(target, command.receivedAt);
      const unfinished = await this.applyDue(working, Math.max(effective, row.clockAt), null);
      if (unfinished !== null) return unfinished;
      if (command.cause !== undefined && effective > row.clockAt) this.moveClock(working, effective, command.cause);
      return command.name === ADVANCE_CLOCK ? row.clockAt : effective;
    }
    const parked = await this.applyDue(working, command.receivedAt, this.options.clock.now());
    return parked ?? command.receivedAt;
  }

  private moveClock(working: WorkingCase, to: number, cause: Cause): void {
    const form = { to: new Date(to).toISOString() };
    const decision = decideEngineCommand({
      ...this.inputOf(working, { name: ADVANCE_CLOCK, form, actor: SYSTEM_ACTOR }, to, NO_FACTS),
    });
    if (decision.outcome !== 'accepted') throw new Error("a rehearsal's clock could not follow its cause");
    working.appendAccepted(
      decision,
      this.draftOf(working, ADVANCE_CLOCK, SYSTEM_ACTOR, to, NO_FACTS, cause),
      { form },
      false,
    );
  }

  /**
   * Applies due events earlier than `before`; with a `now`, only those whose grace is over. Answers what the caller
   * has to wait for, or null.
   */
  async applyDue(working: WorkingCase, before: number, now: number | null): Promise<Parked | null> {
    for (let count = 0; count < MOST_DUE_PER_COMMAND; count += 1) {
      const due = working.pendingDue(before)[0];
      if (due === undefined || due.at >= before) return null;
      const graceEnds = due.at + (due.graceMs ?? this.options.graceMs);
      if (now !== null && now < graceEnds) return { kind: 'parked', until: graceEnds, after: due.at };
      if (working.hasUnwrittenRows && readsRows(working.caseType.commands[due.event])) return WRITE_FIRST;
      await this.fire(working, due);
    }
    throw new Error(`case ${working.row.id}: more than ${MOST_DUE_PER_COMMAND} due events in one step`);
  }

  private async fire(working: WorkingCase, due: DueEvent): Promise<void> {
    const isEngines = due.event === PROPOSAL_EXPIRES || due.event === HOLD_ENDS;
    const form: AnyForm = isEngines ? { id: due.clock.slice(due.clock.indexOf(':') + 1) } : {};
    const spec = working.caseType.commands[due.event];
    const read = await this.facts.load(this.sql, working, due.event, form, SYSTEM_ACTOR, spec?.facts ?? []);
    const input = this.inputOf(working, { name: due.event, form, actor: SYSTEM_ACTOR }, due.at, read);
    const decision = isEngines ? decideEngineCommand(input) : this.decideSafely(input);
    const draft = this.draftOf(working, due.event, SYSTEM_ACTOR, due.at, read, undefined);
    const fired = isEngines ? working.row.fired : { ...working.row.fired, [due.clock]: due.at };
    const given = { clock: due.clock, due: due.at };
    if (decision.outcome === 'needs-opening') throw new Error(`${due.event} is a due event and may open nothing`);
    if (decision.outcome === 'refused') {
      // The deadline passed and changed nothing: that too is on the record, and the event has had its one turn.
      const row = { ...working.row, fired, dueThrough: Math.max(working.row.dueThrough, due.at) };
      const noted: Accepted = {
        outcome: 'accepted',
        kind: 'timer',
        row,
        snapshot: working.snapshot,
        effects: [],
        rules: [],
        reads: decision.reads,
      };
      working.appendAccepted(noted, draft, { form, refusals: decision.refusals, given }, false);
      return;
    }
    const row = { ...decision.row, fired, dueThrough: Math.max(working.row.dueThrough, due.at) };
    working.appendAccepted({ ...decision, kind: 'timer', row }, draft, { form, given }, false);
  }

  private async decideAndRecord(
    working: WorkingCase,
    command: Command,
    at: number,
    preloaded: FactsRead | undefined,
  ): Promise<Outcome> {
    let { name, form } = command;
    let confirms: OpenProposal | undefined;
    if (name === CONFIRM) {
      const proposal = resolveConfirmation(this.inputOf(working, command, at, NO_FACTS));
      if ('outcome' in proposal) {
        return this.recordRefusal(working, command, { name, form, at, read: NO_FACTS }, proposal);
      }
      confirms = proposal;
      name = proposal.command;
      form = await this.facts.formOf(this.sql, working.row.id, proposal.seq);
    }
    const spec = working.caseType.commands[name];
    const read =
      (confirms === undefined ? preloaded : undefined) ??
      (await this.facts.load(
        this.sql,
        working,
        name,
        form,
        command.actor,
        spec?.facts ?? [],
        spec?.readsCases?.(working.row, form) ?? [],
        confirms?.proposerOrganisationId,
      ));
    const proposalId = spec === undefined || spec.secondPerson !== undefined ? drawId() : undefined;
    const given = { name, form, actor: command.actor };
    const input = this.inputOf(working, given, at, read, confirms, proposalId);
    let decision = spec === undefined ? this.decideEngines(name, input) : this.decideSafely(input);
    let opened: Readonly<Record<string, string>> | undefined;
    if (decision.outcome === 'needs-opening') {
      opened = await this.openEnvelopes(working, name, decision.envelopes, [
        command.actor.personId,
        confirms?.proposerId,
      ]);
      decision = this.decideSafely({ ...input, opened });
    }
    if (decision.outcome === 'needs-opening') throw new Error(`${name} asked twice for its envelopes`);
    const taken: Taken = { name, form, at, read, confirms, opened, proposalId };
    return decision.outcome === 'refused'
      ? this.recordRefusal(working, command, taken, decision)
      : await this.recordAcceptance(working, command, taken, decision);
  }

  private async recordAcceptance(
    working: WorkingCase,
    command: Command,
    taken: Taken,
    decision: Accepted,
  ): Promise<Outcome> {
    const { name, form, at, read, confirms, opened } = taken;
    const spec = working.caseType.commands[name];
    let accepted = decision;
    const given: Record<string, unknown> = {};
    if (spec?.makesSealKey === true && decision.kind !== 'proposed' && decision.row.sealKey === null) {
      const sealKey = await this.options.keyHolder.makeKey(working.row.id);
      accepted = { ...decision, row: { ...decision.row, sealKey } };
      given['sealKey'] = sealKey;
    }
    if (decision.kind === 'proposed' || decision.kind === 'hold') given['id'] = taken.proposalId;
    if (name === MIGRATE) working.caseType = this.registry.get(working.caseType.id, accepted.row.machineVersion);
    const law = name === ADOPT_LAW ? await this.facts.getLaw(String(form['lawHash'])) : undefined;
    if (law !== undefined) accepted = { ...accepted, row: { ...accepted.row, lawHash: law.hash } };
    if (law !== undefined) working.law = law;
    const draft = this.draftOf(working, name, command.actor, at, read, command.cause, confirms);
    const payload = { form, opened, given: Object.keys(given).length === 0 ? undefined : given };
    const seq = working.appendAccepted(accepted, draft, payload, spec?.hot === true);
    return {
      kind: decision.kind === 'proposed' ? 'proposed' : 'accepted',
      caseId: working.row.id,
      seq,
      repeated: false,
    };
  }

  private recordRefusal(
    working: WorkingCase,
    command: Command,
    { name, form, at, read, confirms, opened }: Taken,
    decision: Refused,
  ): Outcome {
    const late = command.actor.role !== 'system' && working.row.clockAt === null && at <= working.row.dueThrough;
    const refusals = late ? [refusalOfLateness(at, working.row.dueThrough), ...decision.refusals] : decision.refusals;
    const now = this.options.clock.now();
    // Lateness of ours is no flood of theirs: each such command stands on the record.
    const verdict = late
      ? 'record'
      : this.throttle.judgeRefusal(command.actor.organisationId, working.row.id, name, now);
    if (verdict === 'drop') return { kind: 'throttled', retryAfterSeconds: 1 };
    const draft = this.draftOf(working, name, command.actor, at, read, command.cause, confirms);
    if (verdict === 'note') {
      working.appendRefusal('throttled', draft, { refusals: [], reads: [], payload: { form: {}, context: '' } });
      return { kind: 'throttled', retryAfterSeconds: 1 };
    }
    const status = late ? 422 : decision.status;
    const seq = working.appendRefusal('refused', draft, {
      refusals,
      reads: decision.reads,
      payload: { form, refusals, status, late: late ? true : undefined, opened, context: '' },
    });
    if (late) {
      const appliedThrough = new Date(working.row.dueThrough).toISOString();
      const detail = { seq, command: name, receivedAt: new Date(at).toISOString(), appliedThrough };
      working.incidents.push({ caseId: working.row.id, kind: 'platform-late', detail });
    }
    return { kind: 'refused', status, late, caseId: working.row.id, seq, refusals, repeated: false };
  }

  private async openEnvelopes(
    working: WorkingCase,
    command: string,
    envelopes: Parameters<EngineOptions['keyHolder']['open']>[1],
    persons: readonly (string | undefined)[],
  ): Promise<Readonly<Record<string, string>>> {
    if (envelopes.length === 0) return {};
    if (working.row.sealKey === null) throw new Error(`case ${working.row.id} has envelopes but no key`);
    return await this.options.keyHolder.open(working.row.sealKey, envelopes, {
      caseId: working.row.id,
      command,
      persons: persons.filter((person) => person !== undefined),
    });
  }

  private decideEngines(name: string, input: DecideInput): Decision {
    return name === MIGRATE
      ? decideMigration(input, this.registry.get(input.row.type, String(input.command.form['to'])))
      : decideEngineCommand(input);
  }

  private decideSafely(input: DecideInput): Decision {
    try {
      return decide(input);
    } catch (error) {
      if (error instanceof LawMissing) {
        return { outcome: 'refused', status: 422, refusals: [refusalOfMissingLaw(error)], reads: [] };
      }
      throw new DecisionFault(input.command.name, error);
    }
  }

  private inputOf(
    working: WorkingCase,
    command: { readonly name: string; readonly form: AnyForm; readonly actor: Actor },
    at: number,
    read: FactsRead,
    confirms?: OpenProposal,
    proposalId?: string,
  ): DecideInput {
    return {
      caseType: working.caseType,
      row: working.row,
      snapshot: working.snapshot,
      parties: working.cold.parties,
      facts: read.facts,
      law: working.law,
      command,
      at,
      seq: working.row.seq + 1,
      confirms,
      proposalId,
    };
  }

  private draftOf(
    working: WorkingCase,
    command: string,
    actor: Actor,
    at: number,
    read: FactsRead,
    cause: Cause | undefined,
    confirms?: OpenProposal,
  ): TransitionDraft {
    working.facts.set(read.hash, read.text);
    return {
      command,
      actor,
      receivedAt: at,
      decidedAt: this.options.clock.now(),
      factsHash: read.hash,
      lawHash: working.law.hash,
      logicVersion: this.options.logicVersionOf(working.caseType.id, working.caseType.version),
      cause,
      confirms: confirms === undefined ? undefined : { seq: confirms.seq, proposer: confirms.proposerId },
    };
  }
}
