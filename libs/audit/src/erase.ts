import type { Pool, PoolClient } from 'pg';
import { canonicalJson, sha256Hex, type Actor, type Sql } from '#case-kit';
import { lockCases, NO_FACTS, recordTransition, type StoredCase, type TransitionRow } from '#engine';
import { ERASE, type ErasureForm } from './entry.js';
import { followRecord, type RecordSources } from './follow.js';
import { checkpointOf, type Checkpoint } from './position.js';
import { inTransaction, sqlOf } from './snapshots.js';
import { readErasures } from './verify.store.js';

/** What is to be erased, why, and on whose order. */
export interface ErasureOrder extends ErasureForm {
  readonly caseId: string;
}

export interface EraseSources extends RecordSources {
  /** The logic version under which the erasure itself is recorded. */
  readonly logicVersionOf: (caseTypeId: string) => string;
}

/** The payload is not erased; the message says why, in plain words. */
export class EraseRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EraseRefused';
  }
}

const OPAQUE_ID = /^[\w:.-]{1,64}$/;

function assertOrder({ seq, ground, by }: ErasureOrder): void {
  if (!Number.isSafeInteger(seq) || seq < 1) throw new EraseRefused('a transition is named by its number, from 1');
  if (ground.trim().length < 3 || ground.length > 300) {
    throw new EraseRefused('the legal ground must be named: act and provision, and the request or order it answers');
  }
  if (!OPAQUE_ID.test(by)) throw new EraseRefused('who orders it is named by the id of a person, not by a name');
}

/**
 * Erases payload and salt of one transition and records that in the same transaction, under the lock of the case:
 * with the legal ground, who ordered it, and where the case stood after the erased transition, so that replay can go
 * on from there. The chain stays valid, because it holds only the salted commitment.
 *
 * Only the payload goes. What a form left in the context, in the case type's rows, in facts or in notices stays, and
 * so does the context that the checkpoint keeps.
 *
 * @param pool Login of the schema's owner; the application's may not erase.
 * @throws EraseRefused when there is nothing to erase, it may not be erased, or the record up to it is not in order.
 */
export async function erasePayload(
  pool: Pool,
  order: ErasureOrder,
  sources: EraseSources,
): Promise<{ readonly seq: number; readonly hash: string }> {
  assertOrder(order);
  const { seq, hash } = await inTransaction(pool, 'begin', (client) => eraseUnderLock(client, order, sources));
  return { seq, hash };
}

async function eraseUnderLock(client: PoolClient, order: ErasureOrder, sources: EraseSources): Promise<TransitionRow> {
  const sql = sqlOf(client);
  const [stored] = await lockCases(sql, [order.caseId]);
  if (stored === undefined) throw new EraseRefused(`there is no case ${order.caseId}`);
  await assertErasable(sql, stored, order);
  const checkpoint = await findCheckpoint(sql, stored, order.seq, sources);
  const recorded = await record(sql, stored, order, checkpoint, sources);
  const [erased] = await sql.query<{ done: boolean }>('select erase_payload($1, $2) as done', [
    order.caseId,
    order.seq,
  ]);
  if (erased?.done !== true) throw new EraseRefused(`the payload of transition ${order.seq} is not there any more`);
  return recorded;
}

async function assertErasable(sql: Sql, { row }: StoredCase, { caseId, seq }: ErasureOrder): Promise<void> {
  const [found] = await sql.query<{ kind: string; there: boolean }>(
    'select kind, payload is not null as there from transition where case_id = $1 and seq = $2',
    [caseId, seq],
  );
  if (found === undefined) throw new EraseRefused(`case ${caseId} has no transition ${seq}`);
  if (!found.there) throw new EraseRefused(`the payload of transition ${seq} has been erased already`);
  if (found.kind === 'erasure') {
    throw new EraseRefused(
      `transition ${seq} records an erasure; without its payload the record could not be followed`,
    );
  }
  if (row.proposals.some((proposal) => proposal.seq === seq)) {
    throw new EraseRefused(`transition ${seq} is a proposal that waits for its second person: let it be decided first`);
  }
}

/** Where the case stood after the transition, by its record; a record that is not in order is evidence, not erased. */
async function findCheckpoint(
  sql: Sql,
  { row, head }: StoredCase,
  seq: number,
  sources: EraseSources,
): Promise<Checkpoint> {
  const erasures = (await readErasures(sql, [row.id])).get(row.id) ?? new Map();
  const { report, faults, chainEnd } = await followRecord(sql, row.id, erasures, sources, seq);
  const fault = [...faults, ...report.differences][0];
  if (fault !== undefined) {
    throw new EraseRefused(`the record is not in order, at transition ${fault.seq}: ${fault.message}`);
  }
  if (chainEnd.seq !== row.seq || chainEnd.head !== head) {
    throw new EraseRefused('the record is not in order: it does not end where the case says');
  }
  if (report.position === null) throw new EraseRefused(`the record cannot be followed to transition ${seq}`);
  return checkpointOf(report.position);
}

async function record(
  sql: Sql,
  { row, head }: StoredCase,
  { seq, ground, by }: ErasureOrder,
  checkpoint: Checkpoint,
  sources: EraseSources,
): Promise<TransitionRow> {
  const [clock] = await sql.query<{ now: number }>(
    `select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
  );
  if (clock === undefined) throw new Error('the database does not tell the time');
  const actor: Actor = {
    personId: by,
    sessionId: null,
    appointmentId: null,
    role: 'platform-operator',
    organisationId: 'platform',
    jurisdiction: null,
    epoch: 0,
  };
  const form: ErasureForm = { seq, ground, by };
  const recorded = recordTransition(
    {
      command: ERASE,
      actor,
      receivedAt: clock.now,
      decidedAt: clock.now,
      factsHash: NO_FACTS.hash,
      lawHash: row.lawHash,
      logicVersion: sources.logicVersionOf(row.type),
      cause: undefined,
      confirms: undefined,
    },
    {
      caseId: row.id,
      seq: row.seq + 1,
      kind: 'erasure',
      from: row.state,
      to: row.state,
      rules: [],
      refusals: [],
      reads: [],
      payload: { form: { ...form }, context: sha256Hex(canonicalJson(row.context)), given: { checkpoint } },
    },
    head,
  );
  await append(sql, recorded);
  return recorded;
}

async function append(sql: Sql, recorded: TransitionRow): Promise<void> {
  const { caseId, seq, kind, command, receivedAt, decidedAt, hash, text, salt, payload } = recorded;
  await sql.query('insert into fact_text (hash, text) values ($1, $2) on conflict (hash) do nothing', [
    NO_FACTS.hash,
    NO_FACTS.text,
  ]);
  await sql.query(
    `insert into transition (case_id, seq, kind, command, received_at, decided_at, hash, text, salt, payload)
     values ($1, $2, $3, $4, to_timestamp($5 / 1000.0), to_timestamp($6 / 1000.0), $7, $8, $9, $10)`,
    [caseId, seq, kind, command, receivedAt, decidedAt, hash, text, salt, payload],
  );
  await sql.query(
    `with left_behind as (delete from case_position where case_id = $1 returning *)
     insert into case_position
     select (jsonb_populate_record(null::case_position,
                                   to_jsonb(l) || jsonb_build_object('seq', $2::bigint, 'head', $3::text))).*
     from left_behind l`,
    [caseId, seq, hash],
  );
}
