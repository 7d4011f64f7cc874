import type { Actor, AnyCaseType, LawSnapshot, SealedEnvelope, SealKey, Sql } from '#case-kit';

/** Where the engine takes the law from: immutable snapshots, by hash. */
export interface LawProvider {
  /** The snapshot that new cases start under. */
  current(): LawSnapshot;
  /** A snapshot already in memory. */
  find(hash: string): LawSnapshot | undefined;
  /** Reads a snapshot that is not in memory; throws when it was never published. */
  load(hash: string): Promise<LawSnapshot>;
}

/** Who may still act: asked inside the transaction, so that a revocation holds from the next command on. */
export interface Authority {
  currentEpoch(sql: Sql): Promise<number>;
  /** Fails, and its transaction with it in the database itself, when the epoch is another than was expected. */
  assertEpoch(sql: Sql, epoch: number): Promise<void>;
  /** For each actor, whether session, person, appointment, role and territory still stand. */
  recheck(sql: Sql, actors: readonly Actor[]): Promise<readonly boolean[]>;
}

/** Keeps private keys outside the database, its backups and the environment. */
export interface KeyHolder {
  makeKey(caseId: string): Promise<SealKey>;
  /**
   * Opens envelopes of one case; each value is checked against its commitment. `purpose` is written to the holder's
   * own log before anything is opened.
   */
  open(
    key: SealKey,
    envelopes: readonly { readonly id: string; readonly envelope: SealedEnvelope }[],
    purpose: { readonly caseId: string; readonly command: string; readonly persons: readonly string[] },
  ): Promise<Readonly<Record<string, string>>>;
}

export interface EngineLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

export interface EngineOptions {
  readonly caseTypes: readonly AnyCaseType[];
  /** Hash of machine, rules and timers of one version of a case type. */
  readonly logicVersionOf: (caseTypeId: string, version: string) => string;
  readonly law: LawProvider;
  readonly authority: Authority;
  readonly keyHolder: KeyHolder;
  readonly clock: { now(): number };
  readonly log: EngineLog;
  /** Secret of the idempotency HMAC. */
  readonly commandKeySecret: Uint8Array;
  /** How long after a due instant punctual commands may still surface, milliseconds. */
  readonly graceMs: number;
  readonly lanes: number;
  /** Most commands in one transaction. */
  readonly batch: number;
  readonly queueLimit: number;
  /**
   * Why this platform may not carry live cases (generated secrets, demo accounts, the embedded database, a superuser's
   * login, a single login for everything); empty when it may. Rehearsals are always allowed.
   */
  readonly liveObstacles: readonly string[];
}
