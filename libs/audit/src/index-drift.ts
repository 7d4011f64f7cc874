import {
  canonicalJson,
  LawReader,
  sha256Hex,
  type AnyCaseType,
  type LawSnapshot,
  type Party,
  type Sight,
} from '#case-kit';
import { dateOf, dueEventsOf, sightOf, type StoredCase } from '#engine';
import { isClosed, type Position } from './position.js';
import type { CaseRows, SightRow } from './verify.store.js';

/** A difference between what the engine keeps beside the record and what the record makes of it. */
export interface SideDifference {
  readonly level: 'broken' | 'drift';
  readonly what: string;
  readonly seq: number | null;
  readonly message: string;
}

const drift = (what: string, message: string): SideDifference => ({ level: 'drift', what, seq: null, message });

/** Parties decide who may see and do what, so a difference is no mere drift of an index. */
export function compareParties(rows: CaseRows['parties'], position: Position): SideDifference[] {
  const idOf = (seq: number, organisationId: string): string => `${seq}\n${organisationId}`;
  const stored = new Map(rows.map((row) => [idOf(row.seq, row.organisation_id), row]));
  const differences: SideDifference[] = [];
  const differ = (seq: number, message: string): void => {
    differences.push({ level: 'broken', what: 'party', seq, message });
  };
  for (const { seq, party } of position.parties) {
    const row = stored.get(idOf(seq, party.organisationId));
    stored.delete(idOf(seq, party.organisationId));
    if (row === undefined) differ(seq, `its party ${party.organisationId} is missing`);
    else if (row.capacity !== party.capacity || row.alias !== party.alias) {
      differ(seq, `capacity or alias of its party ${party.organisationId} was changed`);
    }
  }
  for (const row of stored.values()) differ(row.seq, `it made no party of ${row.organisation_id}, but a row says so`);
  return differences;
}

/** The index of deadlines, and the hash by which the engine knows whether to write it. */
export function compareDue(
  stored: StoredCase,
  rows: CaseRows['due'],
  caseType: AnyCaseType,
  law: LawSnapshot,
  position: Position,
  now: number,
): SideDifference[] {
  const { row } = position;
  const reader = new LawReader(law, row.anchors, dateOf(row.clockAt ?? now));
  // A rehearsal's deadlines wait for its own clock and are never indexed.
  const due = row.rehearsal ? [] : dueEventsOf(caseType, row, reader, isClosed(caseType, position));
  const listOf = (events: readonly { clock: string; at: number }[]): string[] =>
    [...new Set(events.map(({ clock, at }) => `${clock} at ${new Date(at).toISOString()}`))].sort();
  const should = listOf(due);
  const is = rows.map(({ clock, due: at }) => `${clock} at ${instantOf(Number(at))}`).sort();
  const differences: SideDifference[] = [];
  if (is.join('\n') !== should.join('\n')) {
    differences.push(drift('due', `the index of deadlines says ${list(is)}, the record makes it ${list(should)}`));
  }
  if (stored.dueHash !== sha256Hex(canonicalJson(due.map(({ clock, at }) => [clock, at])))) {
    differences.push(drift('due', 'the hash of its deadlines is not that of its record'));
  }
  return differences;
}

const list = (items: readonly string[]): string => (items.length === 0 ? 'none' : items.join(', '));

function instantOf(at: number): string {
  return Number.isInteger(at) ? new Date(at).toISOString() : `${at} ms`;
}

function sightText(sight: Sight, position: Position): string {
  const { row } = position;
  return canonicalJson([
    sight.audience,
    row.type,
    row.jurisdiction,
    row.rehearsal,
    sight.title,
    sight.status,
    sight.awaits,
    sight.dueAt,
    row.openedAt,
  ]);
}

function storedSightText(row: SightRow): string {
  return canonicalJson([
    row.audience,
    row.type,
    row.jurisdiction,
    row.rehearsal,
    row.title,
    row.status,
    row.awaits,
    row.due === null ? null : Number(row.due),
    Number(row.opened),
  ]);
}

/** Parties of one transition stand in the order of its effects in memory, and by organisation once read again. */
function inOrderOfEffects(position: Position): readonly Party[] {
  return [...new Map(position.parties.map(({ party }) => [party.organisationId, party])).values()];
}

/** What audiences see of a position, as texts that can be compared with the rows. */
function expectSight(
  caseType: AnyCaseType,
  position: Position,
): { readonly rows: string[]; readonly hashes: string[] } {
  const sight = sightOf(caseType, position.row, position.current);
  const unread = sightOf(caseType, position.row, inOrderOfEffects(position));
  return {
    rows: sight.map((each) => sightText(each, position)).sort(),
    hashes: [sight, unread].map((each) => sha256Hex(canonicalJson(each))),
  };
}

/**
 * The index of who sees what. Hot commands leave it alone, so it shows the case as it stood at the last cold
 * transition, or at any later one that was written together with it.
 */
export function compareSight(
  stored: StoredCase,
  rows: CaseRows['sight'],
  caseType: AnyCaseType,
  sinceCold: readonly Position[],
): SideDifference[] {
  const is = rows.map(storedSightText).sort().join('\n');
  let rowsFit = false;
  let hashFits = false;
  for (const position of sinceCold) {
    const expected = expectSight(caseType, position);
    rowsFit ||= expected.rows.join('\n') === is;
    hashFits ||= expected.hashes.includes(stored.sightHash);
    if (rowsFit && hashFits) return [];
  }
  return [
    ...(rowsFit ? [] : [drift('sight', 'the index of who sees the case is not what its record makes of it')]),
    ...(hashFits ? [] : [drift('sight', 'the hash of its sight is not that of its record')]),
  ];
}

/** The engine's own notes on a case; a wrong one makes it reuse or reload facts at the wrong moment. */
export function compareNotes(stored: StoredCase, position: Position): SideDifference[] {
  const notes = [
    ['cold_seq', stored.coldSeq, position.coldSeq],
    ['party_seq', stored.partySeq, position.partySeq],
  ] as const;
  return notes
    .filter(([, is, should]) => is !== should)
    .map(([name, is, should]) => drift('notes', `${name} is ${is}, by its record ${should}`));
}
