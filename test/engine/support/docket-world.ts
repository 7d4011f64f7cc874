import type { Pool } from 'pg';
import pg from 'pg';
import { SYSTEM_ACTOR, type Actor, type CaseRow, type SealKey } from '#case-kit';
import {
  CaseReader,
  makeSealPair,
  openEnvelope,
  sealField,
  type CaseEngine,
  type KeyHolder,
  type Outcome,
} from '#engine';
import { FixedClock } from '#platform';
import {
  docket,
  DOCKET_TABLES,
  drawKey,
  makeActor,
  makeEngine,
  openTestDatabase,
  type EngineFixtureOptions,
  type TestDatabase,
} from '#testing';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Monday, noon in India. */
export const NOON = Date.parse('2026-03-02T12:00:00+05:30');

export const OFFICER = makeActor('central-officer');
export const SECOND = makeActor('approving-officer');
export const CHAIR = makeActor('evaluation-chair');
export const MEMBER = makeActor('evaluation-member');
export const AUDITOR = makeActor('auditor');
export const BIDDER = makeActor('bidder');
export const SYSTEM = SYSTEM_ACTOR;

export const bidderOf = (organisationId: string): Actor =>
  makeActor('bidder', { personId: `person-${organisationId}`, organisationId });

const iso = (at: number): string => new Date(at).toISOString();

/** Keeps keys in memory and remembers what it was asked to open. */
export class MemoryKeyHolder implements KeyHolder {
  readonly opened: { readonly caseId: string; readonly persons: readonly string[]; readonly ids: string[] }[] = [];
  private readonly keys = new Map<string, { readonly x: string; readonly d: string }>();

  async makeKey(): Promise<SealKey> {
    const { key, privateJwk } = makeSealPair();
    this.keys.set(key.keyId, privateJwk);
    return key;
  }

  async open(...[key, envelopes, { caseId, persons }]: Parameters<KeyHolder['open']>): Promise<Record<string, string>> {
    this.opened.push({ caseId, persons, ids: envelopes.map(({ id }) => id) });
    const jwk = this.keys.get(key.keyId);
    if (jwk === undefined) throw new Error('not a key of this holder');
    return Object.fromEntries(envelopes.map(({ id, envelope }) => [id, openEnvelope(id, envelope, jwk)]));
  }
}

/** One engine on one database with one clock, and short words for what tests do with it. */
export class DocketWorld {
  private constructor(
    readonly database: TestDatabase,
    readonly clock: FixedClock,
    readonly engine: CaseEngine,
    readonly keyHolder: MemoryKeyHolder,
  ) {}

  static async start(options: EngineFixtureOptions = {}): Promise<DocketWorld> {
    const database = await openTestDatabase();
    await runAs(database.ownerUrl, DOCKET_TABLES);
    const clock = new FixedClock(NOON);
    const keyHolder = new MemoryKeyHolder();
    const engine = makeEngine(database.pool, { caseTypes: [docket], clock, keyHolder, ...options });
    return new DocketWorld(database, clock, engine, keyHolder);
  }

  get pool(): Pool {
    return this.database.pool;
  }

  get reader(): CaseReader {
    return new CaseReader(this.pool, this.engine);
  }

  /** A second engine on the same database, as another process would have it. */
  another(options: EngineFixtureOptions = {}, pool: Pool = this.pool): CaseEngine {
    return makeEngine(pool, {
      ...this.engine.options,
      ...options,
    });
  }

  async stop(): Promise<void> {
    await this.engine.close();
    await this.database.close();
  }

  /** A draft that closes an hour from now. */
  async draft(
    more: {
      readonly subject?: string;
      readonly closesAt?: number;
      readonly graceMs?: number;
      readonly rehearsalStartsAt?: number;
      readonly actor?: Actor;
      readonly engine?: CaseEngine;
    } = {},
  ): Promise<string> {
    const startsAt = more.rehearsalStartsAt ?? this.clock.now();
    const outcome = await (more.engine ?? this.engine).open({
      caseType: 'docket',
      form: {
        subject: more.subject ?? 'Boundary stones',
        closesAt: iso(more.closesAt ?? startsAt + HOUR),
        ...(more.graceMs === undefined ? {} : { graceMs: more.graceMs }),
      },
      actor: more.actor ?? OFFICER,
      receivedAt: this.clock.now(),
      key: drawKey(),
      ...(more.rehearsalStartsAt === undefined ? {} : { rehearsalStartsAt: more.rehearsalStartsAt }),
    });
    return mustBe('accepted', outcome).caseId;
  }

  /** A docket that gathers and closes an hour from now. */
  async gathering(more: Parameters<DocketWorld['draft']>[0] = {}): Promise<string> {
    const caseId = await this.draft(more);
    await this.publish(caseId);
    return caseId;
  }

  async publish(caseId: string): Promise<void> {
    mustBe('proposed', await this.give(caseId, 'PUBLISH', {}));
    mustBe('accepted', await this.confirm(caseId));
  }

  /** Confirms the only open proposal. */
  async confirm(caseId: string, actor: Actor = SECOND): Promise<Outcome> {
    return await this.give(
      caseId,
      'engine.confirm-proposal',
      { proposalId: (await this.proposalOf(caseId)).id },
      { actor },
    );
  }

  async proposalOf(caseId: string): Promise<CaseRow['proposals'][number]> {
    const [proposal] = (await this.row(caseId)).proposals;
    if (proposal === undefined) throw new Error(`no proposal is open in ${caseId}`);
    return proposal;
  }

  async give(
    caseId: string,
    name: string,
    form: Record<string, unknown> = {},
    more: {
      readonly actor?: Actor;
      readonly at?: number;
      readonly key?: string;
      readonly mac?: string;
      readonly ifMatch?: string;
      readonly engine?: CaseEngine;
    } = {},
  ): Promise<Outcome> {
    const { engine = this.engine, actor = actorFor(name), at = this.clock.now(), key = drawKey(), ...rest } = more;
    return await engine.execute({ caseId, name, form, actor, receivedAt: at, key, ...rest }, docket);
  }

  async claim(caseId: string, organisationId: string, price: string, key = drawKey()): Promise<Outcome> {
    const { sealKey } = await this.row(caseId);
    return await this.give(
      caseId,
      'CLAIM',
      { price: sealField(sealKey as SealKey, price) },
      { actor: bidderOf(organisationId), key, mac: this.engine.keys.macOf(key, `${caseId} CLAIM`, { price }) },
    );
  }

  /** The case as stored, in the names of the contract. */
  async row(caseId: string): Promise<StoredRow> {
    const { rows } = await this.pool.query('select * from case_file where id = $1', [caseId]);
    const [row] = rows as Record<string, unknown>[];
    if (row === undefined) throw new Error(`no case ${caseId}`);
    return {
      state: row['state'],
      context: row['context'],
      seq: row['seq'],
      anchors: row['anchors'],
      holds: row['holds'],
      proposals: row['proposals'],
      sealKey: row['seal_key'],
      clockAt: row['clock_at'],
      dueThrough: row['due_through'],
      fired: row['fired'],
      closed: row['closed'],
      parentCaseId: row['parent_case_id'],
      rootCaseId: row['root_case_id'],
      rehearsal: row['rehearsal'],
      openedAt: row['opened_at'],
    } as StoredRow;
  }

  async incidents(caseId: string): Promise<{ kind: string; detail: Record<string, unknown> }[]> {
    const { rows } = await this.pool.query('select kind, detail from incident where case_id = $1 order by id', [
      caseId,
    ]);
    return rows as { kind: string; detail: Record<string, unknown> }[];
  }
}

type StoredRow = Pick<
  CaseRow<Record<string, unknown>>,
  | 'state'
  | 'context'
  | 'seq'
  | 'anchors'
  | 'holds'
  | 'proposals'
  | 'sealKey'
  | 'clockAt'
  | 'dueThrough'
  | 'fired'
  | 'parentCaseId'
  | 'rootCaseId'
  | 'rehearsal'
  | 'openedAt'
> & { readonly closed: boolean };

const ROLES_OF: Readonly<Record<string, Actor>> = {
  RAISE: BIDDER,
  CLAIM: BIDDER,
  WEIGH: CHAIR,
  PAY: makeActor('platform-operator'),
  HEAR: SYSTEM,
  SURVEY: SYSTEM,
};

function actorFor(name: string): Actor {
  return ROLES_OF[name] ?? OFFICER;
}

/** The outcome, which must be of this kind. */
export function mustBe<Kind extends Outcome['kind']>(
  kind: Kind,
  outcome: Outcome,
): Extract<Outcome, { readonly kind: Kind | 'accepted' | 'proposed' }> & {
  readonly caseId: string;
  readonly seq: number;
} {
  if (outcome.kind !== kind) throw new Error(`expected ${kind}, got ${JSON.stringify(outcome)}`);
  return outcome as ReturnType<typeof mustBe<Kind>>;
}

/** What a caller is told, without what only helps to tell it: the first answer and its repetition are the same in this. */
export function answerOf(outcome: Outcome): Record<string, unknown> {
  const { atHand, repeated, ...answer } = outcome as Record<string, unknown>;
  return answer;
}

/** Runs SQL under a login that the product does not use while it runs. */
export async function runAs(url: string, sql: string, params?: readonly unknown[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql, params === undefined ? undefined : [...params]);
  } finally {
    await client.end();
  }
}
