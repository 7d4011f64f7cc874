import type { Pool } from 'pg';

/** As the record shows it: long enough to name one entry of one case, and the beginning of its hash. */
const ID_LENGTH = 32;

export const shortenHash = (hash: string): string => hash.slice(0, ID_LENGTH);

/** The opaque id of a transition. @throws Error when the record has no such entry. */
export async function getTransitionId(pool: Pool, caseId: string, seq: number): Promise<string> {
  const { rows } = await pool.query<{ hash: string }>('select hash from transition where case_id = $1 and seq = $2', [
    caseId,
    seq,
  ]);
  if (rows[0] === undefined) throw new Error(`transition ${seq} of ${caseId} is missing from the record`);
  return shortenHash(rows[0].hash);
}
