import type { AnyCaseType, Sql } from '#case-kit';
import type { StoredCase } from '#engine';
import type { CaseRowsCheck } from './case-rows.js';
import type { Erasure } from './entry.js';
import type { Findings } from './finding.js';
import { followRecord, type Followed, type RecordSources } from './follow.js';
import { compareDue, compareNotes, compareParties, compareSight } from './index-drift.js';
import { comparePosition, type Position } from './position.js';
import type { CaseRows } from './verify.store.js';

export interface VerifySources extends RecordSources {
  /** Every kind of case, for the tables of their stores. */
  readonly caseTypes: readonly AnyCaseType[];
}

export interface CaseTally {
  transitions: number;
  /** Decided again. */
  redecided: number;
  /** Not decided again, because the position before them is not known. */
  skipped: number;
  erased: number;
  /** Cases whose rows in the tables of their type could not be compared. */
  rowsUnchecked: number;
}

export interface CaseToVerify {
  readonly sql: Sql;
  readonly stored: StoredCase;
  readonly erasures: ReadonlyMap<number, Erasure>;
  readonly rows: CaseRows;
  readonly rowsCheck: CaseRowsCheck | undefined;
  readonly sources: VerifySources;
  readonly findings: Findings;
  readonly tally: CaseTally;
}

/** Verifies one case: its chain and its decisions in one pass over the record, then what is stored beside it. */
export async function verifyCase(given: CaseToVerify): Promise<void> {
  const { sql, stored, erasures, sources, findings, tally } = given;
  const caseId = stored.row.id;
  const followed = await followRecord(sql, caseId, erasures, sources);
  const { report, chainEnd } = followed;
  tally.transitions += followed.transitions;
  for (const { seq, what, message } of followed.faults) findings.addTo(caseId, 'broken', what, message, seq);
  for (const { seq, what, message } of report.differences) {
    findings.addTo(caseId, what === 'logic' ? 'unavailable' : 'broken', what, message, seq);
  }
  tally.redecided += report.redecided;
  tally.skipped += report.skipped;
  tally.erased += report.erased.length;
  compareEnd(given, chainEnd);
  if (report.position === null || report.caseType === null || stored.row.seq !== chainEnd.seq) return;
  await compareStored(given, followed, report.position, report.caseType);
}

/** The case knows how many transitions it has and the hash of the newest: that is how a lost end is seen. */
function compareEnd({ stored, findings }: CaseToVerify, end: { readonly head: string; readonly seq: number }): void {
  const { id, seq } = stored.row;
  if (seq > end.seq) {
    const rest = seq - end.seq === 1 ? `transition ${seq} is` : `transitions ${end.seq + 1} to ${seq} are`;
    findings.addTo(id, 'broken', 'missing', `${rest} missing at the end of the record`, end.seq + 1);
  } else if (seq < end.seq) {
    findings.addTo(id, 'broken', 'added', `the case counts ${seq} transitions; this one is not among them`, end.seq);
  } else if (stored.head !== end.head) {
    findings.addTo(id, 'broken', 'head', 'the case names another hash as its newest', seq);
  }
}

async function compareStored(
  { stored, rows, rowsCheck, findings, tally }: CaseToVerify,
  followed: Followed,
  position: Position,
  caseType: AnyCaseType,
): Promise<void> {
  const caseId = stored.row.id;
  for (const { field, message } of comparePosition(stored, caseType, position)) {
    findings.addTo(caseId, 'broken', field, message, stored.row.seq);
  }
  const law = followed.laws.get(position.row.lawHash);
  const beside = [
    ...compareParties(rows.parties, position),
    ...compareNotes(stored, position),
    ...(law === undefined ? [] : compareDue(stored, rows.due, caseType, law, position, followed.decidedAt)),
    ...compareSight(stored, rows.sight, caseType, followed.sinceCold.length === 0 ? [position] : followed.sinceCold),
  ];
  for (const { level, what, seq, message } of beside) findings.addTo(caseId, level, what, message, seq);
  if (rowsCheck === undefined) {
    tally.rowsUnchecked += 1;
    return;
  }
  // What an erased transition wrote is not known any more.
  const erased = new Set(followed.report.erased.map(({ seq }) => seq));
  for (const { seq, message } of await rowsCheck.compare(caseType, caseId, followed.rows)) {
    if (!erased.has(seq)) findings.addTo(caseId, 'broken', 'row', message, seq);
  }
}
