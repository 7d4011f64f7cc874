import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { canonicalJson } from '#case-kit';
import { readCases } from '#engine';
import type { PartyRecord, Position, RecordedEntry } from '#audit';
import { LAWS, readEntries, readFacts } from './support.js';

export const CORPUS_DIRECTORY = join(import.meta.dirname, '../corpus');

/** The whole record of one case, with everything that it names, and where its case stood in the end. */
export interface RecordedCase {
  readonly story: string;
  readonly caseId: string;
  readonly type: string;
  readonly entries: readonly RecordedEntry[];
  /** Texts by hash. */
  readonly facts: Readonly<Record<string, string>>;
  readonly laws: Readonly<Record<string, string>>;
  /** Canonical JSON of the row and of the parties as they were stored. */
  readonly row: string;
  readonly parties: string;
}

export function positionTexts(position: Pick<Position, 'row' | 'parties'>): Pick<RecordedCase, 'row' | 'parties'> {
  return { row: canonicalJson(position.row), parties: canonicalJson(position.parties) };
}

/** Reads a case out of the database as the corpus keeps it. */
export async function readRecordedCase(pool: Pool, story: string, caseId: string): Promise<RecordedCase> {
  const sql = {
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...params])).rows,
  };
  const [stored] = await readCases(sql, [caseId]);
  if (stored === undefined) throw new Error(`there is no case ${caseId}`);
  const entries = await readEntries(pool, caseId);
  const named = entries.map(({ text }) => JSON.parse(text) as { facts: string; law: string });
  const facts = await readFacts(pool);
  const { rows: parties } = await pool.query<{ seq: number; organisationId: string; capacity: string; alias: string }>(
    `select seq, organisation_id as "organisationId", capacity, alias from case_party where case_id = $1
     order by seq, organisation_id`,
    [caseId],
  );
  return {
    story,
    caseId,
    type: stored.row.type,
    entries,
    facts: Object.fromEntries(
      [...new Set(named.map((each) => each.facts))].map((hash) => [hash, facts.get(hash) ?? '']),
    ),
    laws: Object.fromEntries(
      [...new Set(named.map((each) => each.law))].map((hash) => [hash, LAWS.get(hash)?.text ?? '']),
    ),
    ...positionTexts({
      row: stored.row,
      parties: parties.map(({ seq, ...party }): PartyRecord => ({ seq, party })),
    }),
  };
}

export function listCorpus(): readonly RecordedCase[] {
  return readdirSync(CORPUS_DIRECTORY)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(CORPUS_DIRECTORY, name), 'utf8')) as RecordedCase);
}
