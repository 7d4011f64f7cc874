import type { AnyMachineSnapshot, StateValue } from 'xstate';
import {
  LawReader,
  localDateAt,
  sha256Hex,
  stepped,
  type Actor,
  type AnyCommandSpec,
  type CaseRow,
  type DueEvent,
  type Effect,
  type Finding,
  type FormSituation,
  type LawSnapshot,
  type Notice,
  type Party,
  type SealedEnvelope,
  type TransitionFact,
  type TransitionKind,
} from '#case-kit';
import { blockAuction } from './block-auction.case-type.js';
import type { AuctionFacts } from './block-auction.facts.js';
import type { AuctionContext } from './block-auction.model.js';
import { AuctionMemory, type Registers } from './memory.fixture.js';
import { DRAFT, NOTICE_AT, OFFICER, registersOf, SIGNED, SYSTEM } from './world.fixture.js';

export type Answer =
  | { readonly kind: 'accepted'; readonly effects: readonly Effect[]; readonly notices: readonly Notice[] }
  | { readonly kind: 'state' }
  | { readonly kind: 'refused'; readonly findings: Readonly<Record<string, Finding>> };

interface PlayOptions {
  readonly form?: Readonly<Record<string, unknown>>;
  readonly opener?: Actor;
  readonly registers?: Partial<Registers>;
  readonly law?: LawSnapshot;
  readonly rehearsal?: boolean;
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

/**
 * One auction played in memory: machine, rules, effects and facts of the case type, without engine or database. Second
 * persons are taken as given; the engine's own tests are about them.
 */
export class AuctionPlay {
  row: CaseRow<AuctionContext>;
  parties: readonly Party[] = [];
  readonly memory: AuctionMemory;
  readonly acts: TransitionFact[] = [];
  readonly values = new Map<string, string>();
  readonly registers: Registers;
  at = NOTICE_AT;
  law: LawSnapshot;

  constructor({ form = {}, opener = OFFICER, registers = {}, law = SIGNED, rehearsal = false }: PlayOptions = {}) {
    this.law = law;
    this.registers = { ...registersOf(), ...registers };
    const id = `${rehearsal ? 'REHEARSAL-' : ''}AUCTION-1`;
    this.memory = new AuctionMemory(id, this.registers);
    const filled = { ...DRAFT, ...form };
    const blank = blankRow(id, opener.jurisdiction ?? 'CENTRE', rehearsal);
    const reader = new LawReader(law, {}, localDateAt(this.at));
    const row = blank as CaseRow<undefined>;
    const facts = this.factsFor(opener, blockAuction.open.facts ?? [], filled);
    const situation = {
      row,
      facts,
      law: reader,
      actor: opener,
      party: undefined,
      parties: [],
      at: this.at,
      form: filled,
    };
    const findings = judge(blockAuction.open.rules as AnyCommandSpec['rules'], situation);
    if (Object.keys(findings).length > 0) throw new OpeningRefused(findings);
    const after = positionOf(stepped(blockAuction.machine).start(blockAuction.open.input(situation)));
    this.row = { ...blank, ...after, seq: 1 };
    this.keep(blockAuction.open.effects?.({ ...situation, after, seq: 1, opened: {} }) ?? []);
    this.note('OPEN', opener, filled, null, 'accepted');
  }

  get context(): AuctionContext {
    return this.row.context;
  }

  /** Facts of a viewer; reading one that is not among `kinds` is a fault of the command table. */
  factsFor(actor: Actor, kinds: readonly string[], form: Readonly<Record<string, unknown>> = {}): AuctionFacts {
    return new Proxy(this.memory.factsFor(actor, form), {
      get: (facts, kind) => {
        if (!kinds.includes(String(kind))) throw new Error(`facts ${String(kind)} were read but not declared`);
        return facts[kind as keyof AuctionFacts];
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
    const spec = blockAuction.commands[command];
    if (spec === undefined) throw new Error(`no command ${command}`);
    const seq = this.row.seq + 1;
    const form = this.sealForm(spec, plain, `${actor.organisationId} ${this.at}`);
    const facts = this.factsFor(actor, spec.facts ?? [], form);
    const law = this.lawReader();
    const party = this.partyOf(actor);
    const situation = { row: this.row, facts, law, actor, party, parties: this.parties, at: this.at, form };
    const machine = stepped(blockAuction.machine);
    const snapshot = machine.resolve(this.row.state, this.row.context);
    const event = { type: command, form, at: this.at, actor, party, facts, law, seq, opened: {} };
    if (!machine.can(snapshot, event)) return { kind: 'state' };
    const findings = judge(spec.rules, situation);
    if (Object.keys(findings).length > 0) {
      this.note(command, actor, form, this.row.state, 'refused');
      return { kind: 'refused', findings };
    }
    const opened = Object.fromEntries(
      (spec.opens?.(situation) ?? []).map(({ id, envelope }) => [id, this.values.get(envelope.commitment) ?? '']),
    );
    const decided = { ...event, opened };
    const after = positionOf(machine.move(snapshot, decided));
    const effects = spec.effects?.({ ...situation, after, seq, opened }) ?? [];
    const from = this.row.state;
    this.row = { ...this.row, ...after, seq };
    this.keep(effects);
    const act = this.note(command, actor, form, from, actor.role === 'system' ? 'timer' : 'accepted');
    return { kind: 'accepted', effects, notices: blockAuction.notices(act, this.row, this.parties) };
  }

  /** Gives a command that must be accepted. */
  mustGive(command: string, actor: Actor, form: Readonly<Record<string, unknown>> = {}): Answer & { kind: 'accepted' } {
    const answer = this.give(command, actor, form);
    if (answer.kind !== 'accepted') throw new Error(`${command} was not accepted: ${JSON.stringify(answer)}`);
    return answer;
  }

  dueEvents(): readonly DueEvent[] {
    return blockAuction.timers(this.row, this.lawReader());
  }

  /** Moves the clock to the next deadline and lets what falls due happen. */
  letFallDue(): string {
    const [due] = this.dueEvents();
    if (due === undefined) throw new Error(`nothing falls due in ${JSON.stringify(this.row.state)}`);
    this.at = due.at;
    this.mustGive(due.event, SYSTEM);
    return due.event;
  }

  viewFor(actor: Actor): Readonly<Record<string, unknown>> {
    const { row, parties, at } = this;
    const looking = { row, actor, party: this.partyOf(actor) };
    const { factsFor, facts: all = [] } = blockAuction.views;
    const facts = this.factsFor(actor, factsFor?.(looking) ?? all);
    return blockAuction.views.case({ ...looking, facts, law: this.lawReader(), parties, at });
  }

  actsFor(actor: Actor): readonly (Readonly<Record<string, unknown>> | null)[] {
    const { row, parties, at } = this;
    const looking = { row, law: this.lawReader(), actor, party: this.partyOf(actor), parties, at };
    return this.acts.map((act) => blockAuction.views.transition(looking, act));
  }

  private sealForm(
    spec: AnyCommandSpec,
    plain: Readonly<Record<string, unknown>>,
    salt: string,
  ): Record<string, unknown> {
    const form: Record<string, unknown> = { ...plain };
    for (const field of spec.sealed ?? []) {
      const envelope = seal(String(form[field]), salt);
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
  ): TransitionFact {
    const { personId: actorId, organisationId, role } = actor;
    const { seq, state: to } = this.row;
    const act = { seq, kind, command, actorId, organisationId, role, at: this.at, from, to, form };
    this.acts.push(act);
    return act;
  }

  private keep(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'anchor') {
        this.row = { ...this.row, anchors: { ...this.row.anchors, [effect.name]: effect.on } };
      } else if (effect.kind === 'party') {
        const others = this.parties.filter(({ organisationId }) => organisationId !== effect.party.organisationId);
        this.parties = [...others, effect.party];
      } else {
        if (blockAuction.store.apply[effect.table] === undefined) throw new Error(`no table ${effect.table}`);
        this.memory.keep(effect.table, this.row.seq, effect.row);
      }
    }
  }
}

/** Thrown when the rules of the opening refuse; carries the findings by rule. */
export class OpeningRefused extends Error {
  constructor(readonly findings: Readonly<Record<string, Finding>>) {
    super(Object.keys(findings).join(', '));
  }
}

function judge(
  rules: AnyCommandSpec['rules'],
  situation: FormSituation<unknown, Record<string, unknown>, Record<string, unknown>>,
): Record<string, Finding> {
  const findings: Record<string, Finding> = {};
  for (const rule of rules) {
    const finding = rule.check(situation);
    if (finding !== true) findings[rule.name] = finding;
  }
  return findings;
}

/** xstate hands out a snapshot of an erased machine untyped. */
function positionOf(snapshot: AnyMachineSnapshot): { state: StateValue; context: AuctionContext } {
  return { state: snapshot.value as StateValue, context: snapshot.context as AuctionContext };
}

function blankRow(id: string, jurisdiction: string, rehearsal: boolean): CaseRow {
  return {
    id,
    type: 'block-auction',
    machineVersion: '1',
    jurisdiction,
    anchors: {},
    state: '',
    context: undefined,
    seq: 0,
    rootCaseId: id,
    parentCaseId: null,
    blockId: 'PRACTICE-ML-1',
    rehearsal,
    clockAt: rehearsal ? NOTICE_AT : null,
    lawHash: 'f'.repeat(64),
    openedAt: NOTICE_AT,
    holds: [],
    proposals: [],
    sealKey: null,
    fired: {},
    dueThrough: 0,
  };
}
