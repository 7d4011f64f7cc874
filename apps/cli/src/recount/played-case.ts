import type { AnyMachineSnapshot } from 'xstate';
import {
  LawReader,
  localDateAt,
  SYSTEM_ACTOR,
  type Actor,
  type AnyCaseType,
  type AnyForm,
  type CaseRow,
  type DueEvent,
  type Effect,
  type LawSnapshot,
  type Party,
  type RecordedTransition,
  type Refusal,
  type Role,
} from '#case-kit';
import {
  blankRow,
  decide,
  decideEngineCommand,
  decideOpening,
  dueEventsOf,
  HOLD_ENDS,
  standingHold,
  type Accepted,
  type DecideInput,
  type Decision,
} from '#engine';

interface Opening {
  readonly caseType: AnyCaseType;
  readonly law: LawSnapshot;
  readonly rehearsal: boolean;
  readonly jurisdiction: string;
  readonly openedAt: number;
  readonly form: AnyForm;
  readonly opener: Actor;
}

export type Given = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

/** Whoever acts in a played case; one organisation has one person. */
export function makeActor(role: Role, organisationId: string, jurisdiction: string | null = null): Actor {
  const personId = `person-of-${organisationId}`;
  return { personId, sessionId: null, appointmentId: null, role, organisationId, jurisdiction, epoch: 0 };
}

/**
 * One case that is decided in memory by the engine's own pure decisions: machine, rules, effects, timers, holds and
 * orders are the platform's; only storing, locking and the facts, which the caller gives, are not.
 */
export class PlayedCase {
  row: CaseRow;
  parties: readonly Party[] = [];
  record: RecordedTransition[] = [];
  /** What decisions and protocol read; rows that effects write are added by their table. */
  facts: Record<string, unknown>;
  /** Values of the sealed envelopes by their id. */
  sealed: ReadonlyMap<string, string> = new Map();
  private snapshot: AnyMachineSnapshot;
  private known:
    (Pick<CaseRow, 'state' | 'context' | 'holds' | 'fired'> & { readonly due: DueEvent | undefined }) | undefined;
  private readonly caseType: AnyCaseType;
  private readonly law: LawSnapshot;

  constructor(opening: Opening, facts: Record<string, unknown>) {
    const { caseType, law, rehearsal, jurisdiction, openedAt, form, opener } = opening;
    const id = `${rehearsal ? 'REHEARSAL-' : ''}${caseType.prefix}-RANDM-00001`;
    this.caseType = caseType;
    this.law = law;
    this.facts = { ...facts, openedOffers: [], roster: [] };
    const blank = blankRow(id, {
      type: caseType.id,
      machineVersion: caseType.version,
      jurisdiction,
      rootCaseId: id,
      parentCaseId: null,
      blockId: null,
      rehearsal,
      clockAt: rehearsal ? openedAt : null,
      lawHash: law.hash,
      openedAt,
    });
    const decision = decideOpening(caseType, blank, { form, actor: opener }, this.facts, law);
    if ('refusals' in decision) throw new Error(`the opening was refused: ${namesOf(decision.refusals).join(', ')}`);
    this.row = decision.row;
    this.snapshot = decision.snapshot;
    this.take(decision, { name: 'OPEN', form, actor: opener }, openedAt, {}, null);
  }

  /** The same case, to be led on by itself: everything that it stands on is immutable but the lists. */
  fork(): PlayedCase {
    const forked = Object.assign(Object.create(PlayedCase.prototype) as object, this) as PlayedCase;
    forked.record = [...this.record];
    forked.facts = { ...this.facts };
    return forked;
  }

  get state(): string {
    if (typeof this.row.state !== 'string') throw new TypeError('a played case has no nested states');
    return this.row.state;
  }

  get isHeld(): boolean {
    return standingHold(this.row) !== undefined;
  }

  /** Whatever is due earlier than an instant happens, at its own instant and in the order of the deadlines. */
  applyDue(before: number): void {
    for (let due = this.nextDue(); due !== undefined && due.at < before; due = this.nextDue()) {
      const isHoldsEnd = due.event === HOLD_ENDS;
      const form = isHoldsEnd ? { id: due.clock.slice(due.clock.indexOf(':') + 1) } : {};
      const command = { name: due.event, form, actor: SYSTEM_ACTOR };
      const input = this.inputOf(command, due.at);
      const decision = isHoldsEnd ? decideEngineCommand(input) : decide(input);
      if (decision.outcome !== 'accepted') throw new Error(`${due.event} fell due and was not accepted`);
      const from = this.row.state;
      const fired = isHoldsEnd ? this.row.fired : { ...this.row.fired, [due.clock]: due.at };
      const row = { ...decision.row, fired, dueThrough: Math.max(this.row.dueThrough, due.at) };
      this.take({ ...decision, kind: 'timer', row }, command, due.at, { clock: due.clock, due: due.at }, from);
    }
  }

  nextDue(): DueEvent | undefined {
    // What is due follows from these four alone; a refusal leaves them as they are.
    const { state, context, holds, fired } = this.row;
    const { known } = this;
    const isKnown = known?.state === state && known.context === context && known.holds === holds;
    if (isKnown && known.fired === fired) return known.due;
    const law = new LawReader(this.law, this.row.anchors, localDateAt(this.row.openedAt));
    const [due] = dueEventsOf(this.caseType, this.row, law, this.snapshot.status !== 'active');
    this.known = { state, context, holds, fired, due };
    return due;
  }

  /** Gives one command as received at an instant, after everything that is due before it. Second persons confirm. */
  give(name: string, actor: Actor, form: AnyForm, at: number): Given {
    this.applyDue(at);
    const command = { name, form, actor };
    const isEngines = name.startsWith('engine.');
    const input = this.inputOf(command, at);
    let decision: Decision = isEngines ? decideEngineCommand(input) : decide(input);
    if (decision.outcome === 'needs-opening') {
      const opened = Object.fromEntries(decision.envelopes.map(({ id }) => [id, this.sealed.get(id) ?? '']));
      decision = decide({ ...input, opened });
    }
    if (decision.outcome === 'needs-opening') throw new Error(`${name} asked twice for its envelopes`);
    const from = this.row.state;
    if (decision.outcome === 'accepted') {
      const given = decision.kind === 'hold' ? { id: input.proposalId } : {};
      this.take(decision, command, at, given, from);
      return { kind: 'accepted' };
    }
    this.note(command, at, decision.refusals, decision.reads);
    return { kind: 'refused', refusals: decision.refusals };
  }

  mustGive(name: string, actor: Actor, form: AnyForm, at: number): void {
    const given = this.give(name, actor, form, at);
    if (given.kind === 'refused') throw new Error(`${name} was refused: ${namesOf(given.refusals).join(', ')}`);
  }

  /** One of the refusals that were too many to be recorded each. */
  noteThrottled(name: string, actor: Actor, at: number): void {
    this.append({ name, form: {}, actor }, at, { kind: 'throttled', from: this.row.state });
  }

  /** The protocol, null while there is none. */
  writeProtocol(): unknown {
    const { protocol } = this.caseType;
    if (protocol === undefined || !protocol.isOpen(this.row)) return null;
    const { row, parties, record, facts, law } = this;
    return protocol.write({ row, parties, facts, record, lawOf: () => law });
  }

  private inputOf(command: DecideInput['command'], at: number): DecideInput {
    const { caseType, row, snapshot, parties, facts, law } = this;
    const takesTwo = command.name === 'engine.set-aside' || caseType.commands[command.name]?.secondPerson !== undefined;
    const proposal = { id: 'p', command: command.name, seq: row.seq, proposedAt: at, expiresAt: at };
    return {
      caseType,
      row,
      snapshot,
      parties,
      facts,
      law,
      command,
      at,
      seq: row.seq + 1,
      proposalId: `h${row.seq + 1}`,
      ...(takesTwo ? { confirms: { ...proposal, proposerId: 'proposer', proposerOrganisationId: 'proposers' } } : {}),
    };
  }

  private take(
    decision: Accepted,
    command: DecideInput['command'],
    at: number,
    given: Record<string, unknown>,
    from: CaseRow['state'] | null,
  ): void {
    const { kind, reads } = decision;
    this.snapshot = decision.snapshot;
    this.row = { ...decision.row, seq: this.row.seq };
    this.keep(decision.effects);
    this.append(command, at, { kind, reads, given, from });
  }

  /** As the engine records a refusal: one that the platform itself made late says so. */
  private note(
    command: DecideInput['command'],
    at: number,
    refusals: readonly Refusal[],
    reads: Accepted['reads'],
  ): void {
    const late = !this.row.rehearsal && at <= this.row.dueThrough;
    const failed = [...(late ? ['PLATFORM_LATE'] : []), ...namesOf(refusals)];
    this.append(command, at, { kind: 'refused', reads, failed, late, from: this.row.state });
  }

  private append(
    { name, form, actor }: DecideInput['command'],
    at: number,
    told: Pick<RecordedTransition, 'kind' | 'from'> & Partial<RecordedTransition>,
  ): void {
    const seq = this.row.seq + 1;
    this.row = { ...this.row, seq };
    this.record.push({
      seq,
      command: name,
      actorId: actor.personId,
      organisationId: actor.organisationId,
      role: actor.role,
      at,
      to: this.row.state,
      form,
      hash: seq.toString(16).padStart(64, '0'),
      decidedAt: at,
      failed: [],
      reads: [],
      lawHash: this.law.hash,
      late: false,
      given: {},
      opened: {},
      ...told,
    });
  }

  private keep(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'party') {
        const { organisationId } = effect.party;
        this.parties = [...this.parties.filter((party) => party.organisationId !== organisationId), effect.party];
      } else if (effect.kind === 'row') {
        const kept = { opened_offer: 'openedOffers', auction_roster: 'roster' }[effect.table];
        if (kept !== undefined) this.facts[kept] = [...(this.facts[kept] as readonly unknown[]), effect.row];
      }
    }
  }
}

const namesOf = (refusals: readonly Refusal[]): readonly string[] => refusals.map(({ rule }) => rule);
