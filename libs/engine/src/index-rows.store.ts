import type { AppliedRow, CaseRow, CaseTypeStore, DueEvent, Notice, Party, Sight, Sql } from '#case-kit';

/** Rows that follow from a case's new position: each is an index or a queue, none is ever decided from. */

export async function writeFacts(sql: Sql, texts: ReadonlyMap<string, string>): Promise<void> {
  if (texts.size === 0) return;
  await sql.query(
    'insert into fact_text (hash, text) select * from unnest($1::text[], $2::text[]) on conflict (hash) do nothing',
    [[...texts.keys()], [...texts.values()]],
  );
}

export interface PartyWrite {
  readonly caseId: string;
  readonly seq: number;
  readonly party: Party;
}

export async function writeParties(sql: Sql, writes: readonly PartyWrite[]): Promise<void> {
  if (writes.length === 0) return;
  await sql.query(
    `insert into case_party (case_id, organisation_id, seq, capacity, alias)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])`,
    [
      writes.map(({ caseId }) => caseId),
      writes.map(({ party }) => party.organisationId),
      writes.map(({ seq }) => seq),
      writes.map(({ party }) => party.capacity),
      writes.map(({ party }) => party.alias),
    ],
  );
}

export async function writeDue(sql: Sql, cases: ReadonlyMap<string, readonly DueEvent[]>): Promise<void> {
  if (cases.size === 0) return;
  const rows = [...cases].flatMap(([caseId, due]) => due.map(({ clock, at }) => ({ caseId, clock, at })));
  await Promise.all([
    sql.query('delete from case_due where case_id = any($1)', [[...cases.keys()]]),
    sql.query(
      `insert into case_due (case_id, clock, due_at)
       select distinct case_id, clock, to_timestamp(at / 1000.0)
       from unnest($1::text[], $2::text[], $3::bigint[]) as d(case_id, clock, at)`,
      [rows.map(({ caseId }) => caseId), rows.map(({ clock }) => clock), rows.map(({ at }) => at)],
    ),
  ]);
}

export async function writeSight(
  sql: Sql,
  cases: readonly { readonly row: CaseRow; readonly sight: readonly Sight[]; readonly changedAt: number }[],
): Promise<void> {
  if (cases.length === 0) return;
  const rows = cases.flatMap(({ row, sight, changedAt }) => sight.map((s) => ({ row, s, changedAt })));
  const ids = rows.map(({ row }) => row.id);
  const audiences = rows.map(({ s }) => s.audience);
  // Only rows that differ are touched: when a row changed is itself something that its audience may read.
  await Promise.all([
    sql.query(
      `delete from case_sight where case_id = any($1) and not exists (
         select 1 from unnest($2::text[], $3::text[]) as kept(case_id, audience)
         where kept.case_id = case_sight.case_id and kept.audience = case_sight.audience)`,
      [cases.map(({ row }) => row.id), ids, audiences],
    ),
    sql.query(
      `insert into case_sight (case_id, audience, type, jurisdiction, rehearsal, title, status, awaits, due_at, opened_at,
                               changed_at)
       select case_id, audience, type, jurisdiction, rehearsal, title, status,
              case when awaits = '' then '{}' else string_to_array(awaits, ' ') end,
              to_timestamp(due / 1000.0), to_timestamp(opened / 1000.0), to_timestamp(changed / 1000.0)
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[],
                   $9::bigint[], $10::bigint[], $11::bigint[])
         as s(case_id, audience, type, jurisdiction, rehearsal, title, status, awaits, due, opened, changed)
       on conflict (case_id, audience) do update
         set title = excluded.title, status = excluded.status, awaits = excluded.awaits, due_at = excluded.due_at,
             changed_at = excluded.changed_at, changed_xid = pg_current_xact_id()
         where (case_sight.title, case_sight.status, case_sight.awaits, case_sight.due_at)
           is distinct from (excluded.title, excluded.status, excluded.awaits, excluded.due_at)`,
      [
        ids,
        audiences,
        rows.map(({ row }) => row.type),
        rows.map(({ row }) => row.jurisdiction),
        rows.map(({ row }) => row.rehearsal),
        rows.map(({ s }) => s.title),
        rows.map(({ s }) => s.status),
        rows.map(({ s }) => s.awaits.join(' ')),
        rows.map(({ s }) => s.dueAt),
        rows.map(({ row }) => row.openedAt),
        rows.map(({ changedAt }) => changedAt),
      ],
    ),
  ]);
}

export interface OutboxWrite {
  readonly caseId: string;
  readonly seq: number;
  readonly effectiveAt: number;
  readonly rehearsal: boolean;
  readonly notice: Notice;
}

export interface IncidentWrite {
  readonly caseId: string;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Faults of the platform itself, written with the transitions that they touched. */
export async function writeIncidents(sql: Sql, writes: readonly IncidentWrite[]): Promise<void> {
  if (writes.length === 0) return;
  await sql.query(
    'insert into incident (case_id, kind, detail) select * from unnest($1::text[], $2::text[], $3::jsonb[])',
    [
      writes.map(({ caseId }) => caseId),
      writes.map(({ kind }) => kind),
      writes.map(({ detail }) => JSON.stringify(detail)),
    ],
  );
}

function targetOf(notice: Notice): string {
  switch (notice.kind) {
    case 'notice':
      return `audience:${notice.to}`;
    case 'command':
      return `case:${notice.caseId}`;
    case 'open':
      return `type:${notice.caseType}`;
  }
}

export async function writeOutbox(sql: Sql, writes: readonly OutboxWrite[]): Promise<void> {
  if (writes.length === 0) return;
  await sql.query(
    `with sent as (
       insert into outbox (case_id, seq, kind, target, effective_at, body)
       select case_id, seq, kind, target, effective_at, body
       from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::jsonb[])
         with ordinality as o(case_id, seq, kind, target, effective_at, body, n) order by n
       returning id, case_id, target)
     insert into outbox_pending (outbox_id, source, target) select id, case_id, target from sent`,
    [
      writes.map(({ caseId }) => caseId),
      writes.map(({ seq }) => seq),
      writes.map(({ notice }) => notice.kind),
      writes.map(({ notice }) => targetOf(notice)),
      writes.map(({ effectiveAt }) => effectiveAt),
      writes.map(({ notice, rehearsal }) => JSON.stringify({ ...notice, rehearsal })),
    ],
  );
}

export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
}

/**
 * Gives each table of a case type all rows of the batch at once, and collects the statements that it wants sent. They
 * are not run here: all writes of a batch travel together with its COMMIT, so none may wait for another's answer.
 */
export async function collectStatements(
  writes: readonly { readonly store: CaseTypeStore; readonly table: string; readonly row: AppliedRow }[],
): Promise<readonly Statement[]> {
  if (writes.length === 0) return [];
  const groups = new Map<CaseTypeStore, Map<string, AppliedRow[]>>();
  for (const { store, table, row } of writes) {
    const tables = groups.get(store) ?? new Map<string, AppliedRow[]>();
    groups.set(store, tables);
    const rows = tables.get(table);
    if (rows === undefined) tables.set(table, [row]);
    else rows.push(row);
  }
  const statements: Statement[] = [];
  const collector: Sql = {
    query: (text, params = []) => {
      statements.push({ text, params });
      return Promise.resolve([]);
    },
  };
  for (const [store, tables] of groups) {
    for (const [table, rows] of tables) {
      const apply = store.apply[table];
      if (apply === undefined) throw new Error(`the store has no table ${table}`);
      await apply(collector, rows);
    }
  }
  return statements;
}
