import type { Pool } from 'pg';
import type { AnyCaseType, LawSnapshot } from '#case-kit';
import type { CaseEngine, CaseReader, FeedHub } from '#engine';
import type { Identity } from '#identity';
import type { AditConfig, Clock, Logger, LoopDelayMonitor, Secrets } from '#platform';

/** The clock as the interface reads it: with its doubt, which is part of every live answer. */
export interface WatchedClock extends Clock {
  offsetMs(): number;
  uncertaintyMs(): number;
}

/** Everything that the interface stands on, made once per process and handed in whole. */
export interface ApiParts {
  readonly config: AditConfig;
  readonly log: Logger;
  readonly clock: WatchedClock;
  readonly loopDelay: Pick<LoopDelayMonitor, 'read'>;
  readonly secrets: Secrets;
  readonly pool: Pool;
  /** Of the application's login, for what is not on the path of a command. */
  readonly databaseUrl: string;
  readonly identity: Identity;
  readonly caseTypes: readonly AnyCaseType[];
  readonly engine: CaseEngine;
  readonly reader: CaseReader;
  readonly hub: FeedHub;
  /** The law as published now, for the public calculators. */
  readonly currentLaw: () => LawSnapshot;
}

/** Injection token of the parts. */
export const PARTS = Symbol('parts of the interface');
