import type { AnyCaseType, LawSnapshot, Sql } from '#case-kit';
import type { TransitionText } from '#engine';
import { collectRows, type RowsByTable } from './case-rows.js';
import { Chain, type ChainFault } from './chain.js';
import type { Erasure, RecordedEntry } from './entry.js';
import type { Position } from './position.js';
import { Replay, type ReplayReport } from './replay.js';
import { readFactTexts, streamEntries } from './verify.store.js';

/** Where the record's logic and laws come from; facts are in the database beside it. */
export interface RecordSources {
  readonly findLogic: (caseTypeId: string, logicVersion: string) => AnyCaseType | undefined;
  /** The law of that hash, or undefined when it is not stored; its own hash is computed from its text. */
  readonly loadLaw: (hash: string) => Promise<LawSnapshot | undefined>;
}

/** The most commands that one transaction of the engine may hold; later positions cannot have been indexed with it. */
const MOST_IN_BATCH = 1_024;
const FACTS_KEPT = 2_000;

/** What following a record to its end (or to one transition) leaves behind. */
export interface Followed {
  readonly report: ReplayReport;
  readonly faults: readonly ChainFault[];
  readonly chainEnd: { readonly head: string; readonly seq: number };
  readonly transitions: number;
  readonly rows: RowsByTable;
  /** Positions from the last cold transition on, as many as one transaction can have written. */
  readonly sinceCold: readonly Position[];
  readonly laws: ReadonlyMap<string, LawSnapshot>;
  /** Instant of the newest decision, epoch milliseconds. */
  readonly decidedAt: number;
}

/** Goes through the record of one case once: chain and decisions together, a page at a time. */
export async function followRecord(
  sql: Sql,
  caseId: string,
  erasures: ReadonlyMap<number, Erasure>,
  sources: RecordSources,
  /** Decide again only up to this transition; the chain is followed to the end. */
  until = Number.MAX_SAFE_INTEGER,
): Promise<Followed> {
  const chain = new Chain(caseId);
  const facts = new Map<string, string>();
  const laws = new Map<string, LawSnapshot>();
  const rows: RowsByTable = new Map();
  const faults: ChainFault[] = [];
  let sinceCold: Position[] = [];
  let transitions = 0;
  let decidedAt = 0;
  const replay = new Replay(
    caseId,
    { findLogic: sources.findLogic, findLaw: (hash) => laws.get(hash), findFacts: (hash) => facts.get(hash) },
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
      faults.push(...chain.take(entry));
      if (entry.seq <= until) replay.take(entry);
      decidedAt = entry.decidedAt;
    }
    transitions += page.length;
  }
  return { report: replay.report, faults, chainEnd: chain.end, transitions, rows, sinceCold, laws, decidedAt };
}

/** Loads the facts and laws that a page of entries names, so that replay itself reads nothing. */
async function loadNamed(
  sql: Sql,
  page: readonly RecordedEntry[],
  facts: Map<string, string>,
  laws: Map<string, LawSnapshot>,
  sources: RecordSources,
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
