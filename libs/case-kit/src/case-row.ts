import type { StateValue } from 'xstate';
import type { ProvisionRef } from './refusal.js';

/** A court stay or a central direction: blocks commands and stops the clocks that the case type says it stops. */
export interface Hold {
  readonly id: string;
  readonly kind: 'court-stay' | 'central-direction';
  /** Number and date of the order, as cited. */
  readonly orderReference: string;
  /** Epoch milliseconds; `until` is null while the hold has no fixed end. */
  readonly from: number;
  readonly until: number | null;
  /** When it ended in fact, null while it stands. */
  readonly releasedAt: number | null;
}

/** An act that waits for its second person. The form stays in the record of the proposing transition. */
export interface OpenProposal {
  readonly id: string;
  readonly command: string;
  /** The transition that recorded it. */
  readonly seq: number;
  readonly proposerId: string;
  readonly proposerOrganisationId: string;
  readonly proposedAt: number;
  readonly expiresAt: number;
}

/** Public half of the key to which sealed fields of this case are encrypted. */
export interface SealKey {
  readonly keyId: string;
  /** X25519 public key, base64url. */
  readonly publicKey: string;
}

/**
 * The case as a decision reads it. `context` holds only what the next decision needs; it is bounded (16 kB).
 * Instants are epoch milliseconds; anchors are dates `YYYY-MM-DD` in Asia/Kolkata.
 */
export interface CaseRow<Context = unknown> {
  readonly id: string;
  readonly type: string;
  readonly machineVersion: string;
  readonly jurisdiction: string;
  readonly anchors: Readonly<Record<string, string>>;
  readonly state: StateValue;
  readonly context: Context;
  readonly seq: number;
  readonly rootCaseId: string;
  readonly parentCaseId: string | null;
  readonly blockId: string | null;
  readonly rehearsal: boolean;
  /** A rehearsal's own clock; null on every other case. */
  readonly clockAt: number | null;
  readonly lawHash: string;
  readonly openedAt: number;
  readonly holds: readonly Hold[];
  readonly proposals: readonly OpenProposal[];
  readonly sealKey: SealKey | null;
  /** For each clock, the due instant that fired last: a due event fires once. */
  readonly fired: Readonly<Record<string, number>>;
  /** The latest due instant that has been applied: what was received before it and surfaces now is late by our fault. */
  readonly dueThrough: number;
}

/** Who takes part in a case, in which capacity, under which alias. */
export interface Party {
  readonly organisationId: string;
  readonly capacity: string;
  readonly alias: string | null;
}

/** A deadline computed from the record. */
export interface DueEvent {
  /** Name of the clock, unique in the case type, for example `applications-close`. */
  readonly clock: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The command that the system gives when it falls due. */
  readonly event: string;
  readonly ref: ProvisionRef;
  /** Which holds stop this clock, and from when it runs. Left out: nothing stops it. */
  readonly stoppedBy?: { readonly kinds: readonly Hold['kind'][]; readonly runsFrom: number };
  /** Milliseconds that punctual commands still under way get before this event fires; default: the platform's. */
  readonly graceMs?: number;
}

export const CONTEXT_LIMIT_BYTES = 16_384;
