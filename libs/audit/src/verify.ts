import type { LawSnapshot, Sql } from '#case-kit';
import { readCases, type StoredCase } from '#engine';
import { CaseRowsCheck, findStrayRows } from './case-rows.js';
import { verifyCase, type CaseTally, type VerifySources } from './verify-case.js';
import { Findings, type Finding } from './finding.js';
import { findStrays, readCaseIds, readCaseRows, readErasures } from './verify.store.js';

/** Runs some reads on one consistent state of the database. */
export type Snapshots = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;

export interface VerifyOptions {
  /** Only this case. */
  readonly caseId?: string;
  /** Most findings that are kept. */
  readonly limit?: number;
  /** Cases per snapshot. */
  readonly page?: number;
  readonly onProgress?: (tally: VerifyTally) => void;
}

export interface VerifyTally extends CaseTally {
  cases: number;
}

export interface VerifyReport extends Readonly<VerifyTally> {
  readonly findings: readonly Finding[];
  /** Findings beyond the limit. */
  readonly omitted: number;
}

const PAGE = 50;
const LIMIT = 10_000;

/**
 * Verifies the whole record, or one case: every hash and link, every payload against its commitment, every decision
 * made again, and everything that the engine keeps beside the record against what the record makes of it.
 *
 * What it cannot find by itself: a whole case removed with all its traces, and a record rewritten from some point to
 * its end by somebody who decides as the rules do and renews every hash. For that the head hashes must be known
 * outside this database.
 */
export async function verifyRecord(
  snapshots: Snapshots,
  sources: VerifySources,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const findings = new Findings(options.limit ?? LIMIT);
  const tally: VerifyTally = { cases: 0, transitions: 0, redecided: 0, skipped: 0, erased: 0, rowsUnchecked: 0 };
  const laws = new Map<string, LawSnapshot | undefined>();
  const loadLaw = async (hash: string): Promise<LawSnapshot | undefined> => {
    if (!laws.has(hash)) laws.set(hash, await sources.loadLaw(hash));
    return laws.get(hash);
  };
  let after = '';
  for (;;) {
    const last = await snapshots(async (sql) => {
      const ids = options.caseId === undefined ? await readCaseIds(sql, after, options.page ?? PAGE) : [options.caseId];
      await verifyPage(sql, ids, { ...sources, loadLaw }, findings, tally);
      return options.caseId === undefined ? ids.at(-1) : undefined;
    });
    options.onProgress?.(tally);
    if (last === undefined) break;
    after = last;
  }
  await snapshots(async (sql) => {
    const rows = await findStrayRows(sql, sources.caseTypes, options.caseId);
    const strays = [...(await findStrays(sql, options.caseId)), ...rows.map((row) => ({ ...row, what: 'row' }))];
    for (const { what, case_id, seq, message } of strays) {
      findings.add({ level: 'broken', what, caseId: case_id, seq, message });
    }
  });
  return { ...tally, findings: findings.list, omitted: findings.omitted };
}

async function verifyPage(
  sql: Sql,
  ids: readonly string[],
  sources: VerifySources,
  findings: Findings,
  tally: VerifyTally,
): Promise<void> {
  if (ids.length === 0) return;
  const rowsCheck = await CaseRowsCheck.prepare(sql, sources.caseTypes);
  const stored = new Map<string, StoredCase>((await readCases(sql, ids)).map((each) => [each.row.id, each]));
  const erasures = await readErasures(sql, ids);
  const rowsOf = await readCaseRows(sql, ids);
  for (const id of ids) {
    const own = stored.get(id);
    if (own === undefined) {
      findings.addTo(id, 'broken', 'case', 'there is no such case in case_file');
      continue;
    }
    tally.cases += 1;
    await verifyCase({
      sql,
      stored: own,
      erasures: erasures.get(id) ?? new Map(),
      rows: rowsOf(id),
      rowsCheck,
      sources,
      findings,
      tally,
    });
  }
}
