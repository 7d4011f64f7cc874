import type { Pool } from 'pg';
import type { Actor, AnyForm, LawSnapshot } from '#case-kit';
import type { CaseEngine, EngineOptions, Outcome } from '#engine';
import { listErasures, Replay, type RecordedEntry, type ReplayReport, type ReplaySources } from '#audit';
import { drawKey, EMPTY_LAW, makeEngine, tally, type EngineFixtureOptions } from '#testing';

/** Two laws that differ by name alone: enough to adopt one. */
export const FIRST_LAW: LawSnapshot = { ...EMPTY_LAW, hash: 'first-law' };
export const SECOND_LAW: LawSnapshot = { ...EMPTY_LAW, hash: 'second-law' };

export const HOUR = 3_600_000;
/** Every story begins here, so that its instants are round. */
export const BEGIN = Date.parse('2026-01-05T10:00:00+05:30');

/** An engine whose time goes on only when the story says so. */
export interface Stage {
  readonly engine: CaseEngine;
  readonly pool: Pool;
  now: number;
  /** Gives a command as of now. */
  give(caseId: string, name: string, form: AnyForm, actor: Actor, receivedAt?: number): Promise<Outcome>;
  open(caseType: string, form: AnyForm, actor: Actor, rehearsalStartsAt?: number): Promise<string>;
  /** Lets time pass and applies what falls due on a case. */
  pass(caseId: string, ms: number): Promise<void>;
  column<T>(caseId: string, column: string): Promise<T>;
}

const laws = new Map([FIRST_LAW, SECOND_LAW].map((law) => [law.hash, law]));

export function setStage(pool: Pool, options: EngineFixtureOptions = {}): Stage {
  const clock = { now: () => stage.now };
  const law: EngineOptions['law'] = {
    current: () => FIRST_LAW,
    find: (hash) => laws.get(hash),
    load: (hash) => {
      const found = laws.get(hash);
      return found === undefined ? Promise.reject(new Error(`no law ${hash}`)) : Promise.resolve(found);
    },
  };
  const engine = makeEngine(pool, { law, ...options, clock });
  const stage: Stage = {
    engine,
    pool,
    now: BEGIN,
    give: (caseId, name, form, actor, receivedAt = stage.now) =>
      engine.execute({ caseId, name, form, actor, receivedAt, key: drawKey() }),
    open: async (caseType, form, actor, rehearsalStartsAt) => {
      const outcome = await engine.open({
        caseType,
        form,
        actor,
        receivedAt: stage.now,
        key: drawKey(),
        ...(rehearsalStartsAt === undefined ? {} : { rehearsalStartsAt }),
      });
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

export async function readEntries(pool: Pick<Pool, 'query'>, caseId: string): Promise<RecordedEntry[]> {
  const { rows } = await pool.query(
    `select t.seq, t.kind, t.command, t.received_at, t.decided_at, t.hash, t.text, p.salt, p.payload
     from transition t left join transition_payload p using (case_id, seq) where t.case_id = $1 order by t.seq`,
    [caseId],
  );
  return rows.map((row) => ({
    seq: Number(row.seq),
    kind: row.kind,
    command: row.command,
    receivedAt: row.received_at.getTime(),
    decidedAt: row.decided_at.getTime(),
    hash: row.hash,
    text: row.text,
    salt: row.salt,
    payload: row.payload,
  }));
}

export async function readFacts(pool: Pick<Pool, 'query'>): Promise<Map<string, string>> {
  const { rows } = await pool.query('select hash, text from fact_text');
  return new Map(rows.map((row) => [row.hash as string, row.text as string]));
}

export function tallySources(facts: ReadonlyMap<string, string>): ReplaySources {
  return {
    findLogic: (type, version) => (type === 'tally' && version === 'test' ? tally : undefined),
    findLaw: (hash) => laws.get(hash),
    findFacts: (hash) => facts.get(hash),
  };
}

export function replayEntries(caseId: string, entries: readonly RecordedEntry[], sources: ReplaySources): ReplayReport {
  const replay = new Replay(caseId, sources, listErasures(entries));
  for (const entry of entries) replay.take(entry);
  return replay.report;
}
