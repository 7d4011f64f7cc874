import { PUBLIC_ACTOR, type LawSnapshot, type RecordedTransition, type Sql } from '#case-kit';
import type { SeenCase } from './explain.js';
import type { LawProvider } from './ports.js';
import type { TransitionPayload, TransitionText } from './record.js';

/** So many entries are read at once: other requests get their turn between two pages. */
const PAGE = 500;

interface Entry {
  readonly seq: number;
  readonly hash: string;
  readonly text: string;
  readonly payload: string | null;
}

/** An entry of the record with its payload, as far as that was not erased. */
function recordedOf({ seq, hash, text, payload }: Entry): RecordedTransition {
  const told = JSON.parse(text) as TransitionText;
  const kept = payload === null ? null : (JSON.parse(payload) as TransitionPayload);
  return {
    seq,
    hash,
    kind: told.kind,
    command: told.command,
    actorId: told.actor,
    organisationId: told.organisation,
    role: told.capacity,
    at: Date.parse(told.received),
    decidedAt: Date.parse(told.decided),
    from: told.from,
    to: told.to,
    form: kept?.form ?? null,
    failed: told.failed,
    reads: told.reads,
    lawHash: told.law,
    late: kept?.late === true,
    given: kept?.given ?? {},
    opened: kept?.opened ?? {},
  };
}

async function readRecord(sql: Sql, caseId: string, upTo: number): Promise<readonly RecordedTransition[]> {
  const record: RecordedTransition[] = [];
  for (;;) {
    const page = await sql.query<Entry>(
      `select seq, hash, text, payload from transition
        where case_id = $1 and seq > $2 and seq <= $3 order by seq limit ${PAGE}`,
      [caseId, record.at(-1)?.seq ?? 0, upTo],
    );
    record.push(...page.map(recordedOf));
    if (page.length < PAGE) return record;
  }
}

/**
 * The public protocol of a case, or null where its type has none or nothing is to be published yet. It is written from
 * the record up to the case as it was found: what happens meanwhile is in the next one.
 */
export async function writeProtocol(
  sql: Sql,
  { caseType, row, parties }: SeenCase,
  law: LawProvider,
): Promise<Readonly<Record<string, unknown>> | null> {
  const { protocol } = caseType;
  if (protocol === undefined || !protocol.isOpen(row)) return null;
  const record = await readRecord(sql, row.id, row.seq);
  const last = record.at(-1);
  if (last === undefined) return null;
  const facts: Record<string, unknown> = {};
  for (const kind of protocol.facts) {
    const loader = caseType.store.facts[kind];
    if (loader === undefined) throw new Error(`the store has no facts ${kind}`);
    facts[kind] = (await loader(sql, [{ caseId: row.id, form: {}, actor: PUBLIC_ACTOR }]))[0];
  }
  const laws = new Map<string, LawSnapshot>();
  for (const hash of new Set(record.map(({ lawHash }) => lawHash))) {
    laws.set(hash, law.find(hash) ?? (await law.load(hash)));
  }
  const lawOf = (hash: string): LawSnapshot => {
    const snapshot = laws.get(hash);
    if (snapshot === undefined) throw new Error(`the record of ${row.id} names no law ${hash}`);
    return snapshot;
  };
  return protocol.write({ row, parties, facts, record, lawOf });
}
