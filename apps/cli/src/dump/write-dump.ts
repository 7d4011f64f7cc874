import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Pool } from 'pg';
import { inTransaction } from '#audit';
import { listMigrations, listTables } from './catalogue.js';
import { writeClearText } from './clear-text.js';
import { DumpRefused, FORMAT, type DumpSummary } from './format.js';
import type { Layer } from './keys.js';
import { sealLayers } from './layers.js';

export interface WrittenDump extends DumpSummary {
  /** Of the file as it lies there, which anybody can compare without a key. */
  readonly sha256: string;
}

/**
 * Writes every table, as one snapshot of the running database sees it, into a new encrypted file that its owner alone
 * can read. The file appears under its name only when it is whole, and what is written before is encrypted as well.
 * @throws DumpRefused when the file exists.
 */
export async function writeDump(pool: Pool, path: string, layers: readonly Layer[]): Promise<WrittenDump> {
  if (existsSync(path)) throw new DumpRefused(`${path} exists already`);
  const unfinished = `${path}.part`;
  await rm(unfinished, { force: true });
  const file = await open(unfinished, 'wx', 0o600);
  try {
    const written = await writeSnapshot(pool, file, layers);
    await file.sync();
    await file.close();
    await rename(unfinished, path);
    return written;
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function writeSnapshot(pool: Pool, file: FileHandle, layers: readonly Layer[]): Promise<WrittenDump> {
  return await inTransaction(pool, 'begin isolation level repeatable read read only', async (client) => {
    // The server's text of an instant depends on this setting, and two exports should not.
    await client.query(`set local timezone to 'UTC'`);
    const { rows } = await client.query<{ now: Date }>('select now() as now');
    const exportedAt = rows[0]?.now.toISOString() ?? '';
    const migrations = await listMigrations(client);
    const tables = await listTables(client);
    const hash = createHash('sha256');
    const clearText = writeClearText(client, { format: FORMAT, exportedAt, migrations }, tables);
    for await (const piece of await sealLayers(clearText, layers)) {
      hash.update(piece);
      await file.writeFile(piece);
    }
    return { exportedAt, tables: tables.length, sha256: hash.digest('hex') };
  });
}
