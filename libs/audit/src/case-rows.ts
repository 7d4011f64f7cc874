import type { AnyCaseType, AppliedRow, Effect, Sql } from '#case-kit';

/** Rows that a case's decisions wrote, by table, in the order of their transitions. */
export type RowsByTable = Map<string, AppliedRow[]>;

export function collectRows(rows: RowsByTable, caseId: string, seq: number, effects: readonly Effect[]): void {
  for (const effect of effects) {
    if (effect.kind !== 'row') continue;
    const own = rows.get(effect.table) ?? [];
    own.push({ caseId, seq, row: effect.row });
    rows.set(effect.table, own);
  }
}

/** A case type's table whose rows can be written again beside it and compared. */
interface ShadowTable {
  readonly name: string;
  readonly columns: string;
}

export interface RowDifference {
  readonly seq: number;
  readonly message: string;
}

/**
 * Rows of the case types' own tables, written again from the record by the stores themselves, into temporary tables
 * that hide the real ones. The transaction then only reads: a store that writes anywhere else fails.
 */
export class CaseRowsCheck {
  private constructor(
    private readonly sql: Sql,
    private readonly tables: ReadonlyMap<string, ShadowTable>,
  ) {}

  /**
   * Prepares the transaction that `sql` is in. Answers undefined when its login may make no temporary tables: then the
   * rows cannot be checked.
   */
  static async prepare(sql: Sql, caseTypes: readonly AnyCaseType[]): Promise<CaseRowsCheck | undefined> {
    const [right] = await sql.query<{ may: boolean }>(
      `select has_database_privilege(current_database(), 'temporary') as may`,
    );
    if (right?.may !== true) return undefined;
    const found = await findTables(sql, caseTypes);
    for (const { name } of found) {
      await sql.query(
        `create temporary table ${quote(name)} (like public.${quote(name)} including all) on commit drop`,
      );
    }
    await sql.query('set local search_path to pg_temp, public');
    await sql.query('set transaction read only');
    return new CaseRowsCheck(sql, new Map(found.map((table) => [table.name, table])));
  }

  /** In what the stored rows of a case differ from those that its record makes. */
  async compare(caseType: AnyCaseType, caseId: string, rows: RowsByTable): Promise<RowDifference[]> {
    const differences: RowDifference[] = [];
    for (const [name, apply] of Object.entries(caseType.store.apply)) {
      const table = this.tables.get(name);
      if (table === undefined) continue;
      const own = rows.get(name) ?? [];
      if (own.length > 0) await apply(this.sql, own);
      differences.push(...(await this.compareTable(table, caseId)));
      if (own.length > 0) await this.sql.query(`delete from pg_temp.${quote(name)}`);
    }
    return differences;
  }

  private async compareTable({ name, columns }: ShadowTable, caseId: string): Promise<RowDifference[]> {
    const select = (schema: string): string => `select ${columns} from ${schema}.${quote(name)} where case_id = $1`;
    const differing = await this.sql.query<{ seq: number; how: string }>(
      `select seq, how from (
         select seq, 'missing' as how from (${select('pg_temp')} except all ${select('public')}) m
         union all
         select seq, 'extra' from (${select('public')} except all ${select('pg_temp')}) e) d
       order by seq, how`,
      [caseId],
    );
    const hows = new Map<number, Set<string>>();
    for (const { seq, how } of differing) hows.set(seq, (hows.get(seq) ?? new Set()).add(how));
    return [...hows].map(([seq, how]) => ({ seq, message: messageOf(name, how) }));
  }
}

/** The tables of case types, with the columns that their rows fill in from the record. */
async function findTables(sql: Sql, caseTypes: readonly AnyCaseType[]): Promise<readonly ShadowTable[]> {
  const names = [...new Set(caseTypes.flatMap(({ store }) => Object.keys(store.apply)))];
  // What a default or an identity fills in is not in the record.
  return await sql.query<ShadowTable>(
    `select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname = any($1)
       and not a.atthasdef and a.attidentity = ''
     group by c.relname having bool_or(a.attname = 'case_id') and bool_or(a.attname = 'seq')`,
    [names],
  );
}

/** Rows of the case types' tables that stand in no case of that type, in the whole database or in one case. */
export async function findStrayRows(
  sql: Sql,
  caseTypes: readonly AnyCaseType[],
  caseId: string | undefined,
): Promise<readonly { readonly case_id: string; readonly seq: number; readonly message: string }[]> {
  const tables = await findTables(sql, caseTypes);
  const strays = [];
  for (const { name } of tables) {
    const types = caseTypes.filter(({ store }) => name in store.apply).map(({ id }) => id);
    const rows = await sql.query<{ case_id: string; seq: number }>(
      `select r.case_id, min(r.seq) as seq from public.${quote(name)} r
       where not exists (select from case_file c where c.id = r.case_id and c.type = any($1))
         and ($2::text is null or r.case_id = $2)
       group by r.case_id order by r.case_id`,
      [types, caseId ?? null],
    );
    strays.push(...rows.map((row) => ({ ...row, message: `a row in ${name} stands in no case that writes there` })));
  }
  return strays;
}

function messageOf(table: string, how: ReadonlySet<string>): string {
  if (how.size > 1) return `its row in ${table} was changed`;
  return how.has('missing') ? `its row in ${table} is missing` : `a row in ${table} says that it wrote it; it did not`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
