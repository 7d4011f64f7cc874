import {
  canonicalJson,
  sha256Hex,
  type Actor,
  type CaseRow,
  type LawRead,
  type Refusal,
  type TransitionKind,
} from '#case-kit';
import { RandomPool } from '#platform';
import type { Cause } from './command.js';

/** `prev` of the first transition of a case. */
export const GENESIS = '0'.repeat(64);

/** What was given and what it was decided on. Nothing here names or describes a person. */
export interface TransitionDraft {
  readonly command: string;
  readonly actor: Actor;
  readonly receivedAt: number;
  readonly decidedAt: number;
  readonly factsHash: string;
  readonly lawHash: string;
  readonly logicVersion: string;
  readonly cause: Cause | undefined;
  /** Sequence number and person of the proposal that this transition confirms. */
  readonly confirms: { readonly seq: number; readonly proposer: string } | undefined;
}

/** What came of it: the place in the case's record, and the decision. */
export interface TransitionResult {
  readonly caseId: string;
  readonly seq: number;
  readonly kind: TransitionKind;
  readonly from: CaseRow['state'] | null;
  readonly to: CaseRow['state'];
  readonly rules: readonly string[];
  readonly refusals: readonly Refusal[];
  readonly reads: readonly LawRead[];
  readonly payload: TransitionPayload;
}

/** Kept beside the chain; erasable. */
export interface TransitionPayload {
  readonly form: Readonly<Record<string, unknown>>;
  readonly refusals?: readonly Refusal[] | undefined;
  /** How a refusal was answered. */
  readonly status?: 409 | 422;
  readonly late?: boolean | undefined;
  /** SHA-256 of the canonical context after the transition: replay must arrive at it. */
  readonly context: string;
  readonly opened?: Readonly<Record<string, string>> | undefined;
  /** State that this transition introduced and that no decision computes: new case, seal key, proposal identity. */
  readonly given?: Readonly<Record<string, unknown>> | undefined;
}

/** The row as it goes into the table `transition`, but for the key of its command. */
export interface TransitionRow {
  readonly caseId: string;
  readonly seq: number;
  readonly kind: TransitionKind;
  readonly command: string;
  readonly receivedAt: number;
  readonly decidedAt: number;
  readonly hash: string;
  readonly text: string;
  readonly salt: string;
  readonly payload: string;
}

/** The hashed text, read back. */
export interface TransitionText {
  readonly v: 1;
  readonly case: string;
  readonly seq: number;
  readonly kind: TransitionKind;
  readonly command: string;
  readonly actor: string;
  readonly appointment: string | null;
  readonly organisation: string;
  readonly capacity: Actor['role'];
  readonly jurisdiction: string | null;
  readonly received: string;
  readonly decided: string;
  readonly from: CaseRow['state'] | null;
  readonly to: CaseRow['state'];
  readonly rules: readonly string[];
  readonly failed: readonly string[];
  readonly reads: readonly LawRead[];
  readonly facts: string;
  readonly law: string;
  readonly logic: string;
  readonly cause?: { readonly case: string; readonly seq: number };
  readonly confirms?: { readonly seq: number; readonly proposer: string };
  readonly commitment: string;
  readonly prev: string;
}

const SALT_BYTES = 32;

/** The salted commitment to a payload: SHA-256 over the salt's 32 bytes and the payload's text. */
export function commitmentOf(salt: string, payload: string): string {
  const bytes = Buffer.allocUnsafe(SALT_BYTES + Buffer.byteLength(payload));
  bytes.write(salt, 0, 'hex');
  bytes.write(payload, SALT_BYTES, 'utf8');
  return sha256Hex(bytes);
}

const salts = new RandomPool(SALT_BYTES, 'hex');

/** Writes instants, of which those of a batch are mostly alike. */
function makeInstantWriter(): (at: number) => string {
  let last = { at: Number.NaN, text: '' };
  return (at) => {
    if (at !== last.at) last = { at, text: new Date(at).toISOString() };
    return last.text;
  };
}

const writeDecided = makeInstantWriter();
const writeReceived = makeInstantWriter();

/** Seals a transition into the record: salts the payload, writes the canonical text, hashes it onto the previous hash. */
export function recordTransition(draft: TransitionDraft, result: TransitionResult, prev: string): TransitionRow {
  const { actor, cause, confirms } = draft;
  const { caseId, seq, kind } = result;
  const salt = salts.draw();
  const payload = canonicalJson(result.payload);
  // Members in order, so that writing the canonical text need not sort them; what is undefined is not written.
  const text: { readonly [Name in keyof Required<TransitionText>]: TransitionText[Name] | undefined } = {
    actor: actor.personId,
    appointment: actor.appointmentId,
    capacity: actor.role,
    case: caseId,
    cause: cause === undefined ? undefined : { case: cause.caseId, seq: cause.seq },
    command: draft.command,
    commitment: commitmentOf(salt, payload),
    confirms,
    decided: writeDecided(draft.decidedAt),
    facts: draft.factsHash,
    failed: result.refusals.map(({ rule }) => rule),
    from: result.from,
    jurisdiction: actor.jurisdiction,
    kind,
    law: draft.lawHash,
    logic: draft.logicVersion,
    organisation: actor.organisationId,
    prev,
    reads: result.reads,
    received: writeReceived(draft.receivedAt),
    rules: result.rules,
    seq,
    to: result.to,
    v: 1,
  };
  const canonical = canonicalJson(text);
  return {
    caseId,
    seq,
    kind,
    command: draft.command,
    receivedAt: draft.receivedAt,
    decidedAt: draft.decidedAt,
    hash: sha256Hex(canonical),
    text: canonical,
    salt,
    payload,
  };
}
