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

/** What a transition is made of before it is hashed. Nothing here names or describes a person. */
export interface TransitionDraft {
  readonly caseId: string;
  readonly seq: number;
  readonly kind: TransitionKind;
  readonly command: string;
  readonly actor: Actor;
  readonly receivedAt: number;
  readonly decidedAt: number;
  readonly from: CaseRow['state'] | null;
  readonly to: CaseRow['state'];
  readonly rules: readonly string[];
  readonly refusals: readonly Refusal[];
  readonly reads: readonly LawRead[];
  readonly factsHash: string;
  readonly lawHash: string;
  readonly logicVersion: string;
  readonly cause: Cause | undefined;
  /** Sequence number and person of the proposal that this transition confirms. */
  readonly confirms: { readonly seq: number; readonly proposer: string } | undefined;
  readonly payload: TransitionPayload;
}

/** Kept beside the chain; erasable. */
export interface TransitionPayload {
  readonly form: Readonly<Record<string, unknown>>;
  readonly refusals?: readonly Refusal[];
  /** How a refusal was answered. */
  readonly status?: 409 | 422;
  readonly late?: boolean;
  /** SHA-256 of the canonical context after the transition: replay must arrive at it. */
  readonly context: string;
  readonly opened?: Readonly<Record<string, string>>;
  /** State that this transition introduced and that no decision computes: new case, seal key, proposal identity. */
  readonly given?: Readonly<Record<string, unknown>>;
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

/** Seals a draft into the record: salts the payload, writes the canonical text, hashes it onto the previous hash. */
export function recordTransition(draft: TransitionDraft, prev: string): TransitionRow {
  const salt = salts.draw();
  const payload = canonicalJson(draft.payload);
  // Members in order, so that writing the canonical text need not sort them.
  const text: TransitionText = {
    actor: draft.actor.personId,
    appointment: draft.actor.appointmentId,
    capacity: draft.actor.role,
    case: draft.caseId,
    ...(draft.cause === undefined ? {} : { cause: { case: draft.cause.caseId, seq: draft.cause.seq } }),
    command: draft.command,
    commitment: commitmentOf(salt, payload),
    ...(draft.confirms === undefined ? {} : { confirms: draft.confirms }),
    decided: new Date(draft.decidedAt).toISOString(),
    facts: draft.factsHash,
    failed: draft.refusals.map(({ rule }) => rule),
    from: draft.from,
    jurisdiction: draft.actor.jurisdiction,
    kind: draft.kind,
    law: draft.lawHash,
    logic: draft.logicVersion,
    organisation: draft.actor.organisationId,
    prev,
    reads: draft.reads,
    received: new Date(draft.receivedAt).toISOString(),
    rules: draft.rules,
    seq: draft.seq,
    to: draft.to,
    v: 1,
  };
  const canonical = canonicalJson(text);
  return {
    caseId: draft.caseId,
    seq: draft.seq,
    kind: draft.kind,
    command: draft.command,
    receivedAt: draft.receivedAt,
    decidedAt: draft.decidedAt,
    hash: sha256Hex(canonical),
    text: canonical,
    salt,
    payload,
  };
}
