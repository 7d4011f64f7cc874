import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '#audit';
import { listForeignKeys, listMigrations, listTables, type CarriedTable } from './catalogue.js';
import {
  DumpRefused,
  FORMAT,
  isEndLine,
  isFillerLine,
  isTableLine,
  parseLine,
  quoteName,
  type DumpHead,
  type DumpSummary,
} from './format.js';
import { readLines } from './read-lines.js';

const ROWS_AT_ONCE = 500;
const BYTES_AT_ONCE = 4_000_000;

/** A database in which one of these has a row is in use. */
const SIGNS_OF_USE = ['person', 'case_identity', 'transition', 'law_snapshot'] as const;

/**
 * Fills an unused database from the clear text of an export, in one transaction: all of it or nothing. Rows that the
 * migrations made are replaced by those of the export.
 * @throws DumpRefused when the text is not a whole export of this schema, or the database is in use.
 */
export async function readDump(pool: Pool, clearText: AsyncIterable<Uint8Array>): Promise<DumpSummary> {
  return await inTransaction(pool, 'begin', async (client) => {
    const tables = await listTables(client);
    await assertUnused(client, tables);
    const restore = await setAside(client, tables);
    const summary = await new DumpReader(client, tables).read(clearText);
    await restore();
    return summary;
  });
}

async function assertUnused(client: PoolClient, tables: readonly CarriedTable[]): Promise<void> {
  for (const name of SIGNS_OF_USE.filter((each) => tables.some((table) => table.name === each))) {
    const { rows } = await client.query(`select 1 from ${quoteName(name)} limit 1`);
    if (rows.length > 0) throw new DumpRefused(`the database is in use: there are rows in ${name}`);
  }
}

/** Foreign keys and triggers would hold up rows that come in the order of their tables. Answers how to put them back. */
async function setAside(client: PoolClient, tables: readonly CarriedTable[]): Promise<() => Promise<void>> {
  const keys = await listForeignKeys(client);
  for (const { table, name } of keys) {
    await client.query(`alter table ${quoteName(table)} drop constraint ${quoteName(name)}`);
  }
  for (const { name } of tables) {
    await client.query(`alter table ${quoteName(name)} disable trigger user`);
    await client.query(`delete from ${quoteName(name)}`);
  }
  return async () => {
    for (const { name } of tables) await client.query(`alter table ${quoteName(name)} enable trigger user`);
    for (const { table, name, definition } of keys) {
      await client.query(`alter table ${quoteName(table)} add constraint ${quoteName(name)} ${definition}`);
    }
  };
}

/** Reads one export into the tables of one transaction. */
class DumpReader {
  private readonly hash = createHash('sha256');
  private readonly taken = new Set<string>();
  private table: { readonly into: CarriedTable; readonly columns: readonly string[] } | undefined;
  private lines: string[] = [];
  private bytes = 0;
  private rows = 0;

  constructor(
    private readonly client: PoolClient,
    private readonly tables: readonly CarriedTable[],
  ) {}

  async read(clearText: AsyncIterable<Uint8Array>): Promise<DumpSummary> {
    let number = 0;
    let head: DumpHead | undefined;
    let isWhole = false;
    for await (const { text, bytes } of readLines(clearText)) {
      number += 1;
      if (isWhole) throw new DumpRefused('something follows the end of the export');
      const value = parseLine(text, number);
      if (head === undefined) head = await this.checkHead(value);
      else if (isEndLine(value)) isWhole = await this.finish(value.$end);
      else if (isTableLine(value)) await this.begin(value);
      else if (!isFillerLine(value)) await this.take(text, number);
      this.hash.update(bytes);
    }
    if (head === undefined || !isWhole) throw new DumpRefused('the export is cut off: its end is missing');
    await this.setCounters();
    return { exportedAt: head.exportedAt, tables: this.taken.size };
  }

  private async checkHead(value: unknown): Promise<DumpHead> {
    const head = value as DumpHead | null;
    if (head?.format !== FORMAT || !Array.isArray(head.migrations)) {
      throw new DumpRefused(`the export is not of the format ${FORMAT}`);
    }
    const [own, theirs] = [await listMigrations(this.client), head.migrations as readonly string[]];
    const differing = [
      ...own.filter((name) => !theirs.includes(name)),
      ...theirs.filter((name) => !own.includes(name)),
    ];
    if (differing.length > 0) {
      throw new DumpRefused(
        `the export has another schema: they differ in ${differing.join(', ')}; import it with its own version`,
      );
    }
    return head;
  }

  private async begin({
    $table,
    columns,
  }: {
    readonly $table: string;
    readonly columns: readonly string[];
  }): Promise<void> {
    await this.flush();
    const into = this.tables.find(({ name }) => name === $table);
    const known = into?.columns.join() === columns.join();
    if (into === undefined || !known || this.taken.has($table)) {
      throw new DumpRefused(`the export has a table ${$table} that is not the one here`);
    }
    this.table = { into, columns };
    this.taken.add($table);
  }

  private async take(text: string, number: number): Promise<void> {
    if (this.table === undefined) throw new DumpRefused(`line ${number} of the export belongs to no table`);
    this.lines.push(text);
    this.bytes += text.length;
    this.rows += 1;
    if (this.lines.length >= ROWS_AT_ONCE || this.bytes >= BYTES_AT_ONCE) await this.flush();
  }

  /** The server reads the rows as it has written them. */
  private async flush(): Promise<void> {
    if (this.table === undefined || this.lines.length === 0) return;
    const name = quoteName(this.table.into.name);
    const columns = this.table.columns.map(quoteName).join(', ');
    await this.client.query(
      `insert into public.${name} (${columns}) overriding system value
       select ${columns} from json_populate_recordset(null::public.${name}, $1::json)`,
      [`[${this.lines.join(',')}]`],
    );
    this.lines = [];
    this.bytes = 0;
  }

  private async finish(end: { readonly rows: number; readonly sha256: string }): Promise<true> {
    await this.flush();
    if (end.sha256 !== this.hash.copy().digest('hex') || end.rows !== this.rows) {
      throw new DumpRefused(
        'the export was changed or damaged since it was written: its hash is not that of its lines',
      );
    }
    return true;
  }

  /** Counters go on after the numbers that came. */
  private async setCounters(): Promise<void> {
    for (const { name, identities } of this.tables) {
      for (const column of identities) {
        await this.client.query(
          `select setval(pg_get_serial_sequence($1, $2), max(${quoteName(column)})) from public.${quoteName(name)}
           having max(${quoteName(column)}) is not null`,
          [quoteName(name), column],
        );
      }
    }
  }
}
