import type { AnyCaseType, LawSnapshot, Sql } from '#case-kit';
import type { StoredCase, TransitionText } from '#engine';
import { collectRows, type CaseRowsCheck, type RowsByTable } from './case-rows.js';
import { Chain } from './chain.js';
import type { Erasure, RecordedEntry } from './entry.js';
import type { Findings } from './finding.js';
import { compareDue, compareNotes, compareParties, compareSight } from './index-drift.js';
import { comparePosition, type Position } from './position.js';
import { Replay, type ReplayReport } from './replay.js';
import { readFactTexts, streamEntries, type CaseRows } from './verify.store.js';

export interface VerifySources {
  /** Every kind of case, for the tables of their stores. */
  readonly caseTypes: readonly AnyCaseType[];
  readonly findLogic: (caseTypeId: string, logicVersion: string) => AnyCaseType | undefined;
  /** The law of that hash, or undefined when it is not stored; its own hash is computed from its text. */
  readonly loadLaw: (hash: string) => Promise<LawSnapshot | undefined>;
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

/** The most commands that one transaction of the engine may hold; later positions cannot have been indexed with it. */
const MOST_IN_BATCH = 1_024;
const FACTS_KEPT = 2_000;

/** What replay leaves behind for the comparisons after it. */
interface Followed {
  readonly report: ReplayReport;
  readonly chainEnd: { readonly head: string; readonly seq: number };
  readonly rows: RowsByTable;
  readonly sinceCold: readonly Position[];
  readonly laws: ReadonlyMap<string, LawSnapshot>;
  /** Instant of the newest decision, epoch milliseconds. */
  readonly decidedAt: number;
}

/** Verifies one case: its chain and its decisions in one pass over the record, then what is stored beside it. */
export async function verifyCase(given: CaseToVerify): Promise<void> {
  const { stored, findings, tally } = given;
  const caseId = stored.row.id;
  const followed = await follow(given);
  const { report, chainEnd } = followed;
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

async function follow({ sql, stored, erasures, sources, findings, tally }: CaseToVerify): Promise<Followed> {
  const caseId = stored.row.id;
  const chain = new Chain(caseId);
  const facts = new Map<string, string>();
  const laws = new Map<string, LawSnapshot>();
  const rows: RowsByTable = new Map();
  let sinceCold: Position[] = [];
  let decidedAt = 0;
  const replay = new Replay(
    caseId,
    {
      findLogic: sources.findLogic,
      findLaw: (hash) => laws.get(hash),
      findFacts: (hash) => facts.get(hash),
    },
    erasures,
    (seq, after, effects) => {
      collectRows(rows, caseId, seq, effects);
      if (after.coldSeq === seq) sinceCold = [after];
      else if (sinceCold.length < MOST_IN_BATCH) sinceCold.push(after);
    },
  );
  for await (const page of streamEntries(sql, caseId)) {
    if (facts.size > FACTS_KEPT) facts.clear();
    await loadNamed(sql, page, facts, laws, sources);
    for (const entry of page) {
      for (const { seq, what, message } of chain.take(entry)) findings.addTo(caseId, 'broken', what, message, seq);
      replay.take(entry);
      decidedAt = entry.decidedAt;
    }
    tally.transitions += page.length;
  }
  return { report: replay.report, chainEnd: chain.end, rows, sinceCold, laws, decidedAt };
}

/** Loads the facts and laws that a page of entries names, so that replay itself reads nothing. */
async function loadNamed(
  sql: Sql,
  page: readonly RecordedEntry[],
  facts: Map<string, string>,
  laws: Map<string, LawSnapshot>,
  sources: VerifySources,
): Promise<void> {
  const named = page.map(({ text }) => namesIn(text));
  const wanted = [
    ...new Set(named.flatMap(({ facts: hash }) => (hash === undefined || facts.has(hash) ? [] : [hash]))),
  ];
  if (wanted.length > 0) for (const [hash, text] of await readFactTexts(sql, wanted)) facts.set(hash, text);
  for (const hash of new Set(named.flatMap(({ law }) => law ?? []))) {
    const law = laws.has(hash) ? undefined : await sources.loadLaw(hash);
    if (law !== undefined) laws.set(hash, law);
  }
}

/** Facts and law that a text names; of a text that was destroyed, nothing. */
function namesIn(text: string): { readonly facts?: string; readonly law?: string } {
  try {
    const { facts, law } = JSON.parse(text) as Partial<TransitionText>;
    return {
      ...(typeof facts === 'string' ? { facts } : {}),
      ...(typeof law === 'string' ? { law } : {}),
    };
  } catch {
    return {};
  }
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
