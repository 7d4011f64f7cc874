import type { Pool } from 'pg';
import { describeFinding, snapshotsOf, verifyRecord } from '#audit';
import { CommandKeys, type TransitionPayload, type TransitionText } from '#engine';
import { makeRecordSources } from '../record-sources.js';
import type { SentCommand } from './journal.js';

/** One entry of the record as the database holds it. */
export interface Written {
  readonly seq: number;
  readonly kind: string;
  readonly command: string;
  readonly hash: string;
  readonly keyHash: string | null;
  readonly text: TransitionText;
  readonly payload: TransitionPayload;
}

interface WrittenRow {
  readonly seq: number;
  readonly kind: string;
  readonly command: string;
  readonly hash: string;
  readonly key_hash: string | null;
  readonly text: string;
  readonly payload: string;
}

/** What people did; the platform does the rest by itself, and without a key. */
const BY_PEOPLE = new Set(['accepted', 'proposed', 'refused', 'clock']);
const ID_LENGTH = 32;

export async function readWritten(pool: Pool, caseId: string): Promise<readonly Written[]> {
  const { rows } = await pool.query<WrittenRow>(
    'select seq, kind, command, hash, key_hash, text, payload from transition where case_id = $1 order by seq',
    [caseId],
  );
  return rows.map(({ key_hash: keyHash, text, payload, ...rest }) => ({
    ...rest,
    keyHash,
    text: JSON.parse(text) as TransitionText,
    payload: JSON.parse(payload) as TransitionPayload,
  }));
}

/** The entries are numbered without a gap, and the case knows the last of them. */
export async function checkOrder(pool: Pool, caseId: string, written: readonly Written[]): Promise<readonly string[]> {
  const findings = written.flatMap(({ seq }, index) =>
    seq === index + 1 ? [] : [`place ${index + 1} of the record is taken by number ${seq}`],
  );
  const { rows } = await pool.query<{ seq: number; head: string }>('select seq, head from case_file where id = $1', [
    caseId,
  ]);
  const [head] = rows;
  const last = written.at(-1);
  if (head === undefined || last === undefined) return [...findings, 'the case is not there'];
  if (head.seq !== last.seq || head.head !== last.hash) {
    findings.push(`the case stands at number ${head.seq}, its record ends at ${last.seq}, or with another hash`);
  }
  return findings;
}

/**
 * What was acknowledged is on the record once, as it was acknowledged, and nothing that nobody sent is on it. A command
 * that was never acknowledged may be there or not.
 */
export function checkCommands(commands: readonly SentCommand[], written: readonly Written[]): readonly string[] {
  const keys = new CommandKeys(new Uint8Array());
  const people = new Set(written.map(({ text }) => text.actor));
  const senders = new Map<string, SentCommand>();
  for (const command of commands) {
    for (const person of people) senders.set(keys.hashOf(person, command.key), command);
  }
  const entriesOf = new Map<SentCommand, Written[]>();
  const findings: string[] = [];
  for (const entry of written) {
    const sender = entry.keyHash === null ? undefined : senders.get(entry.keyHash);
    if (sender !== undefined) entriesOf.set(sender, [...(entriesOf.get(sender) ?? []), entry]);
    else if (entry.keyHash !== null || (BY_PEOPLE.has(entry.kind) && entry.text.capacity !== 'system')) {
      findings.push(`number ${entry.seq} (${entry.command}, ${entry.kind}) was sent by nobody`);
    }
  }
  for (const command of commands) findings.push(...checkCommand(command, entriesOf.get(command) ?? []));
  return findings;
}

function checkCommand({ request, acknowledgement }: SentCommand, entries: readonly Written[]): readonly string[] {
  const what = `${request.path} ${JSON.stringify(request.body)}`;
  if (entries.length > 1) return [`${what} is on the record ${entries.length} times`];
  if (acknowledgement === undefined) return [`${what} was never acknowledged`];
  const { status, transition, refusedBy } = acknowledgement;
  const [entry] = entries;
  if (transition === undefined) {
    return entry === undefined ? [] : [`${what} was answered ${status} without an entry, and has number ${entry.seq}`];
  }
  if (entry === undefined) return [`${what} was acknowledged with ${status} and is not on the record`];
  const findings: string[] = [];
  if (entry.hash.slice(0, ID_LENGTH) !== transition) {
    findings.push(`${what} was acknowledged as ${transition}, and number ${entry.seq} has the hash ${entry.hash}`);
  }
  if ((entry.kind === 'refused') !== status >= 400) {
    findings.push(`${what} was answered ${status} and is on the record as ${entry.kind}`);
  }
  const refusals = (entry.payload.refusals ?? []).map(({ rule }) => rule);
  if (status >= 400 && refusals.join() !== refusedBy.join()) {
    findings.push(`${what} was refused by ${refusedBy.join()}, on the record by ${refusals.join()}`);
  }
  const { percent } = (request.body ?? {}) as { readonly percent?: string };
  if (percent !== undefined && entry.payload.form['percent'] !== percent) {
    findings.push(`${what} is on the record with ${String(entry.payload.form['percent'])}`);
  }
  return findings;
}

/** Every hash, link and decision of the case, made again. */
export async function checkVerification(pool: Pool, caseId: string): Promise<readonly string[]> {
  const report = await verifyRecord(snapshotsOf(pool), makeRecordSources(pool), { caseId });
  const findings = report.findings.map(describeFinding);
  if (report.skipped > 0) findings.push(`${report.skipped} transitions could not be decided again`);
  return findings;
}

/** Notices wait or are delivered; none has needed its owner. */
export async function checkOutbox(pool: Pool, caseId: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ outbox_id: number; last_error: string | null }>(
    `select outbox_id, last_error from outbox_pending join outbox on outbox.id = outbox_id
      where stuck and outbox.case_id = $1`,
    [caseId],
  );
  return rows.map(({ outbox_id: id, last_error: why }) => `entry ${id} of the outbox is stuck: ${why ?? 'unknown'}`);
}
