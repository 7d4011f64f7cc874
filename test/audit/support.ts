import type { Pool } from 'pg';
import type { Actor, AnyCaseType, AnyForm } from '#case-kit';
import {
  makeSealPair,
  openEnvelope,
  type CaseEngine,
  type Cause,
  type EngineOptions,
  type KeyHolder,
  type Outcome,
} from '#engine';
import {
  listErasures,
  Replay,
  type RecordedEntry,
  type ReplayReport,
  type ReplaySources,
  type VerifySources,
} from '#audit';
import { caseTypes, logicVersionOf } from '#case-types';
import { fairStallLaw } from '#fair-stall';
import { buildLawSnapshot, type LawBook } from '#rulebook';
import { drawKey, makeEngine, tally } from '#testing';

/** The law of the stories, and one that follows it with a larger step. */
export const FIRST_LAW = buildLawSnapshot(fairStallLaw);
export const SECOND_LAW = buildLawSnapshot(
  fairStallLaw.map((each) => (each.name === 'fair.step' ? { ...each, value: '100.00' } : each)),
);
export const LAWS: ReadonlyMap<string, LawBook> = new Map([FIRST_LAW, SECOND_LAW].map((law) => [law.hash, law]));

export const STAGE_TYPES: readonly AnyCaseType[] = [tally, ...caseTypes];

export function logicOf(caseTypeId: string): string {
  return caseTypeId === tally.id ? 'test' : logicVersionOf(caseTypeId);
}

/** Today's case types under today's logic versions, as production has them. */
export function findLogic(caseTypeId: string, logicVersion: string): AnyCaseType | undefined {
  const found = STAGE_TYPES.find(({ id }) => id === caseTypeId);
  return found !== undefined && logicOf(caseTypeId) === logicVersion ? found : undefined;
}

export const VERIFY_SOURCES: VerifySources = {
  caseTypes: STAGE_TYPES,
  findLogic,
  loadLaw: (hash) => Promise.resolve(LAWS.get(hash)),
};

/** Keeps private keys in memory, and otherwise does what the real one does. */
export function makeKeyHolder(): KeyHolder {
  const kept = new Map<string, { x: string; d: string }>();
  return {
    makeKey: () => {
      const { key, privateJwk } = makeSealPair();
      kept.set(key.keyId, privateJwk);
      return Promise.resolve(key);
    },
    open: ({ keyId }, envelopes) => {
      const own = kept.get(keyId);
      if (own === undefined) return Promise.reject(new Error(`no key ${keyId}`));
      return Promise.resolve(
        Object.fromEntries(envelopes.map(({ id, envelope }) => [id, openEnvelope(id, envelope, own)])),
      );
    },
  };
}

export const HOUR = 3_600_000;
/** Every story begins here, so that its instants are round. */
export const BEGIN = Date.parse('2026-01-05T10:00:00+05:30');

interface GiveMore {
  readonly receivedAt?: number;
  readonly ifMatch?: string;
  readonly cause?: Cause;
}

interface OpenMore {
  readonly rehearsalStartsAt?: number;
  readonly parentCaseId?: string;
  readonly cause?: Cause;
}

/** An engine whose time goes on only when the story says so. */
export interface Stage {
  readonly engine: CaseEngine;
  readonly pool: Pool;
  now: number;
  /** Gives a command as of now. */
  give(caseId: string, name: string, form: AnyForm, actor: Actor, more?: GiveMore): Promise<Outcome>;
  open(caseType: string, form: AnyForm, actor: Actor, more?: OpenMore): Promise<string>;
  /** Lets time pass and applies what falls due on a case. */
  pass(caseId: string, ms: number): Promise<void>;
  column<T>(caseId: string, column: string): Promise<T>;
}

export function setStage(pool: Pool): Stage {
  const law: EngineOptions['law'] = {
    current: () => FIRST_LAW,
    find: (hash) => LAWS.get(hash),
    load: (hash) => Promise.reject(new Error(`no law ${hash}`)),
  };
  const engine = makeEngine(pool, {
    caseTypes: STAGE_TYPES,
    logicVersionOf: logicOf,
    law,
    keyHolder: makeKeyHolder(),
    clock: { now: () => stage.now },
  });
  const stage: Stage = {
    engine,
    pool,
    now: BEGIN,
    give: (caseId, name, form, actor, more = {}) =>
      engine.execute({ caseId, name, form, actor, receivedAt: stage.now, key: drawKey(), ...more }),
    open: async (caseType, form, actor, more = {}) => {
      const outcome = await engine.open({ caseType, form, actor, receivedAt: stage.now, key: drawKey(), ...more });
      if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
      return outcome.caseId;
    },
    pass: async (caseId, ms) => {
      stage.now += ms;
      await engine.applyDue(caseId);
    },
    column: async <T>(caseId: string, column: string) => {
      const { rows } = await pool.query(`select ${column} as value from case_file where id = $1`, [caseId]);
      return rows[0].value as T;
    },
  };
  return stage;
}

/** Fails a story at once when a step does not come out as told. */
export async function expectKind(outcome: Promise<Outcome>, kind: Outcome['kind']): Promise<void> {
  const is = await outcome;
  if (is.kind !== kind) throw new Error(`expected ${kind}, got ${JSON.stringify(is)}`);
}

interface EntryRow {
  readonly seq: number;
  readonly kind: string;
  readonly command: string;
  readonly received_at: Date;
  readonly decided_at: Date;
  readonly hash: string;
  readonly text: string;
  readonly salt: string | null;
  readonly payload: string | null;
}

export async function readEntries(pool: Pick<Pool, 'query'>, caseId: string): Promise<RecordedEntry[]> {
  const { rows } = await pool.query<EntryRow>(
    `select seq, kind, command, received_at, decided_at, hash, text, salt, payload
     from transition where case_id = $1 order by seq`,
    [caseId],
  );
  return rows.map(({ received_at, decided_at, ...row }) => ({
    ...row,
    seq: Number(row.seq),
    receivedAt: received_at.getTime(),
    decidedAt: decided_at.getTime(),
  }));
}

export async function readFacts(pool: Pick<Pool, 'query'>): Promise<Map<string, string>> {
  const { rows } = await pool.query('select hash, text from fact_text');
  return new Map(rows.map((row) => [row.hash as string, row.text as string]));
}

export function sourcesWith(facts: ReadonlyMap<string, string>): ReplaySources {
  return { findLogic, findLaw: (hash) => LAWS.get(hash), findFacts: (hash) => facts.get(hash) };
}

export function replayEntries(caseId: string, entries: readonly RecordedEntry[], sources: ReplaySources): ReplayReport {
  const replay = new Replay(caseId, sources, listErasures(entries));
  for (const entry of entries) replay.take(entry);
  return replay.report;
}
