import { canonicalJson, type CaseRow, type Party, type Sight, type Sql } from '#case-kit';
import type { TransitionRow } from './record.js';

/** A case as stored: the row of decisions, and what the engine keeps beside it. */
export interface StoredCase {
  readonly row: CaseRow;
  /** Hash of the newest transition. */
  readonly head: string;
  /** Newest transition after which rows that hot commands read may differ. */
  readonly coldSeq: number;
  /** Newest transition that changed the parties; 0 when there are none. */
  readonly partySeq: number;
  readonly dueHash: string;
  readonly sightHash: string;
  readonly closed: boolean;
}

interface CaseRecord {
  id: string;
  type: string;
  machine_version: string;
  jurisdiction: string;
  anchors: Record<string, string>;
  state: CaseRow['state'];
  context: unknown;
  seq: number;
  head: string;
  cold_seq: number;
  party_seq: number;
  root_case_id: string;
  parent_case_id: string | null;
  block_id: string | null;
  rehearsal: boolean;
  clock_at: number | null;
  law_hash: string;
  opened_at: number;
  holds: CaseRow['holds'];
  proposals: CaseRow['proposals'];
  seal_key: CaseRow['sealKey'];
  fired: Record<string, number>;
  due_through: number;
  due_hash: string;
  sight_hash: string;
  closed: boolean;
}

export function storedCaseOf(record: CaseRecord): StoredCase {
  return {
    row: {
      id: record.id,
      type: record.type,
      machineVersion: record.machine_version,
      jurisdiction: record.jurisdiction,
      anchors: record.anchors,
      state: record.state,
      context: record.context,
      seq: record.seq,
      rootCaseId: record.root_case_id,
      parentCaseId: record.parent_case_id,
      blockId: record.block_id,
      rehearsal: record.rehearsal,
      clockAt: record.clock_at,
      lawHash: record.law_hash,
      openedAt: record.opened_at,
      holds: record.holds,
      proposals: record.proposals,
      sealKey: record.seal_key,
      fired: record.fired,
      dueThrough: record.due_through,
    },
    head: record.head,
    coldSeq: record.cold_seq,
    partySeq: record.party_seq,
    dueHash: record.due_hash,
    sightHash: record.sight_hash,
    closed: record.closed,
  };
}

export async function readCases(sql: Sql, ids: readonly string[]): Promise<StoredCase[]> {
  const records = await sql.query<CaseRecord>('select * from case_file where id = any($1)', [ids]);
  return records.map(storedCaseOf);
}

/**
 * Locks cases in the order of their ids, so that two processes never wait for each other in a ring, and reads them in
 * a statement of its own, which sees what was committed while the first one waited. Both are sent at once.
 */
export async function lockCases(sql: Sql, ids: readonly string[]): Promise<StoredCase[]> {
  const [, cases] = await Promise.all([lockPlaces(sql, ids), readCases(sql, ids)]);
  return cases;
}

/** Locks cases whose position is known; what is written then asks whether it still is that one. */
export async function lockPlaces(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query('select from case_identity where id = any($1) order by id for no key update', [ids]);
}

/** Share-locks cases that a decision reads, in the order of their ids. */
export async function shareCases(sql: Sql, ids: readonly string[]): Promise<StoredCase[]> {
  const locked = sql.query('select from case_identity where id = any($1) order by id for share', [ids]);
  const [, cases] = await Promise.all([locked, readCases(sql, ids)]);
  return cases;
}

export interface KeyRecord {
  readonly key_hash: string;
  readonly mac: string;
  readonly case_id: string;
  readonly seq: number;
}

export function findKeys(sql: Sql, hashes: readonly string[]): Promise<readonly KeyRecord[]> {
  return sql.query<KeyRecord>('select key_hash, mac, case_id, seq from command_key where key_hash = any($1)', [hashes]);
}

/** Current parties of cases, in the order in which they joined. */
export async function loadParties(sql: Sql, caseIds: readonly string[]): Promise<Map<string, Party[]>> {
  const rows = await sql.query<{ case_id: string; organisation_id: string; capacity: string; alias: string | null }>(
    `select case_id, organisation_id, capacity, alias from (
       select distinct on (case_id, organisation_id) *, min(seq) over (partition by case_id, organisation_id) as joined
       from case_party where case_id = any($1) order by case_id, organisation_id, seq desc) p
     order by case_id, joined, organisation_id`,
    [caseIds],
  );
  const parties = new Map<string, Party[]>(caseIds.map((id) => [id, []]));
  for (const row of rows) {
    parties.get(row.case_id)?.push({ organisationId: row.organisation_id, capacity: row.capacity, alias: row.alias });
  }
  return parties;
}

/** What a batch writes of one case. */
export interface CaseWrite {
  readonly before: StoredCase | null;
  readonly after: StoredCase;
}

export interface KeyWrite {
  readonly keyHash: string;
  readonly mac: string;
  readonly caseId: string;
  readonly seq: number;
}

const MUTABLE_COLUMNS = [
  ['machine_version', 'text'],
  ['anchors', 'jsonb'],
  ['state', 'jsonb'],
  ['context', 'jsonb'],
  ['seq', 'bigint'],
  ['head', 'text'],
  ['cold_seq', 'bigint'],
  ['party_seq', 'bigint'],
  ['clock_at', 'bigint'],
  ['law_hash', 'text'],
  ['holds', 'jsonb'],
  ['proposals', 'jsonb'],
  ['seal_key', 'jsonb'],
  ['fired', 'jsonb'],
  ['due_through', 'bigint'],
  ['due_hash', 'text'],
  ['sight_hash', 'text'],
  ['closed', 'boolean'],
] as const;

function mutableValues({ row, head, coldSeq, partySeq, dueHash, sightHash, closed }: StoredCase): unknown[] {
  return [
    row.machineVersion,
    JSON.stringify(row.anchors),
    JSON.stringify(row.state),
    JSON.stringify(row.context),
    row.seq,
    head,
    coldSeq,
    partySeq,
    row.clockAt,
    row.lawHash,
    JSON.stringify(row.holds),
    JSON.stringify(row.proposals),
    row.sealKey === null ? null : JSON.stringify(row.sealKey),
    JSON.stringify(row.fired),
    row.dueThrough,
    dueHash,
    sightHash,
    closed,
  ];
}

/** Rows as columns, for unnest. */
function columnsOf(rows: readonly (readonly unknown[])[], width: number): unknown[][] {
  const columns: unknown[][] = Array.from({ length: width }, () => []);
  for (const row of rows) row.forEach((value, index) => columns[index]?.push(value));
  return columns;
}

const names = MUTABLE_COLUMNS.map(([name]) => name);
const mutableParams = (from: number): string =>
  MUTABLE_COLUMNS.map(([, type], index) => `$${from + index}::${type}[]`).join(', ');

const FIRST_RECORD_PARAM = 3 + MUTABLE_COLUMNS.length + 1;
const p = (index: number): string => `$${FIRST_RECORD_PARAM + index}`;

const WRITE = `
with gone as (
  delete from case_position p using unnest($1::text[], $2::bigint[]) as o(id, seq)
  where p.case_id = o.id and p.seq = o.seq
  returning p.case_id),
placed as (
  insert into case_position (case_id, ${names.join(', ')})
  select * from unnest($3::text[], ${mutableParams(4)})),
recorded as (
  insert into transition (case_id, seq, kind, command, received_at, decided_at, hash, text)
  select case_id, seq, kind, command, to_timestamp(received / 1000.0), to_timestamp(decided / 1000.0), hash, text
  from unnest(${p(0)}::text[], ${p(1)}::bigint[], ${p(2)}::text[], ${p(3)}::text[], ${p(4)}::bigint[], ${p(5)}::bigint[],
              ${p(6)}::text[], ${p(7)}::text[]) as t(case_id, seq, kind, command, received, decided, hash, text)),
paid as (
  insert into transition_payload (case_id, seq, salt, payload)
  select * from unnest(${p(0)}::text[], ${p(1)}::bigint[], ${p(8)}::text[], ${p(9)}::text[])),
keyed as (
  insert into command_key (key_hash, mac, case_id, seq)
  select * from unnest(${p(10)}::uuid[], ${p(11)}::uuid[], ${p(12)}::text[], ${p(13)}::bigint[]))
select case when count(*) = ${p(14)}::bigint then 1 else 1 / (count(*) - count(*)) end as all_gone from gone`;

const INSERT_CASES = `
insert into case_identity (id, type, jurisdiction, root_case_id, parent_case_id, block_id, rehearsal, opened_at)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::bigint[])`;

/**
 * Writes cases, record, payloads and keys of a batch in one statement (two when cases are opened). A row that is not the
 * one that was decided on fails the statement itself, because the COMMIT is already on its way.
 */
export async function writeRecord(
  sql: Sql,
  cases: readonly CaseWrite[],
  transitions: readonly TransitionRow[],
  keys: readonly KeyWrite[],
): Promise<void> {
  const opened = cases.filter(({ before }) => before === null).map(({ after }) => after);
  const changed = cases.flatMap(({ before, after }) => (before === null ? [] : [{ before, after }]));
  const sent: Promise<unknown>[] = [];
  if (opened.length > 0) {
    const rows = opened.map(({ row }) => {
      return [
        row.id,
        row.type,
        row.jurisdiction,
        row.rootCaseId,
        row.parentCaseId,
        row.blockId,
        row.rehearsal,
        row.openedAt,
      ];
    });
    sent.push(sql.query(INSERT_CASES, columnsOf(rows, 8)));
  }
  const left = changed.map(({ before }) => [before.row.id, before.row.seq]);
  const placed = cases.map(({ after }) => [after.row.id, ...mutableValues(after)]);
  const entries = transitions.map((t) => [
    t.caseId,
    t.seq,
    t.kind,
    t.command,
    t.receivedAt,
    t.decidedAt,
    t.hash,
    t.text,
    t.salt,
    t.payload,
  ]);
  const keyRows = keys.map((key) => [key.keyHash, key.mac, key.caseId, key.seq]);
  const written = sql.query(WRITE, [
    ...columnsOf(left, 2),
    ...columnsOf(placed, 1 + MUTABLE_COLUMNS.length),
    ...columnsOf(entries, 10),
    ...columnsOf(keyRows, 4),
    changed.length,
  ]);
  await Promise.all([...sent, written]);
}

export function sightHashText(sight: readonly Sight[]): string {
  return canonicalJson(sight);
}
