import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '#audit';
import { listMigrations, listTables, type CarriedTable } from './catalogue.js';
import {
  DumpRefused,
  FORMAT,
  quoteName,
  type DumpHead,
  type DumpSummary,
  type EndLine,
  type TableLine,
} from './format.js';

const ROWS_AT_ONCE = 500;

/** Writes lines and keeps their count and hash. */
class DumpWriter {
  private readonly hash = createHash('sha256');
  rows = 0;

  constructor(private readonly file: FileHandle) {}

  async write(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    this.hash.update(bytes);
    await this.file.writeFile(bytes);
  }

  async end(): Promise<string> {
    const sha256 = this.hash.digest('hex');
    const end: EndLine = { $end: { rows: this.rows, sha256 } };
    await this.file.writeFile(`${JSON.stringify(end)}\n`);
    await this.file.sync();
    return sha256;
  }
}

/**
 * Writes every table, as one snapshot of the running database sees it, into a new file that its owner alone can read.
 * The file appears under its name only when it is whole.
 * @throws DumpRefused when the file exists.
 */
export async function writeDump(pool: Pool, path: string): Promise<DumpSummary> {
  if (existsSync(path)) throw new DumpRefused(`${path} exists already`);
  const unfinished = `${path}.part`;
  await rm(unfinished, { force: true });
  const file = await open(unfinished, 'wx', 0o600);
  try {
    const summary = await writeSnapshot(pool, new DumpWriter(file));
    await file.close();
    await rename(unfinished, path);
    return summary;
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function writeSnapshot(pool: Pool, writer: DumpWriter): Promise<DumpSummary> {
  return await inTransaction(pool, 'begin isolation level repeatable read read only', async (client) => {
    // The server's text of an instant depends on this setting, and two exports should not.
    await client.query(`set local timezone to 'UTC'`);
    const { rows } = await client.query<{ now: Date }>('select now() as now');
    const exportedAt = rows[0]?.now.toISOString() ?? '';
    const head: DumpHead = { format: FORMAT, exportedAt, migrations: await listMigrations(client) };
    await writer.write([JSON.stringify(head)]);
    const tables = await listTables(client);
    for (const table of tables) await writeTable(client, table, writer);
    return { exportedAt, rows: writer.rows, tables: tables.map(({ name }) => name), sha256: await writer.end() };
  });
}

/** The server writes each row itself: its numbers and instants pass through no number of ours. */
async function writeTable(client: PoolClient, table: CarriedTable, writer: DumpWriter): Promise<void> {
  const columns = table.columns.map(quoteName).join(', ');
  const order = table.keyColumns.length === 0 ? '' : ` order by ${table.keyColumns.map(quoteName).join(', ')}`;
  const line: TableLine = { $table: table.name, columns: table.columns };
  await writer.write([JSON.stringify(line)]);
  await client.query(
    `declare rows_of_table no scroll cursor for
     select row_to_json(r)::text as line from (select ${columns} from public.${quoteName(table.name)}${order}) r`,
  );
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${ROWS_AT_ONCE} from rows_of_table`);
    await writer.write(rows.map((row) => row.line));
    writer.rows += rows.length;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await client.query('close rows_of_table');
}
