import type { Pool } from 'pg';
import {
  formatInstant,
  LawReader,
  type Actor,
  type Refusal,
  type Sql,
  type TransitionFact,
  localDateAt,
} from '#case-kit';
import { sqlOf } from '#platform';
import { hasSight, partyOf, sightOf } from './access.js';
import { listCases, type ListCursor, type ListedCase, type ListFilter, type ListSort } from './case-list.js';
import { CASE_ID } from './case-id.js';
import { loadParties, readCases } from './case.store.js';
import { dueEventsOf, proposalClock } from './due.js';
import type { CaseEngine } from './engine.js';
import { explainCommands, type CommandExplanation, type SeenCase } from './explain.js';
import { writeProtocol } from './protocol.js';
import type { TransitionPayload, TransitionText } from './record.js';
import { maySeeProposal, renderCase, type RenderedCase } from './render.js';

export interface SeenTransition {
  /** Names the transition to people and programs; counts nothing. */
  readonly id: string;
  readonly kind: TransitionFact['kind'];
  readonly command: string;
  readonly receivedAt: string;
  readonly decidedAt: string;
  readonly capacity: string;
  readonly rules: readonly string[];
  readonly refusals: readonly Pick<Refusal, 'rule' | 'text'>[];
  readonly hash: string;
  readonly view: Readonly<Record<string, unknown>>;
}

interface TransitionRecord {
  seq: number;
  hash: string;
  text: string;
  payload: string | null;
}

/** At most so many entries of the record are looked at for one page, however few of them the caller may see. */
const SCAN_LIMIT = 2_000;

/** Everything that is read of cases, always as one actor may see it. */
export class CaseReader {
  private readonly sql: Sql;

  constructor(
    pool: Pool,
    private readonly engine: CaseEngine,
  ) {
    this.sql = sqlOf(pool);
  }

  /** The case, or null when the actor may not know of it. */
  async find(caseId: string, actor: Actor): Promise<SeenCase | null> {
    const [stored] = CASE_ID.test(caseId) ? await readCases(this.sql, [caseId]) : [];
    if (stored === undefined) return null;
    const caseType = this.engine.registry.get(stored.row.type, stored.row.machineVersion);
    const { law } = this.engine.options;
    const [parties, snapshot] = await Promise.all([
      loadParties(this.sql, [caseId]),
      law.find(stored.row.lawHash) ?? law.load(stored.row.lawHash),
    ]);
    const own = parties.get(caseId) ?? [];
    return this.ifSeen({ caseType, row: stored.row, parties: own, law: snapshot, closed: stored.closed }, actor);
  }

  /** A case at hand, or null when the actor may not see it (any more). */
  ifSeen(seen: SeenCase, actor: Actor): SeenCase | null {
    return hasSight(sightOf(seen.caseType, seen.row, seen.parties), actor) ? seen : null;
  }

  async view(seen: SeenCase, actor: Actor): Promise<RenderedCase> {
    return await renderCase(
      this.sql,
      seen.caseType,
      seen.row,
      seen.parties,
      seen.law,
      actor,
      this.engine.options.clock.now(),
    );
  }

  /** What everybody may read of a case that has led somewhere; null before, and where its type has no protocol. */
  async protocol(seen: SeenCase): Promise<Readonly<Record<string, unknown>> | null> {
    return await writeProtocol(this.sql, seen, this.engine.options.law);
  }

  async explain(seen: SeenCase, actor: Actor): Promise<CommandExplanation[]> {
    return await explainCommands(this.sql, seen, actor, this.engine.options.clock.now());
  }

  /** Due dates that the actor may know: those of a case that he may see, with provision. */
  dueDates(
    seen: SeenCase,
    actor: Actor,
  ): {
    readonly clock: string;
    readonly event: string;
    readonly at: number;
    readonly ref: { act: string; provision: string };
  }[] {
    const { caseType, row, law, closed } = seen;
    const at = row.clockAt ?? this.engine.options.clock.now();
    return dueEventsOf(caseType, row, new LawReader(law, row.anchors, localDateAt(at)), closed)
      .filter(({ clock }) => {
        const proposal = row.proposals.find(({ id }) => clock === proposalClock(id));
        return proposal === undefined || maySeeProposal(caseType, row, proposal, actor);
      })
      .map(({ clock, event, at: due, ref }) => ({ clock, event, at: due, ref }));
  }

  /** The record as the actor may see it. `after` is the last position looked at; null when there is no more. */
  async transitions(
    seen: SeenCase,
    actor: Actor,
    page: { readonly after: number | null; readonly limit: number; readonly order: 'asc' | 'desc' },
  ): Promise<{ readonly items: readonly SeenTransition[]; readonly next: number | null }> {
    const items: SeenTransition[] = [];
    const ascending = page.order === 'asc';
    let position = page.after ?? (ascending ? 0 : seen.row.seq + 1);
    for (let scanned = 0; scanned < SCAN_LIMIT;) {
      const records = await this.readRecord(seen.row.id, position, ascending, page.limit);
      for (const record of records) {
        position = record.seq;
        const shown = this.show(seen, actor, record);
        if (shown !== null) items.push(shown);
        if (items.length === page.limit) return { items, next: position };
      }
      scanned += records.length;
      if (records.length < page.limit) return { items, next: null };
    }
    return { items, next: position };
  }

  private async readRecord(
    caseId: string,
    after: number,
    ascending: boolean,
    limit: number,
  ): Promise<readonly TransitionRecord[]> {
    return await this.sql.query<TransitionRecord>(
      `select seq, hash, text, payload from transition
       where case_id = $1 and seq ${ascending ? '>' : '<'} $2 order by seq ${ascending ? 'asc' : 'desc'} limit $3`,
      [caseId, after, limit],
    );
  }

  private show(seen: SeenCase, actor: Actor, record: TransitionRecord): SeenTransition | null {
    const text = JSON.parse(record.text) as TransitionText;
    const payload = record.payload === null ? null : (JSON.parse(record.payload) as TransitionPayload);
    const at = seen.row.clockAt ?? this.engine.options.clock.now();
    const view = seen.caseType.views.transition(
      {
        row: seen.row,
        law: new LawReader(seen.law, seen.row.anchors, localDateAt(at)),
        actor,
        party: partyOf(seen.parties, actor),
        parties: seen.parties,
        at,
      },
      {
        seq: record.seq,
        kind: text.kind,
        command: text.command,
        actorId: text.actor,
        organisationId: text.organisation,
        role: text.capacity,
        at: Date.parse(text.received),
        from: text.from,
        to: text.to,
        form: payload?.form ?? null,
      },
    );
    if (view === null) return null;
    return {
      id: record.hash.slice(0, 32),
      kind: text.kind,
      command: text.command,
      receivedAt: formatInstant(Date.parse(text.received)),
      decidedAt: formatInstant(Date.parse(text.decided)),
      capacity: text.capacity,
      rules: text.rules,
      refusals: (payload?.refusals ?? []).map(({ rule, text: sentence }) => ({ rule, text: sentence })),
      hash: record.hash,
      view,
    };
  }

  async list(
    actor: Actor,
    filter: ListFilter,
    page: { readonly sort: ListSort; readonly cursor: ListCursor | null; readonly limit: number },
  ): Promise<{ readonly items: readonly ListedCase[]; readonly next: ListCursor | null }> {
    return await listCases(this.sql, actor, filter, page);
  }
}
