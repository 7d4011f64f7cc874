import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DecisionFault, EngineBusy, type CaseEngine, type Outcome } from '#engine';
import { createCommandPool } from '#platform';
import { docket, drawKey, EMPTY_LAW, tally } from '#testing';
import { UnknownState, type AnyCaseType } from '#case-kit';
import { findChainFaults, readRecord } from '../engine/support/chain.js';
import {
  bidderOf,
  DAY,
  DocketWorld,
  HOUR,
  MEMBER,
  mustBe,
  NOON,
  OFFICER,
  runAs,
} from '../engine/support/docket-world.js';

const COUNT = 8;
/** Which of the neighbours is the broken one. */
const BROKEN = 3;

/** Numbers that make a certain part of the faulty tally throw. */
const FAULTS = [
  { by: 101, message: 'a fault in the timers' },
  { by: 102, message: 'a fault in the audiences' },
  { by: 103, message: 'a fault in the notices' },
  { by: 104, message: 'the store has no table nowhere' },
] as const;

function failOn(row: { readonly context: unknown }, fault: (typeof FAULTS)[number]): void {
  if ((row.context as { count: number }).count === fault.by) throw new Error(fault.message);
}

const faulty: AnyCaseType = {
  ...tally,
  id: 'faulty',
  plural: 'faulties',
  prefix: 'FAULTY',
  timers: (row, law) => {
    failOn(row, FAULTS[0]);
    return tally.timers(row, law);
  },
  audiences: (row, parties) => {
    failOn(row, FAULTS[1]);
    return tally.audiences(row, parties);
  },
  notices: (_transition, row) => {
    failOn(row, FAULTS[2]);
    return [];
  },
  commands: Object.fromEntries(
    Object.entries(tally.commands).map(([name, spec]) => [
      name,
      {
        ...spec,
        effects: (situation) =>
          (situation.form as { by?: number }).by === FAULTS[3].by ? [{ kind: 'row', table: 'nowhere', row: {} }] : [],
      } satisfies AnyCaseType['commands'][string],
    ]),
  ),
};

describe('a broken command', () => {
  let world: DocketWorld;
  beforeAll(async () => {
    world = await DocketWorld.start({ graceMs: 0, caseTypes: [docket, tally, faulty] });
  });
  afterAll(() => world.stop());
  beforeEach(() => world.clock.set(NOON));

  const openTally = async (caseType = 'tally'): Promise<string> => {
    const command = { caseType, form: { closesAt: NOON + HOUR }, actor: OFFICER, receivedAt: NOON, key: drawKey() };
    return mustBe('accepted', await world.engine.open(command)).caseId;
  };
  const giveTally = (caseId: string, name: string, by: number): Promise<Outcome> =>
    world.engine.execute({ caseId, name, form: { by }, actor: OFFICER, receivedAt: NOON, key: drawKey() }, tally);

  /** Gives all of them in one turn, so that they share a transaction, and checks that only the broken one failed. */
  async function giveTogether(
    cases: readonly string[],
    give: (caseId: string, isBroken: boolean) => Promise<Outcome>,
  ): Promise<unknown> {
    const before = await readRecord(world.pool, cases[BROKEN] ?? '');
    const answers = await Promise.allSettled(cases.map((caseId, index) => give(caseId, index === BROKEN)));
    for (const [index, answer] of answers.entries()) {
      if (index === BROKEN) expect(answer.status).toBe('rejected');
      else expect(answer).toMatchObject({ status: 'fulfilled', value: { kind: 'accepted' } });
    }
    for (const caseId of cases) expect(await findChainFaults(world.pool, caseId)).toEqual([]);
    expect(await readRecord(world.pool, cases[BROKEN] ?? '')).toEqual(before);
    expect(world.engine.depth).toBe(0);
    const broken = answers[BROKEN];
    return broken?.status === 'rejected' ? broken.reason : undefined;
  }

  const tallies = (caseType?: string): Promise<string[]> =>
    Promise.all(Array.from({ length: COUNT }, () => openTally(caseType)));
  const dockets = (): Promise<string[]> => Promise.all(Array.from({ length: COUNT }, () => world.gathering()));

  it('whose rule throws fails alone, as a fault of ours that names its cause', async () => {
    const cases = await tallies();
    const fault = await giveTogether(cases, (caseId, isBroken) => giveTally(caseId, isBroken ? 'BREAK' : 'SET', 1));
    expect(fault).toBeInstanceOf(DecisionFault);
    expect((fault as DecisionFault).message).toBe('deciding BREAK failed: a fault in a rule');
  });

  it('whose row breaks a constraint fails alone, and none of its rows stays', async () => {
    const cases = await dockets();
    const fault = await giveTogether(cases, (caseId, isBroken) =>
      world.give(caseId, 'NOTE', { text: isBroken ? 'forbidden' : 'fine' }),
    );
    expect(fault).toBeInstanceOf(pg.DatabaseError);
    expect((fault as pg.DatabaseError).code).toBe('23514');
    const { rows } = await world.pool.query('select case_id from docket_note where case_id = any($1)', [cases]);
    expect(rows).toHaveLength(COUNT - 1);
    mustBe('accepted', await world.give(cases[BROKEN] ?? '', 'NOTE', { text: 'fine now' }));
  });

  it('that outgrows the bound of its context fails alone', async () => {
    const cases = await tallies();
    const fault = await giveTogether(cases, (caseId, isBroken) => giveTally(caseId, 'PAD', isBroken ? 20_000 : 200));
    expect((fault as Error).message).toMatch(/PAD failed: the context would take 200\d\d bytes; the bound is 16384/);
  });

  it('whose timers, audiences, notices or facts throw fails alone', async () => {
    const cases = await tallies('faulty');
    for (const fault of FAULTS) {
      const reason = await giveTogether(cases, (caseId, isBroken) => giveTally(caseId, 'SET', isBroken ? fault.by : 1));
      expect(String(reason)).toContain(fault.message);
    }
  });

  it('whose facts cannot be read fails alone', async () => {
    const cases = await dockets();
    await runAs(world.database.ownerUrl, 'revoke select on docket_claim from adit_app');
    world.clock.set(NOON + 2 * HOUR);
    const answers = await Promise.allSettled(
      cases.map((caseId, index) => world.give(caseId, index === BROKEN ? 'WEIGH' : 'NOTE', { text: 'x' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      cases.map((_, index) => (index === BROKEN ? 'rejected' : 'fulfilled')),
    );
    await runAs(world.database.ownerUrl, 'grant select on docket_claim to adit_app');
    mustBe('proposed', await world.give(cases[BROKEN] ?? '', 'WEIGH'));
    mustBe('accepted', await world.confirm(cases[BROKEN] ?? '', MEMBER));
  });

  it('costs its neighbours nothing of their quota', async () => {
    const fee = { version: '1', value: '5', provision: { act: 'Act', provision: 's. 1' }, signed: true };
    const law = { ...EMPTY_LAW, find: (name: string) => ({ name, confidence: 'primary' as const, ...fee }) };
    const engine = world.another({ law: { current: () => law, find: () => law, load: () => Promise.resolve(law) } });
    const [caseId, broken] = [await world.gathering(), await world.gathering()];
    const [levied] = await Promise.allSettled([
      world.give(caseId, 'LEVY', {}, { engine }),
      world.give(broken, 'NOTE', { text: 'forbidden' }, { engine }),
    ]);
    expect(levied).toMatchObject({ status: 'fulfilled', value: { kind: 'accepted' } });
    mustBe('accepted', await world.give(caseId, 'LEVY', {}, { engine }));
    expect(await world.give(caseId, 'LEVY', {}, { engine })).toEqual({ kind: 'throttled', retryAfterSeconds: 3_600 });
    world.clock.set(NOON + HOUR);
    mustBe('accepted', await world.give(caseId, 'LEVY', {}, { engine }));
    await engine.close();
  });

  it('spends no key: sent again when the fault is mended, it is decided', async () => {
    const caseId = await world.gathering();
    const key = drawKey();
    await runAs(world.database.adminUrl, `update case_position set state = '"vanished"' where case_id = $1`, [caseId]);
    await expect(world.give(caseId, 'NOTE', { text: 'x' }, { key })).rejects.toThrow(UnknownState);
    await runAs(world.database.adminUrl, `update case_position set state = '"gathering"' where case_id = $1`, [caseId]);
    expect(await world.give(caseId, 'NOTE', { text: 'x' }, { key })).toMatchObject({
      kind: 'accepted',
      repeated: false,
    });
  });

  it('among hot ones on the same case fails alone', async () => {
    const caseId = await world.gathering();
    const answers = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => world.give(caseId, 'RAISE', { by: index === 20 ? 1n : 1 })),
    );
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(answers[20]?.status).toBe('rejected');
    expect((await world.row(caseId)).context).toMatchObject({ raised: 39 });
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
  });

  it('is every command on a case whose state the machine no longer knows, while its neighbours go on', async () => {
    for (const state of ['"vanished"', '{"settling":{"payment":"owed"}}', '{"settling":"owed"}']) {
      const cases = await dockets();
      const broken = cases[BROKEN] ?? '';
      await runAs(world.database.adminUrl, 'update case_position set state = $2 where case_id = $1', [broken, state]);
      expect(await giveTogether(cases, (caseId) => world.give(caseId, 'NOTE', { text: 'x' }))).toBeInstanceOf(
        UnknownState,
      );
      for (const [name, form] of [
        ['RAISE', { by: 1 }],
        ['HEAR', { word: 'x' }],
        ['engine.place-hold', { kind: 'court-stay', orderReference: 'W.P. 1' }],
        ['engine.confirm-proposal', { proposalId: 'x' }],
      ] as const) {
        await expect(world.give(broken, name, form)).rejects.toThrow(UnknownState);
      }
      await expect(world.engine.applyDue(broken)).rejects.toThrow(UnknownState);
    }
  });

  it('is every command on a case of a version that is not registered', async () => {
    const cases = await dockets();
    await runAs(world.database.adminUrl, `update case_position set machine_version = '0' where case_id = $1`, [
      cases[BROKEN],
    ]);
    const fault = await giveTogether(cases, (caseId) => world.give(caseId, 'NOTE', { text: 'x' }));
    expect((fault as Error).message).toBe('case type docket version 0 is not registered');
  });

  it('is every command under a law that was never published', async () => {
    const other = world.another({
      law: {
        ...world.engine.options.law,
        find: () => undefined,
        load: (hash) => Promise.reject(new Error(`no law ${hash}`)),
      },
    });
    const caseId = await world.gathering();
    await expect(world.give(caseId, 'NOTE', { text: 'x' }, { engine: other })).rejects.toThrow('no law empty');
    await other.close();
  });

  it('of the clock keeps its case from going on, loudly, and no other', async () => {
    const [broken, healthy] = [await world.gathering(), await world.gathering()];
    await runAs(
      world.database.ownerUrl,
      `alter table docket_note add constraint no_close check (text <> 'closed' or case_id <> '${broken}')`,
    );
    world.clock.set(NOON + 2 * HOUR);
    await expect(world.give(broken, 'NOTE', { text: 'x' })).rejects.toMatchObject({ code: '23514' });
    mustBe('accepted', await world.give(healthy, 'NOTE', { text: 'x' }));
    expect((await world.row(broken)).state).toBe('gathering');
    await runAs(world.database.ownerUrl, 'alter table docket_note drop constraint no_close');
    mustBe('accepted', await world.give(broken, 'NOTE', { text: 'x' }));
    expect((await world.row(broken)).state).toBe('weighing');
  });

  it('of a batch that is caught in a ring of locks is taken up again', async () => {
    const { name, adminUrl, appUrl } = world.database;
    await runAs(adminUrl, `alter role adit_app in database ${name} set deadlock_timeout = '20ms'`);
    const pool = createCommandPool(appUrl);
    const engine = world.another({}, pool);
    const cases = [await world.gathering(), await world.gathering(), await world.gathering()].sort();
    const [first = '', middle = '', last = ''] = cases;
    const [blocker, rival] = [
      new pg.Client({ connectionString: adminUrl }),
      new pg.Client({ connectionString: adminUrl }),
    ];
    const lock = (client: pg.Client, caseId: string): Promise<unknown> =>
      client.query('select from case_identity where id = $1 for update', [caseId]);
    for (const [client, caseId] of [
      [blocker, middle],
      [rival, last],
    ] as const) {
      await client.connect();
      await client.query('begin');
      await lock(client, caseId);
    }
    const answers = Promise.all(cases.map((caseId) => world.give(caseId, 'NOTE', { text: 'x' }, { engine })));
    // The engine has the first and waits for the blocker; the rival waits for the engine; then the engine for the rival.
    await sleep(50);
    const ring = lock(rival, first);
    await sleep(20);
    await blocker.query('commit');
    await ring;
    await rival.query('commit');
    expect((await answers).map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    await Promise.all([blocker.end(), rival.end()]);
    await engine.close();
    await pool.end();
  });

  it('of two dockets that consult each other at once is decided all the same', async () => {
    await runAs(world.database.adminUrl, `alter database ${world.database.name} set deadlock_timeout = '20ms'`);
    const pools = [0, 1].map(() => createCommandPool(world.database.appUrl));
    const engines = pools.map((pool) => world.another({}, pool));
    const [one, two] = [await world.gathering(), await world.gathering()];
    const closed = await world.gathering({ closesAt: NOON + 1 });
    world.clock.set(NOON + 1_000);
    mustBe('accepted', await world.engine.applyDue(closed));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        world.give(
          index % 2 === 0 ? one : two,
          'CONSULT',
          { other: index % 2 === 0 ? two : one },
          {
            ...(engines[index % 2] === undefined ? {} : { engine: engines[index % 2] as CaseEngine }),
          },
        ),
      ),
    );
    for (const answer of answers) expect(answer).toMatchObject({ kind: 'refused', refusals: [{ found: 'gathering' }] });
    for (const engine of engines) await engine.close();
    for (const pool of pools) await pool.end();
  });
});

describe('an engine', () => {
  it('that has its hands full takes no more and records nothing of it', async () => {
    const world = await DocketWorld.start({ queueLimit: 5 });
    const caseId = await world.gathering();
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => world.give(caseId, 'RAISE', { by: 1 })));
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(7);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(EngineBusy);
    expect((await world.row(caseId)).context).toMatchObject({ raised: 5 });
    await world.stop();
  });

  it('that is closed has answered everything that it had taken, and takes nothing more', async () => {
    const world = await DocketWorld.start({ graceMs: 60 });
    const caseId = await world.gathering();
    world.clock.set(NOON + HOUR + 1);
    const parked = world.give(caseId, 'NOTE', { text: 'parked' });
    const punctual = world.give(caseId, 'RAISE', { by: 1 }, { at: NOON + HOUR, actor: bidderOf('acme') });
    const closing = world.engine.close();
    await expect(world.give(caseId, 'NOTE', { text: 'x' })).rejects.toBeInstanceOf(EngineBusy);
    setTimeout(() => world.clock.set(NOON + DAY), 20);
    await closing;
    expect((await Promise.all([punctual, parked])).map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
    await world.stop();
  });
});
