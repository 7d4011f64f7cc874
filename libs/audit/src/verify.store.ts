import type { Sql } from '#case-kit';
import { listErasures, type Erasure, type RecordedEntry } from './entry.js';

/** Reads of the record for verification. Pages by key: nothing is loaded whole. */

interface EntryRow {
  readonly seq: number;
  readonly kind: string;
  readonly command: string;
  readonly received: string;
  readonly decided: string;
  readonly hash: string;
  readonly text: string;
  readonly salt: string | null;
  readonly payload: string | null;
}

export async function readCaseIds(sql: Sql, after: string, limit: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('select id from case_file where id > $1 order by id limit $2', [
    after,
    limit,
  ]);
  return rows.map(({ id }) => id);
}

/** Entries after a sequence number. Instants in milliseconds with the fraction that the column may hold. */
export async function readEntryPage(sql: Sql, caseId: string, after: number, limit: number): Promise<RecordedEntry[]> {
  const rows = await sql.query<EntryRow>(
    `select seq, kind, command, extract(epoch from received_at) * 1000 as received,
            extract(epoch from decided_at) * 1000 as decided, hash, text, salt, payload
     from transition where case_id = $1 and seq > $2 order by seq limit $3`,
    [caseId, after, limit],
  );
  return rows.map(({ received, decided, ...row }) => ({
    ...row,
    receivedAt: Number(received),
    decidedAt: Number(decided),
  }));
}

/** Every entry of a case, a page at a time. */
export async function* streamEntries(sql: Sql, caseId: string, limit = 500): AsyncGenerator<RecordedEntry[]> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await readEntryPage(sql, caseId, after, limit);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < limit) return;
    after = last.seq;
  }
}

export async function readErasures(sql: Sql, caseIds: readonly string[]): Promise<Map<string, Map<number, Erasure>>> {
  const rows = await sql.query<{ case_id: string; seq: number; command: string; payload: string }>(
    `select case_id, seq, command, payload from transition
     where case_id = any($1) and kind = 'erasure' and payload is not null order by case_id, seq`,
    [caseIds],
  );
  const entries = new Map<string, typeof rows>();
  for (const row of rows) entries.set(row.case_id, [...(entries.get(row.case_id) ?? []), row]);
  return new Map([...entries].map(([caseId, own]) => [caseId, listErasures(own)]));
}

export async function readFactTexts(sql: Sql, hashes: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ hash: string; text: string }>(
    'select hash, text from fact_text where hash = any($1)',
    [hashes],
  );
  return new Map(rows.map(({ hash, text }) => [hash, text]));
}

export interface PartyRow {
  readonly case_id: string;
  readonly organisation_id: string;
  readonly seq: number;
  readonly capacity: string;
  readonly alias: string | null;
}

export interface DueRow {
  readonly case_id: string;
  readonly clock: string;
  /** Milliseconds. */
  readonly due: string;
}

export interface SightRow {
  readonly case_id: string;
  readonly audience: string;
  readonly type: string;
  readonly jurisdiction: string;
  readonly rehearsal: boolean;
  readonly title: string;
  readonly status: string;
  readonly awaits: readonly string[];
  readonly due: string | null;
  readonly opened: string;
}

export interface CaseRows {
  readonly parties: readonly PartyRow[];
  readonly due: readonly DueRow[];
  readonly sight: readonly SightRow[];
}

/** What is stored beside the record of some cases. */
export async function readCaseRows(sql: Sql, caseIds: readonly string[]): Promise<(caseId: string) => CaseRows> {
  const parties = await sql.query<PartyRow>(
    'select case_id, organisation_id, seq, capacity, alias from case_party where case_id = any($1)',
    [caseIds],
  );
  const due = await sql.query<DueRow>(
    'select case_id, clock, extract(epoch from due_at) * 1000 as due from case_due where case_id = any($1)',
    [caseIds],
  );
  const sight = await sql.query<SightRow>(
    `select case_id, audience, type, jurisdiction, rehearsal, title, status, awaits,
            extract(epoch from due_at) * 1000 as due, extract(epoch from opened_at) * 1000 as opened
     from case_sight where case_id = any($1)`,
    [caseIds],
  );
  const own = <Row extends { readonly case_id: string }>(rows: readonly Row[]): Map<string, Row[]> => {
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
      const group = groups.get(row.case_id);
      if (group === undefined) groups.set(row.case_id, [row]);
      else group.push(row);
    }
    return groups;
  };
  const [byParty, byDue, bySight] = [own(parties), own(due), own(sight)];
  return (caseId) => ({
    parties: byParty.get(caseId) ?? [],
    due: byDue.get(caseId) ?? [],
    sight: bySight.get(caseId) ?? [],
  });
}

export interface Stray {
  readonly what: 'orphan' | 'key';
  readonly case_id: string;
  readonly seq: number | null;
  readonly message: string;
}

const STRAYS = `
  select 'orphan' as what, t.case_id, min(t.seq) as seq,
         'there are transitions of a case that is not in case_file' as message
  from transition t where not exists (select from case_file c where c.id = t.case_id) group by t.case_id
  union all
  select 'orphan', p.case_id, p.seq, 'somebody is party to a case that is not in case_file'
  from case_party p where not exists (select from case_file c where c.id = p.case_id)
  union all
  select 'orphan', x.case_id, null, 'an index lists a case that is not in case_file'
  from (select case_id from case_due union select case_id from case_sight) x
  where not exists (select from case_file c where c.id = x.case_id)
  union all
  select 'orphan', i.id, null, 'this case stands nowhere: it has no position'
  from case_identity i where not exists (select from case_position p where p.case_id = i.id)
  union all
  select 'orphan', p.case_id, p.seq, 'a position of a case that is not in case_identity'
  from case_position p where not exists (select from case_identity i where i.id = p.case_id)
  union all
  select 'orphan', p.case_id, p.seq, 'a position that the case has left'
  from case_position p where exists (select from case_position n where n.case_id = p.case_id and n.seq > p.seq)
  union all
  select 'key', t.case_id, t.seq, 'an idempotency key stands with this transition, which no command made'
  from transition t
  where t.key_hash is not null
    and (t.kind in ('throttled', 'erasure') or (t.kind = 'timer' and t.payload like '%"given":{"clock":%')
         or (t.kind = 'clock' and t.text like '%"cause":{"case":%'))
  union all
  select 'key', t.case_id, t.seq, 'an idempotency key stands here without the digest of its command'
  from transition t where (t.key_hash is null) <> (t.mac is null)
  union all
  select 'orphan', t.case_id, t.seq, 'a payload without its salt, or a salt without its payload'
  from transition t where (t.salt is null) <> (t.payload is null)`;

/** Rows that belong to nothing, of the whole database or of one case. */
export async function findStrays(sql: Sql, caseId: string | undefined): Promise<readonly Stray[]> {
  const strays = `select * from (${STRAYS}) s`;
  if (caseId === undefined) return await sql.query<Stray>(`${strays} order by case_id, seq`);
  return await sql.query<Stray>(`${strays} where case_id = $1 order by seq`, [caseId]);
}
