import { createHash } from 'node:crypto';
import type { Pool } from 'pg';

export interface RecordedTransition {
  seq: number;
  kind: string;
  command: string;
  hash: string;
  text: Record<string, unknown> & { prev: string; commitment: string; received: string; failed: string[] };
  payload: Record<string, unknown> & { form: Record<string, unknown> };
}

interface StoredTransition {
  seq: number;
  kind: string;
  command: string;
  hash: string;
  text: string;
  salt: string;
  payload: string;
}

const sha256 = (...parts: (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** The record of a case, oldest first, read past the engine. */
export async function readRecord(pool: Pool, caseId: string): Promise<RecordedTransition[]> {
  return (await readStored(pool, caseId)).map(({ text, payload, ...row }) => ({
    ...row,
    text: JSON.parse(text),
    payload: JSON.parse(payload),
  }));
}

async function readStored(pool: Pool, caseId: string): Promise<StoredTransition[]> {
  const { rows } = await pool.query<StoredTransition>(
    'select seq, kind, command, hash, text, salt, payload from transition where case_id = $1 order by seq',
    [caseId],
  );
  return rows;
}

/**
 * Every fault of a case's record, in words: a gap in the order, a broken link, a hash or commitment that does not fit,
 * a head that is not the last entry. Computed here from nothing but SHA-256, so that it shares no code with the engine.
 */
export async function findChainFaults(pool: Pool, caseId: string): Promise<string[]> {
  const faults: string[] = [];
  let prev = '0'.repeat(64);
  let expected = 1;
  for (const { seq, hash, text, salt, payload } of await readStored(pool, caseId)) {
    const fields = JSON.parse(text) as { seq: number; prev: string; commitment: string; case: string };
    if (seq !== expected || fields.seq !== seq) faults.push(`${seq} stands where ${expected} should`);
    if (fields.case !== caseId) faults.push(`${seq} belongs to ${fields.case}`);
    if (sha256(text) !== hash) faults.push(`${seq} does not hash to its hash`);
    if (fields.prev !== prev) faults.push(`${seq} does not follow its predecessor`);
    if (sha256(Buffer.from(salt, 'hex'), payload) !== fields.commitment)
      faults.push(`${seq} commits to another payload`);
    prev = hash;
    expected = seq + 1;
  }
  const { rows } = await pool.query<{ head: string; seq: number }>('select head, seq from case_file where id = $1', [
    caseId,
  ]);
  if (rows[0]?.head !== prev || rows[0]?.seq !== expected - 1) faults.push('the case does not stand at its last entry');
  return faults;
}
