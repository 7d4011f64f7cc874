import { canonicalJson, type CaseRow, type Party, type Sight, type Sql } from '#case-kit';
import { listFrom, paramsOf, rowsFrom, type Cell, type Column } from './columns.js';
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
  const [only, ...others] = ids;
  // A live case travels alone, and a list of one would be planned anew each time.
  if (others.length === 0) await sql.query('select from case_identity where id = $1 for no key update', [only]);
  else await sql.query('select from case_identity where id = any($1) order by id for no key update', [ids]);
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
  return sql.query<KeyRecord>('select key_hash, mac, case_id, seq from transition where key_hash = any($1)', [hashes]);
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

const POSITION: readonly Column[] = [
  ['case_id', 'text'],
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
];

function cellsOf({ row, head, coldSeq, partySeq, dueHash, sightHash, closed }: StoredCase): readonly Cell[] {
  return [
    row.id,
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

/** The head too: two records may be equally long. */
const LEFT: readonly Column[] = [
  ['id', 'text'],
  ['seq', 'bigint'],
  ['head', 'text'],
];

const TRANSITION: readonly Column[] = [
  ['case_id', 'text'],
  ['seq', 'bigint'],
  ['kind', 'text'],
  ['command', 'text'],
  ['received_at', 'bigint'],
  ['decided_at', 'bigint'],
  ['hash', 'text'],
  ['text', 'text'],
  ['salt', 'text'],
  ['payload', 'text'],
  ['key_hash', 'uuid'],
  ['mac', 'uuid'],
];

const IDENTITY: readonly Column[] = [
  ['id', 'text'],
  ['type', 'text'],
  ['jurisdiction', 'text'],
  ['root_case_id', 'text'],
  ['parent_case_id', 'text'],
  ['block_id', 'text'],
  ['rehearsal', 'boolean'],
  ['opened_at', 'bigint'],
];

const namesOf = (columns: readonly Column[]): string => columns.map(([name]) => name).join(', ');

const INSTANTS: ReadonlySet<string> = new Set(['received_at', 'decided_at']);

const RECORDED = TRANSITION.map(([name]) => (INSTANTS.has(name) ? `to_timestamp(${name} / 1000.0)` : name)).join(', ');

const FIRST_POSITION = 1 + LEFT.length;
const FIRST_TRANSITION = FIRST_POSITION + POSITION.length;
const COUNT = FIRST_TRANSITION + TRANSITION.length;

/**
 * The places that are left are named once by themselves, so that whatever plan the server chooses looks for nothing else:
 * beside a transaction that stays open a live case leaves hundreds of thousands of rows that cannot be cleaned up.
 */
const WRITE = `
with gone as (
  delete from case_position p using (${rowsFrom(LEFT, 1)}) o
  where p.case_id = any(${listFrom('text', 1)}) and p.seq = any(${listFrom('bigint', 2)})
    and p.case_id = o.id and p.seq = o.seq and p.head = o.head
  returning p.case_id),
placed as (
  insert into case_position (${namesOf(POSITION)}) ${rowsFrom(POSITION, FIRST_POSITION)}),
recorded as (
  insert into transition (${namesOf(TRANSITION)})
  select ${RECORDED} from (${rowsFrom(TRANSITION, FIRST_TRANSITION)}) r)
select case when count(*) = $${COUNT}::bigint then 1 else 1 / (count(*) - count(*)) end as all_gone from gone`;

const INSERT_CASES = `insert into case_identity (${namesOf(IDENTITY)}) ${rowsFrom(IDENTITY, 1)}`;

/**
 * Writes cases and the record of a batch in one statement (two when cases are opened). A row that is not the one that
 * was decided on fails the statement itself, because the COMMIT is already on its way.
 */
export async function writeRecord(
  sql: Sql,
  cases: readonly CaseWrite[],
  transitions: readonly TransitionRow[],
  keys: readonly KeyWrite[],
): Promise<void> {
  const opened = cases.filter(({ before }) => before === null).map(({ after }) => after);
  const left = cases.flatMap(({ before }) => (before === null ? [] : [[before.row.id, before.row.seq, before.head]]));
  const sent: Promise<unknown>[] = [];
  if (opened.length > 0) {
    const rows = opened.map(({ row }): Cell[] => [
      row.id,
      row.type,
      row.jurisdiction,
      row.rootCaseId,
      row.parentCaseId,
      row.blockId,
      row.rehearsal,
      row.openedAt,
    ]);
    sent.push(sql.query(INSERT_CASES, paramsOf(IDENTITY, rows)));
  }
  const keyOf = new Map(keys.map((key) => [`${key.caseId} ${key.seq}`, key]));
  const entries = transitions.map((t): Cell[] => {
    const key = keyOf.get(`${t.caseId} ${t.seq}`);
    return [
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
      key?.keyHash ?? null,
      key?.mac ?? null,
    ];
  });
  const written = sql.query(WRITE, [
    ...paramsOf(LEFT, left),
    ...paramsOf(
      POSITION,
      cases.map(({ after }) => cellsOf(after)),
    ),
    ...paramsOf(TRANSITION, entries),
    left.length,
  ]);
  await Promise.all([...sent, written]);
}

export function sightHashText(sight: readonly Sight[]): string {
  return canonicalJson(sight);
}
