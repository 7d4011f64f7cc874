import type { Command, OpenCommand, Outcome } from './command.js';

interface JobHead {
  readonly caseId: string;
  readonly receivedAt: number;
  settle(outcome: Outcome): void;
  fail(error: unknown): void;
  /** How often it has been taken up; a lost connection puts it back. */
  attempts: number;
  /** The server may have committed it: only its key can tell. */
  inDoubt: boolean;
}

interface KeyedJob extends JobHead {
  /** Of its idempotency key, as stored. */
  readonly keyHash: string;
}

export interface CommandJob extends KeyedJob {
  readonly type: 'command';
  readonly command: Command;
  readonly hot: boolean;
  readonly slow: boolean;
}

/** Opening a case; its id is drawn beforehand so that it queues like any other. */
export interface OpenJob extends KeyedJob {
  readonly type: 'open';
  readonly command: OpenCommand;
}

/** Nothing but the due events of a case. */
export interface TickJob extends JobHead {
  readonly type: 'tick';
}

export type Job = CommandJob | OpenJob | TickJob;
