import type { Sql } from '#case-kit';

export type SeedRow = Readonly<Record<string, unknown>>;

export interface Appending {
  readonly table: 'mineral_entry' | 'block' | 'block_value' | 'tranche' | 'published_result' | 'published_round';
  /** Columns that name an entry. */
  readonly key: readonly string[];
  /** By column; all rows have the same columns, neither version nor time of recording among them. */
  readonly rows: readonly SeedRow[];
  /** Leave entries alone whose current version was recorded by somebody else than the seed. */
  readonly onlyOwn?: boolean;
}

/** Who records what a new installation starts with. */
export const SEED = 'seed';

/**
 * Appends a version of every entry that is new or says something else than its current version. Run again with the same
 * rows it does nothing. Returns how many versions were appended.
 */
export async function appendChanged(sql: Sql, { table, key, rows, onlyOwn = false }: Appending): Promise<number> {
  const [first] = rows;
  if (first === undefined) return 0;
  const columns = Object.keys(first);
  const list = (alias: string) => columns.map((column) => `${alias}.${column}`).join(', ');
  const appended = await sql.query(
    `insert into ${table} (${columns.join(', ')}, version)
     select ${list('wanted')}, coalesce(current.version, 0) + 1
     from jsonb_populate_recordset(null::${table}, $1) wanted
     left join lateral (
       select * from ${table} entry where ${key.map((column) => `entry.${column} = wanted.${column}`).join(' and ')}
       order by entry.version desc limit 1) current on true
     where (current.version is null or (${list('current')}) is distinct from (${list('wanted')}))
       ${onlyOwn ? `and (current.version is null or current.recorded_by = '${SEED}')` : ''}
     returning 1 as appended`,
    [JSON.stringify(rows)],
  );
  return appended.length;
}
