import type { Actor, AnyForm, Refusal } from '#case-kit';
import type { SeenCase } from './explain.js';

/** Where a command came from when another case gave it. */
export interface Cause {
  readonly caseId: string;
  readonly seq: number;
  readonly outboxId: number;
}

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

interface CommandHead {
  readonly form: AnyForm;
  readonly actor: Actor;
  /** Epoch milliseconds at which the last byte of the request had arrived. */
  readonly receivedAt: number;
  /** The caller's idempotency key: at least 16 characters that nobody else can guess. */
  readonly key: string;
  /** HMAC over key and clear body (see `CommandKeys`); made from the form when left out. */
  readonly mac?: string;
  readonly cause?: Cause;
}

/** A command to an existing case. `name` is an event of its machine or an engine command. */
export interface Command extends CommandHead {
  readonly name: string;
  readonly caseId: string;
  /** Version of the view that the caller has read; only for commands marked as edits. */
  readonly ifMatch?: string;
  /** Faults of the form, found at the edge; told only to a caller with sight and right. */
  readonly formErrors?: readonly FieldError[];
}

export interface OpenCommand extends CommandHead {
  readonly caseType: string;
  readonly formErrors?: readonly FieldError[];
  readonly parentCaseId?: string;
  /** Epoch milliseconds at which the rehearsal's own clock starts; left out for a live case. */
  readonly rehearsalStartsAt?: number;
}

/** What the committing process has at hand for the answer, so that nothing need be read again; never on a repeat. */
export interface AtHand {
  /** Hash of the transition. */
  readonly hash: string;
  /** The case as the transaction left it. */
  readonly seen: SeenCase;
}

/** What a caller is told. `seq` identifies the record's entry. */
export type Outcome =
  | {
      readonly kind: 'accepted' | 'proposed';
      readonly caseId: string;
      readonly seq: number;
      readonly repeated: boolean;
      readonly atHand?: AtHand;
    }
  | {
      readonly kind: 'refused';
      readonly status: 409 | 422;
      readonly late: boolean;
      readonly caseId: string;
      readonly seq: number;
      readonly refusals: readonly Refusal[];
      readonly repeated: boolean;
      readonly atHand?: AtHand;
    }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'forbidden'; readonly roles: readonly string[]; readonly reason: string }
  | { readonly kind: 'malformed'; readonly errors: readonly FieldError[] }
  | { readonly kind: 'precondition'; readonly required: boolean }
  | { readonly kind: 'key-reused' }
  | { readonly kind: 'unauthorised' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

type Recorded = Extract<Outcome, { readonly seq: number }>;

/** Member by member, as what is done many thousand times a second has to be made. */
export function withAtHand(outcome: Recorded, atHand: AtHand): Recorded {
  if (outcome.kind === 'refused') return { ...outcome, atHand };
  const { kind, caseId, seq, repeated } = outcome;
  return { kind, caseId, seq, repeated, atHand };
}

/** A fault of ours while deciding one command: that command fails alone, nothing of it is recorded. */
export class DecisionFault extends Error {
  constructor(
    readonly command: string,
    override readonly cause: unknown,
  ) {
    super(`deciding ${command} failed: ${cause instanceof Error ? cause.message : String(cause)}`);
    this.name = 'DecisionFault';
  }
}

/** The outcome of a command is not known (the database went away); the same key may be sent again. */
export class OutcomeUnknown extends Error {
  constructor(override readonly cause?: unknown) {
    super('the outcome is not known; repeat with the same key');
    this.name = 'OutcomeUnknown';
  }
}

/** The engine takes no more commands just now (queue full, or shutting down). Nothing was recorded. */
export class EngineBusy extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'EngineBusy';
  }
}
