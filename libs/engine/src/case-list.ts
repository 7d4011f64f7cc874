import { formatInstant, audiencesOf, type Actor, type Sql } from '#case-kit';

export type ListSort = 'opened' | 'changed' | 'due';

export interface ListFilter {
  readonly type?: string;
  readonly jurisdiction?: string;
  readonly status?: string;
  readonly rehearsal?: boolean;
  /** Only cases that wait for an act of the caller's role. */
  readonly awaitsMe?: boolean;
  /** Words of the title. */
  readonly text?: string;
}

export interface ListedCase {
  readonly id: string;
  readonly type: string;
  readonly jurisdiction: string;
  readonly rehearsal: boolean;
  readonly title: string;
  readonly status: string;
  readonly awaits: readonly string[];
  readonly dueAt: string | null;
  readonly openedAt: string;
  readonly changedAt: string;
}

/** Where a walk through a list stands. `start` is the walk's first snapshot: what moved since is shown at its end. */
export interface ListCursor {
  readonly sort: ListSort;
  readonly start: string;
  readonly phase: 'walk' | 'moved';
  readonly key: string | null;
  readonly id: string;
}

interface SightRow {
  case_id: string;
  type: string;
  jurisdiction: string;
  rehearsal: boolean;
  title: string;
  status: string;
  awaits: string[];
  due_at: Date | null;
  opened_at: Date;
  changed_at: Date;
  key: string | null;
}

/** Column, direction and text form of each sort's key. A closed list: nothing of a request reaches the SQL text. */
const SORTS = {
  opened: { column: 'opened_at', direction: 'desc', type: 'timestamptz' },
  due: { column: 'due_at', direction: 'asc', type: 'timestamptz' },
  changed: { column: 'changed_xid', direction: 'asc', type: 'xid8' },
} as const;

class Query {
  readonly params: unknown[] = [];
  bind(value: unknown): string {
    this.params.push(value);
    return `$${this.params.length}`;
  }
}

function conditionsOf(query: Query, filter: ListFilter, actor: Actor): string[] {
  const conditions: string[] = [];
  if (filter.type !== undefined) conditions.push(`s.type = ${query.bind(filter.type)}`);
  if (filter.jurisdiction !== undefined) conditions.push(`s.jurisdiction = ${query.bind(filter.jurisdiction)}`);
  if (filter.status !== undefined) conditions.push(`s.status = ${query.bind(filter.status)}`);
  if (filter.rehearsal !== undefined) conditions.push(`s.rehearsal = ${query.bind(filter.rehearsal)}`);
  if (filter.awaitsMe === true) conditions.push(`${query.bind(actor.role)} = any(s.awaits)`);
  if (filter.text !== undefined) conditions.push(`position(lower(${query.bind(filter.text)}) in lower(s.title)) > 0`);
  return conditions;
}

/** Rows after the cursor. A key that is null (no due date) sorts last. */
function afterCursor(query: Query, sort: ListSort, cursor: Pick<ListCursor, 'key' | 'id'>): string {
  const { column, direction, type } = SORTS[sort];
  const id = query.bind(cursor.id);
  if (cursor.key === null) return `(s.${column} is null and s.case_id > ${id})`;
  const key = `${query.bind(cursor.key)}::${type}`;
  if (direction === 'desc') return `(s.${column}, s.case_id) < (${key}, ${id})`;
  return `((s.${column}, s.case_id) > (${key}, ${id}) or s.${column} is null)`;
}

/**
 * One page of a sorted walk. For each audience of the caller an index is walked on its own; a case that a narrower
 * audience shows is left to that one, so that nobody is shown a case twice or through the wrong row.
 */
async function readPage(
  sql: Sql,
  actor: Actor,
  filter: ListFilter,
  sort: ListSort,
  bounds: (query: Query) => string[],
  limit: number,
): Promise<readonly SightRow[]> {
  const { column, direction } = SORTS[sort];
  const query = new Query();
  const audiences = audiencesOf(actor);
  const order = `${column} ${direction}, case_id ${direction === 'desc' ? 'desc' : 'asc'}`;
  const parts = audiences.map((audience, index) => {
    const narrower = audiences.slice(0, index);
    const conditions = [
      `s.audience = ${query.bind(audience)}`,
      ...conditionsOf(query, filter, actor),
      ...bounds(query),
    ];
    if (narrower.length > 0) {
      conditions.push(
        `not exists (select 1 from case_sight n where n.case_id = s.case_id and n.audience = any(${query.bind(narrower)}))`,
      );
    }
    return `(select s.* from case_sight s where ${conditions.join(' and ')} order by ${order} limit ${limit})`;
  });
  return await sql.query<SightRow>(
    `select *, ${column}::text as key from (${parts.join(' union all ')}) page order by ${order} limit ${limit}`,
    query.params,
  );
}

function listed(row: SightRow): ListedCase {
  return {
    id: row.case_id,
    type: row.type,
    jurisdiction: row.jurisdiction,
    rehearsal: row.rehearsal,
    title: row.title,
    status: row.status,
    awaits: row.awaits,
    dueAt: row.due_at === null ? null : formatInstant(row.due_at.getTime()),
    openedAt: formatInstant(row.opened_at.getTime()),
    changedAt: formatInstant(row.changed_at.getTime()),
  };
}

/**
 * Lists the cases that a caller may see. A walk from page to page misses no case that was there from beginning to
 * end. `opened` never moves. `changed` walks up to the oldest transaction still under way, whose rows could appear
 * behind the cursor, and ends with what lies beyond it. `due`, whose keys move, ends with what has moved since the walk
 * began. Such an end may repeat a case.
 */
export async function listCases(
  sql: Sql,
  actor: Actor,
  filter: ListFilter,
  page: { readonly sort: ListSort; readonly cursor: ListCursor | null; readonly limit: number },
): Promise<{ readonly items: readonly ListedCase[]; readonly next: ListCursor | null }> {
  const { sort, cursor, limit } = page;
  if (cursor?.phase === 'moved') return await listMoved(sql, actor, filter, sort, cursor.start, cursor, limit);
  const horizon = await snapshotHorizon(sql);
  const start = cursor?.start ?? horizon;
  const rows = await readPage(
    sql,
    actor,
    filter,
    sort,
    (query) => [
      ...(cursor === null ? [] : [afterCursor(query, sort, cursor)]),
      ...(sort === 'changed' ? [`s.changed_xid < ${query.bind(horizon)}::xid8`] : []),
    ],
    limit,
  );
  const items = rows.map(listed);
  const last = rows.at(-1);
  if (rows.length === limit && last !== undefined) {
    return { items, next: { sort, start, phase: 'walk', key: last.key, id: last.case_id } };
  }
  if (sort === 'opened' || (sort === 'due' && cursor === null)) return { items, next: null };
  const from = sort === 'changed' ? horizon : start;
  const moved = await listMoved(sql, actor, filter, sort, from, null, limit - rows.length);
  return { items: [...items, ...moved.items], next: moved.next };
}

async function snapshotHorizon(sql: Sql): Promise<string> {
  const rows = await sql.query<{ xmin: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xmin');
  return rows[0]?.xmin ?? '0';
}

async function listMoved(
  sql: Sql,
  actor: Actor,
  filter: ListFilter,
  sort: ListSort,
  start: string,
  cursor: ListCursor | null,
  limit: number,
): Promise<{ readonly items: readonly ListedCase[]; readonly next: ListCursor | null }> {
  const rows = await readPage(
    sql,
    actor,
    filter,
    'changed',
    (query) => [
      `s.changed_xid >= ${query.bind(start)}::xid8`,
      ...(cursor === null ? [] : [afterCursor(query, 'changed', cursor)]),
    ],
    limit,
  );
  const last = rows.at(-1);
  return {
    items: rows.map(listed),
    next:
      rows.length === limit && last !== undefined
        ? { sort, start, phase: 'moved', key: last.key, id: last.case_id }
        : null,
  };
}
