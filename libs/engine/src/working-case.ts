import type { AnyMachineSnapshot } from 'xstate';
import {
  audiencesOf,
  canonicalJson,
  LawReader,
  sha256Hex,
  stepped,
  type Actor,
  type AnyCaseType,
  type AppliedRow,
  type CaseRow,
  type CaseTypeStore,
  type DueEvent,
  type Effect,
  type LawSnapshot,
  type Party,
  type Sight,
  type TransitionFact,
  localDateAt,
} from '#case-kit';
import { sightOf } from './access.js';
import type { StoredCase } from './case.store.js';
import type { Accepted } from './decide.js';
import { dueEventsOf } from './due.js';
import type { SeenCase } from './explain.js';
import type { IncidentWrite, OutboxWrite, PartyWrite } from './index-rows.store.js';
import {
  recordTransition,
  type TransitionDraft,
  type TransitionPayload,
  type TransitionResult,
  type TransitionRow,
} from './record.js';

/** What holds as long as no cold command changes it: shared between batches of one case. */
export interface ColdFacts {
  readonly coldSeq: number;
  readonly parties: readonly Party[];
  readonly byOrganisation: ReadonlyMap<string, Party>;
  readonly audiences: ReadonlySet<string>;
  /** Frozen facts of hot commands, by command name. */
  readonly hot: Map<string, FactsRead>;
}

/** Facts as loaded for one decision: the object, and its canonical text under its hash. */
export interface FactsRead {
  readonly facts: Record<string, unknown>;
  readonly text: string;
  readonly hash: string;
}

export function readFacts(facts: Record<string, unknown>): FactsRead {
  const text = canonicalJson(facts);
  return { facts, text, hash: sha256Hex(text) };
}

export const NO_FACTS: FactsRead = readFacts({});

/** One case while a batch works on it: its position moves in memory, and everything to write is collected. */
export class WorkingCase {
  readonly before: StoredCase | null;
  row: CaseRow;
  snapshot: AnyMachineSnapshot;
  cold: ColdFacts;
  readonly transitions: TransitionRow[] = [];
  readonly parties: PartyWrite[] = [];
  readonly rows: { readonly store: CaseTypeStore; readonly table: string; readonly row: AppliedRow }[] = [];
  readonly outbox: OutboxWrite[] = [];
  readonly incidents: IncidentWrite[] = [];
  /** What has been noted outside the database and must be taken back when the batch is not committed. */
  readonly takeBacks: (() => void)[] = [];
  readonly facts = new Map<string, string>();
  /** The law of the case; replaced only by a recorded adoption. */
  law: LawSnapshot;
  private head: string;
  private coldSeq: number;
  private partySeq: number;
  private dueHash: string;
  private sightHash: string;
  private due: readonly DueEvent[] | undefined;
  private wentCold = false;
  /** Rows that facts may be made of wait for the batch to be written: until then the database does not show them. */
  hasUnwrittenRows = false;

  constructor(
    public caseType: AnyCaseType,
    stored: StoredCase,
    options: {
      readonly isNew: boolean;
      readonly law: LawSnapshot;
      readonly parties: readonly Party[];
      readonly cold?: ColdFacts;
    },
  ) {
    this.before = options.isNew ? null : stored;
    this.row = stored.row;
    this.head = stored.head;
    this.coldSeq = stored.coldSeq;
    this.partySeq = stored.partySeq;
    this.dueHash = stored.dueHash;
    this.sightHash = stored.sightHash;
    this.law = options.law;
    this.snapshot = stepped(caseType.machine).resolve(stored.row.state, stored.row.context);
    this.cold =
      options.cold?.coldSeq === stored.coldSeq ? options.cold : this.coldFactsFrom(options.parties, stored.coldSeq);
  }

  get closed(): boolean {
    return this.snapshot.status === 'done';
  }

  private coldFactsFrom(parties: readonly Party[], coldSeq: number): ColdFacts {
    return {
      coldSeq,
      parties,
      byOrganisation: new Map(parties.map((party) => [party.organisationId, party])),
      audiences: new Set(sightOf(this.caseType, this.row, parties).map(({ audience }) => audience)),
      hot: new Map(),
    };
  }

  /** Nothing that a later hot command reads was changed but the position itself. */
  get isWarm(): boolean {
    return this.before?.coldSeq === this.coldSeq && this.transitions.length > 0;
  }

  /** The same case for a batch that follows this one, as this one leaves it. */
  continued(): WorkingCase {
    const { law, cold } = this;
    return new WorkingCase(this.caseType, this.after(), { isNew: false, law, parties: cold.parties, cold });
  }

  /** The case as it is to be stored. */
  after(): StoredCase {
    const { row, head, coldSeq, partySeq, dueHash, sightHash, closed } = this;
    return { row, head, coldSeq, partySeq, dueHash, sightHash, closed };
  }

  /** The case as it stands now, for whoever renders it. */
  seen(): SeenCase {
    return { caseType: this.caseType, row: this.row, parties: this.cold.parties, law: this.law, closed: this.closed };
  }

  /** Of a transition that was appended here. */
  findHash(seq: number): string | undefined {
    const [first] = this.transitions;
    return first === undefined ? undefined : this.transitions[seq - first.seq]?.hash;
  }

  isSeenBy(actor: Actor): boolean {
    if (actor.role === 'system') return true;
    return audiencesOf(actor).some((audience) => this.cold.audiences.has(audience));
  }

  /** Remembers the position, so that a command which breaks half-way leaves nothing behind. */
  checkpoint(): () => void {
    const { row, head, coldSeq, partySeq, snapshot, cold, law, due, wentCold, hasUnwrittenRows } = this;
    const transitions = this.transitions.length;
    const parties = this.parties.length;
    const rows = this.rows.length;
    const outbox = this.outbox.length;
    const incidents = this.incidents.length;
    return () => {
      Object.assign(this, { row, head, coldSeq, partySeq, snapshot, cold, law, due, wentCold, hasUnwrittenRows });
      this.transitions.length = transitions;
      this.parties.length = parties;
      this.rows.length = rows;
      this.outbox.length = outbox;
      this.incidents.length = incidents;
    };
  }

  /** Deadlines that have not fired, earliest first. */
  pendingDue(at: number): readonly DueEvent[] {
    this.due ??= dueEventsOf(
      this.caseType,
      this.row,
      new LawReader(this.law, this.row.anchors, localDateAt(at)),
      this.closed,
    );
    return this.due;
  }

  /** Whether a command that was received then can be decided before anything falls due. */
  isPresentFor(receivedAt: number): boolean {
    const at = this.row.clockAt ?? receivedAt;
    const due = this.pendingDue(at)[0];
    return due === undefined || due.at >= at;
  }

  /** Appends a transition that leaves the position of the case as it is. */
  appendRefusal(
    kind: 'refused' | 'throttled',
    draft: TransitionDraft,
    refused: Pick<TransitionResult, 'refusals' | 'reads' | 'payload'>,
  ): number {
    const { id: caseId, state } = this.row;
    const seq = this.row.seq + 1;
    this.append(draft, { caseId, seq, kind, from: state, to: state, rules: [], ...refused });
    this.row = { ...this.row, seq };
    return seq;
  }

  private append(draft: TransitionDraft, result: TransitionResult): void {
    const recorded = recordTransition(draft, result, this.head);
    this.transitions.push(recorded);
    this.head = recorded.hash;
  }

  /** Moves the case to what was decided and collects what follows from it. */
  appendAccepted(
    decision: Accepted,
    draft: TransitionDraft,
    payload: Omit<TransitionPayload, 'context'>,
    hot: boolean,
  ): number {
    const from = this.before === null && this.row.seq === 0 ? null : this.row.state;
    const sameState = from !== null && isSameState(from, decision.row.state);
    const seq = this.row.seq + 1;
    this.row = decision.row.seq === seq ? decision.row : { ...decision.row, seq };
    this.snapshot = decision.snapshot;
    const { form, refusals, opened, given } = payload;
    const context = sha256Hex(decision.contextText ?? canonicalJson(decision.row.context));
    this.append(draft, {
      caseId: this.row.id,
      seq,
      kind: decision.kind,
      from,
      to: decision.row.state,
      rules: decision.rules,
      refusals: [],
      reads: decision.reads,
      payload: { context, form, given, opened, refusals },
    });
    this.due = undefined;
    const before = this.parties.length;
    this.collectEffects(decision.effects, seq);
    const joined = this.parties.slice(before);
    if (!hot || !sameState || joined.length > 0) {
      this.wentCold = true;
      this.hasUnwrittenRows ||= this.rows.some(({ row }) => row.seq === seq);
      const parties = joined.length === 0 ? this.cold.parties : mergeParties(this.cold.parties, joined);
      this.coldSeq = seq;
      if (joined.length > 0) this.partySeq = seq;
      this.cold = this.coldFactsFrom(parties, seq);
    }
    this.collectNotices(decision, draft, form, seq, from);
    return seq;
  }

  private collectEffects(effects: readonly Effect[], seq: number): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'row':
          this.rows.push({
            store: this.caseType.store,
            table: effect.table,
            row: { caseId: this.row.id, seq, row: effect.row },
          });
          break;
        case 'party':
          this.parties.push({ caseId: this.row.id, seq, party: effect.party });
          break;
        case 'anchor':
          break;
      }
    }
  }

  private collectNotices(
    decision: Accepted,
    draft: Pick<TransitionDraft, 'command' | 'actor' | 'receivedAt'>,
    form: TransitionFact['form'],
    seq: number,
    from: TransitionFact['from'],
  ): void {
    const fact: TransitionFact = {
      seq,
      kind: decision.kind,
      command: draft.command,
      actorId: draft.actor.personId,
      organisationId: draft.actor.organisationId,
      role: draft.actor.role,
      at: draft.receivedAt,
      from,
      to: decision.row.state,
      form,
    };
    for (const notice of this.caseType.notices(fact, this.row, this.cold.parties)) {
      this.outbox.push({
        caseId: this.row.id,
        seq,
        effectiveAt: draft.receivedAt,
        rehearsal: this.row.rehearsal,
        notice,
      });
    }
  }

  /** The due events to index, when they differ from those stored; sight likewise. */
  finish(now: number): { readonly due: readonly DueEvent[] | null; readonly sight: readonly Sight[] | null } {
    const due = this.pendingDue(this.row.clockAt ?? now);
    // A rehearsal's deadlines wait for its own clock: the worker must never fire them.
    const indexed = this.row.rehearsal ? [] : due;
    const dueHash = sha256Hex(canonicalJson(indexed.map(({ clock, at }) => [clock, at])));
    let sight: readonly Sight[] | null = null;
    if (this.wentCold || this.before === null) {
      sight = sightOf(this.caseType, this.row, this.cold.parties);
      const sightHash = sha256Hex(canonicalJson(sight));
      if (sightHash === this.sightHash) sight = null;
      this.sightHash = sightHash;
    }
    const dueChanged = dueHash !== this.dueHash;
    this.dueHash = dueHash;
    return { due: dueChanged ? indexed : null, sight };
  }
}

function isSameState(a: StoredCase['row']['state'], b: StoredCase['row']['state']): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : canonicalJson(a) === canonicalJson(b);
}

function mergeParties(parties: readonly Party[], joined: readonly PartyWrite[]): readonly Party[] {
  const merged = new Map(parties.map((party) => [party.organisationId, party]));
  // In the order in which the table answers them: by when they joined, then by organisation.
  const arriving = [...joined].sort((a, b) => (a.party.organisationId < b.party.organisationId ? -1 : 1));
  for (const { party } of arriving) merged.set(party.organisationId, party);
  return [...merged.values()];
}
