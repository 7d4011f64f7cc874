import type { PoolClient } from 'pg';
import { MIGRATIONS_TABLE } from '#platform';

/** A table as it is carried over. */
export interface CarriedTable {
  readonly name: string;
  /** Columns whose values are carried; what the server computes or counts by its own transactions is left to it. */
  readonly columns: readonly string[];
  readonly keyColumns: readonly string[];
  /** Columns that count upwards by themselves. */
  readonly identities: readonly string[];
}

/** Every table of the product, by name; the list of migrations is the schema's own. */
export async function listTables(client: PoolClient): Promise<readonly CarriedTable[]> {
  const { rows } = await client.query<CarriedTable>(
    `select c.relname as name,
            (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
               and a.atttypid <> 'xid8'::regtype) as columns,
            coalesce((select array_agg(a.attname::text order by k.place)
             from pg_index i cross join unnest(i.indkey) with ordinality as k(number, place)
             join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
             where i.indrelid = c.oid and i.indisprimary), '{}') as "keyColumns",
            coalesce((select array_agg(a.attname::text order by a.attnum) from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
               and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null), '{}') as identities
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> $1
     order by c.relname`,
    [MIGRATIONS_TABLE],
  );
  return rows;
}

export async function listMigrations(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from ${MIGRATIONS_TABLE} order by "timestamp", id`,
  );
  return rows.map(({ name }) => name);
}

export interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

export async function listForeignKeys(client: PoolClient): Promise<readonly ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and c.relnamespace = 'public'::regnamespace order by c.relname, k.conname`,
  );
  return rows;
}
