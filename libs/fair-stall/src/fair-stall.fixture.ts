import type { AnyMachineSnapshot, StateValue } from 'xstate';
import {
  LawReader,
  localDateAt,
  parseInstant,
  sha256Hex,
  stepped,
  type Actor,
  type AnyCommandSpec,
  type CaseRow,
  type Effect,
  type Finding,
  type LawSnapshot,
  type LawValue,
  type Party,
  type Role,
  type SealedEnvelope,
  type TransitionFact,
  type TransitionKind,
} from '#case-kit';
import { fairStall } from './fair-stall.case-type.js';
import { phaseOf } from './fair-stall.clock.js';
import { fairStallLaw } from './fair-stall.law.js';
import type { Application, FairStallContext, FairStallFacts, RosterEntry, Standing } from './fair-stall.model.js';
import { rankOffers } from './fair-stall.offers.js';

export const DAY = 86_400_000;
export const NOON = parseInstant('2026-01-05T12:00:00+05:30');

/**
 * The law of the fair, with other values for the parameters named; null leaves one out. What is named as unsupported is
 * unverified and unsigned.
 */
export function lawOf(
  changes: Readonly<Record<string, string | number | null>> = {},
  unsupported: readonly string[] = [],
): LawSnapshot {
  const values = new Map<string, LawValue>();
  for (const { name, value, act, provision, confidence } of fairStallLaw) {
    const standing = unsupported.includes(name)
      ? ({ confidence: 'unverified', signed: false } as const)
      : { confidence, signed: true };
    const version = { name, version: `${name}@1`, provision: { act, provision }, ...standing };
    if (changes[name] !== null) values.set(name, { ...version, value: changes[name] ?? value });
  }
  return {
    hash: 'f'.repeat(64),
    find: (name) => values.get(name),
    anchorOf: () => 'notice',
    holidays: () => [],
  };
}

export function actorOf(role: Role, organisationId: string = `org-of-${role}`): Actor {
  return {
    personId: `person-of-${organisationId}-${role}`,
    sessionId: 's1',
    appointmentId: 'a1',
    role,
    organisationId,
    jurisdiction: role === 'state-officer' ? 'OD' : null,
    epoch: 0,
  };
}

/** An envelope as the edge would make it; the value is only with the fixture, as it would be with the key holder. */
function seal(value: string, salt: string): SealedEnvelope {
  return {
    sealed: 'x25519-hkdf-sha256-aes256gcm',
    keyId: 'key-1',
    ephemeral: sha256Hex('ephemeral', salt),
    nonce: sha256Hex('nonce', salt).slice(0, 24),
    ciphertext: sha256Hex('ciphertext', value, salt),
    commitment: sha256Hex('commitment', value, salt),
  };
}

export type Answer =
  | { readonly kind: 'accepted'; readonly effects: readonly Effect[] }
  | { readonly kind: 'state' }
  | { readonly kind: 'refused'; readonly findings: Readonly<Record<string, Finding>> };

/**
 * One fair played in memory: the state machine, rules, effects and facts of the case type, without engine or database.
 * Second persons are taken as given; the engine's own tests are about them.
 */
export class FairPlay {
  row: CaseRow<FairStallContext>;
  parties: readonly Party[] = [];
  applications: readonly Application[] = [];
  roster: readonly RosterEntry[] = [];
  standings: readonly Standing[] = [];
  readonly acts: TransitionFact[] = [];
  readonly values = new Map<string, string>();
  at = NOON;
  law = lawOf();

  constructor(
    form: { stallName?: string; applicationsCloseAt?: string; callingMinutes?: number } = {},
    readonly opener: Actor = actorOf('state-officer'),
  ) {
    const filled = {
      stallName: 'Corner stall',
      applicationsCloseAt: '2026-01-15T17:00:00+05:30',
      callingMinutes: 60,
      ...form,
    };
    const blank = blankRow();
    const law = new LawReader(this.law, {}, localDateAt(this.at));
    const row = blank as CaseRow<undefined>;
    const situation = { row, facts: {}, law, actor: opener, party: undefined, parties: [], at: this.at };
    const input = fairStall.open.input({ ...situation, form: filled });
    const after = positionOf(stepped(fairStall.machine).start(input));
    this.row = { ...blank, ...after, seq: 1 };
    this.keep(fairStall.open.effects?.({ ...situation, form: filled, after, seq: 1, opened: {} }) ?? []);
    this.note('OPEN', opener, filled, null, 'accepted');
  }

  /** Facts of a viewer; reading one that is not among `kinds` is a fault of the command table. */
  factsFor(actor: Actor, kinds: readonly string[]): FairStallFacts {
    const all: FairStallFacts = {
      ownApplication: this.applications.find(({ organisationId }) => organisationId === actor.organisationId) ?? null,
      applications: this.applications,
      roster: this.roster.map(({ organisationId, alias }) => ({ organisationId, alias })),
      standings: this.standings,
    };
    return new Proxy(all, {
      get: (facts, kind) => {
        if (!kinds.includes(String(kind))) throw new Error(`facts ${String(kind)} were read but not declared`);
        return facts[kind as keyof FairStallFacts];
      },
    });
  }

  partyOf(actor: Actor): Party | undefined {
    return this.parties.find(({ organisationId }) => organisationId === actor.organisationId);
  }

  lawReader(): LawReader {
    return new LawReader(this.law, this.row.anchors, localDateAt(this.at));
  }

  /** Gives one command at the play's present instant; a plain sealed field is sealed as the edge would. */
  give(command: string, actor: Actor, plain: Readonly<Record<string, unknown>> = {}): Answer {
    const spec = fairStall.commands[command];
    if (spec === undefined) throw new Error(`no command ${command}`);
    const seq = this.row.seq + 1;
    const form = this.sealForm(spec, plain, seq);
    const facts = this.factsFor(actor, spec.facts ?? []);
    const law = this.lawReader();
    const party = this.partyOf(actor);
    const situation = { row: this.row, facts, law, actor, party, parties: this.parties, at: this.at, form };
    const machine = stepped(fairStall.machine);
    const snapshot = machine.resolve(this.row.state, this.row.context);
    const event = { type: command, form, at: this.at, actor, party, facts, law, seq, opened: {} };
    if (!machine.can(snapshot, event)) return { kind: 'state' };
    const findings: Record<string, Finding> = {};
    for (const rule of spec.rules) {
      const finding = rule.check(situation);
      if (finding !== true) findings[rule.name] = finding;
    }
    if (Object.keys(findings).length > 0) return { kind: 'refused', findings };
    const opened = Object.fromEntries(
      (spec.opens?.(situation) ?? []).map(({ id, envelope }) => [id, this.values.get(envelope.commitment) ?? '']),
    );
    const decided = { ...event, opened };
    const after = positionOf(machine.move(snapshot, decided));
    const effects = spec.effects?.({ ...situation, after, seq, opened }) ?? [];
    const from = this.row.state;
    this.row = { ...this.row, ...after, seq };
    this.keep(effects);
    if (phaseOf(from) !== 'calling' && phaseOf(after.state) === 'calling') this.keepRoster(opened);
    this.note(command, actor, form, from, actor.role === 'system' ? 'timer' : 'accepted');
    return { kind: 'accepted', effects };
  }

  /** Gives a command that must be accepted. */
  mustGive(command: string, actor: Actor, form: Readonly<Record<string, unknown>> = {}): void {
    const answer = this.give(command, actor, form);
    if (answer.kind !== 'accepted') throw new Error(`${command} was not accepted: ${JSON.stringify(answer)}`);
  }

  viewFor(actor: Actor): Readonly<Record<string, unknown>> {
    const facts = this.factsFor(actor, fairStall.views.facts ?? []);
    const { row, parties, at } = this;
    return fairStall.views.case({ row, facts, law: this.lawReader(), actor, party: this.partyOf(actor), parties, at });
  }

  actsFor(actor: Actor): readonly (Readonly<Record<string, unknown>> | null)[] {
    const { row, parties, at } = this;
    const looking = { row, law: this.lawReader(), actor, party: this.partyOf(actor), parties, at };
    return this.acts.map((act) => fairStall.views.transition(looking, act));
  }

  private sealForm(
    spec: AnyCommandSpec,
    plain: Readonly<Record<string, unknown>>,
    seq: number,
  ): Record<string, unknown> {
    const form: Record<string, unknown> = { ...plain };
    for (const field of spec.sealed ?? []) {
      const envelope = seal(String(form[field]), `salt-${seq}`);
      this.values.set(envelope.commitment, String(form[field]));
      form[field] = envelope;
    }
    return form;
  }

  private note(
    command: string,
    actor: Actor,
    form: Readonly<Record<string, unknown>>,
    from: TransitionFact['from'],
    kind: TransitionKind,
  ): void {
    const { personId: actorId, organisationId, role } = actor;
    const { seq, state: to } = this.row;
    this.acts.push({ seq, kind, command, actorId, organisationId, role, at: this.at, from, to, form });
  }

  private keep(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'anchor') {
        this.row = { ...this.row, anchors: { ...this.row.anchors, [effect.name]: effect.on } };
      } else if (effect.kind === 'party') {
        const others = this.parties.filter(({ organisationId }) => organisationId !== effect.party.organisationId);
        this.parties = [...others, effect.party];
      } else {
        this.keepFact(effect.table, effect.row);
      }
    }
  }

  private keepFact(table: string, row: Readonly<Record<string, unknown>>): void {
    const organisationId = String(row['organisationId']);
    if (table === 'fair_application') {
      const others = this.applications.filter((application) => application.organisationId !== organisationId);
      const envelope = row['envelope'] as SealedEnvelope | null;
      const standing = { organisationId, seq: this.row.seq, receivedAt: Number(row['receivedAt']) };
      this.applications = envelope === null ? others : [...others, { ...standing, envelope }];
    }
    if (table === 'fair_call') {
      const mine = this.standings.find((standing) => standing.organisationId === organisationId);
      const others = this.standings.filter((standing) => standing !== mine);
      this.standings = [{ organisationId, alias: mine?.alias ?? '', offer: String(row['offer']) }, ...others];
    }
  }

  private keepRoster(opened: Readonly<Record<string, string>>): void {
    this.roster = rankOffers(this.applications, opened, this.lawReader().decimal('fair.step'));
    this.standings = this.roster.map(({ organisationId, alias, offer }) => ({ organisationId, alias, offer }));
  }
}

/** xstate hands out a snapshot of an erased machine untyped. */
function positionOf(snapshot: AnyMachineSnapshot): { state: StateValue; context: FairStallContext } {
  return { state: snapshot.value as StateValue, context: snapshot.context as FairStallContext };
}

function blankRow(): CaseRow {
  return {
    id: 'STALL-1',
    type: 'fair-stall',
    machineVersion: '1',
    jurisdiction: 'OD',
    anchors: {},
    state: '',
    context: undefined,
    seq: 0,
    rootCaseId: 'STALL-1',
    parentCaseId: null,
    blockId: null,
    rehearsal: false,
    clockAt: null,
    lawHash: 'f'.repeat(64),
    openedAt: NOON,
    holds: [],
    proposals: [],
    sealKey: null,
    fired: {},
    dueThrough: 0,
  };
}

export const OFFICER = actorOf('state-officer');
export const CHAIR = actorOf('evaluation-chair');
export const OPERATOR = actorOf('platform-operator');
export const SYSTEM = actorOf('system', 'system');
export const ASHA = actorOf('bidder', 'asha-traders');
export const BINA = actorOf('bidder', 'bina-sweets');
export const CHAND = actorOf('bidder', 'chand-toys');

/** Plays a fair up to a phase: three applicants, the best offer 1500.00 of Bina. */
export function playUntil(phase: 'draft' | 'applications' | 'opening' | 'calling' | 'settling' | 'allotted'): FairPlay {
  const play = new FairPlay();
  if (phase === 'draft') return play;
  play.mustGive('PUBLISH', OFFICER);
  play.at += DAY;
  if (phase === 'applications') return play;
  play.mustGive('APPLY', ASHA, { offer: '1250.00' });
  play.mustGive('APPLY', BINA, { offer: '1500.00' });
  play.mustGive('APPLY', CHAND, { offer: '1300.00' });
  play.at = play.row.context.applicationsCloseAt;
  play.mustGive('CLOSE_APPLICATIONS', SYSTEM);
  play.at += DAY;
  if (phase === 'opening') return play;
  play.mustGive('OPEN_ENVELOPES', CHAIR);
  play.at += 60_000;
  if (phase === 'calling') return play;
  play.mustGive('CALL', ASHA, { offer: '1600.00' });
  play.at = play.row.context.closesAt ?? play.at;
  play.mustGive('CLOSE_CALLING', SYSTEM);
  if (phase === 'settling') return play;
  play.mustGive('PAY', OPERATOR, { reference: 'UTR 1', amount: '1600.00' });
  play.mustGive('RECORD_INSPECTION', SYSTEM, { result: 'passed', remarks: '' });
  return play;
}
