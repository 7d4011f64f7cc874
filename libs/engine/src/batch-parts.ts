import type { CaseTypeRegistry } from './case-type-registry.js';
import type { CommandKeys } from './command-keys.js';
import type { Outcome } from './command.js';
import type { CommandJob, Job } from './job.js';
import type { Parked } from './judge.js';
import type { EngineOptions } from './ports.js';
import type { Throttle } from './throttle.js';
import type { ColdFacts } from './working-case.js';

export type Settlement = { readonly outcome: Outcome } | { readonly parked: Parked } | { readonly error: unknown };

/** What batches share: the parts of the engine, and what need not be read again. */
export interface BatchParts {
  readonly options: EngineOptions;
  readonly keys: CommandKeys;
  readonly throttle: Throttle;
  readonly registry: CaseTypeRegistry;
  findCold(caseId: string): ColdFacts | undefined;
  keepCold(caseId: string, facts: ColdFacts): void;
  newFacts(texts: ReadonlyMap<string, string>): Map<string, string>;
  keepFacts(hashes: Iterable<string>): void;
}

/** The queue of one live case, as whoever runs its batches one after another sees it. */
export interface HotTurn {
  /** The next hot command that waits, when `mayTake` agrees to it; it leaves the queue. */
  take(mayTake: (job: CommandJob) => boolean): CommandJob | undefined;
  /** Puts a command back to the head of the queue. */
  putBack(job: Job): void;
  /** Told of each batch that is committed. */
  settle(settlements: ReadonlyMap<Job, Settlement>): void;
  /** Whether other cases wait for this lane. */
  isWanted(): boolean;
  /** Answers once a command has come after it was asked, with all that came in the same turn of the loop. */
  arrival(): Promise<void>;
}
