import type { Pool, PoolClient } from 'pg';
import { canonicalJson, sha256Hex } from '#case-kit';
import { snapshotsOf, verifyRecord, type Finding, type VerifyReport } from '#audit';
import { createCommandPool } from '#platform';
import { openTestDatabase, type TestDatabase } from '#testing';
import { FAIR_STALL_STORIES } from './fair-stall.story.js';
import { setStage, VERIFY_SOURCES, type Stage } from './support.js';
import { TALLY_STORIES } from './tally.story.js';
import { snapshotsWithin, tamper } from './tampering.js';

describe('verification', () => {
  let database: TestDatabase;
  let adminPool: Pool;
  let admin: PoolClient;
  let stage: Stage;
  const ids = new Map<string, string>();
  const idOf = (story: string): string => {
    const id = ids.get(story);
    if (id === undefined) throw new Error(story);
    return id;
  };

  beforeAll(async () => {
    database = await openTestDatabase();
    stage = setStage(database.pool);
    for (const [name, tell] of Object.entries({ ...TALLY_STORIES, ...FAIR_STALL_STORIES })) {
      ids.set(name, await tell(stage));
    }
    adminPool = createCommandPool(database.adminUrl, { max: 1 });
    admin = await adminPool.connect();
  });

  afterAll(async () => {
    await stage.engine.close();
    admin.release();
    await adminPool.end();
    await database.close();
  });

  const verify = (caseId?: string): Promise<VerifyReport> =>
    verifyRecord(snapshotsWithin(admin), VERIFY_SOURCES, caseId === undefined ? {} : { caseId });

  /** What is found of one case after a superuser's statements; `$1` is the case. */
  const findAfter = async (story: string, ...statements: string[]): Promise<readonly Finding[]> => {
    const id = idOf(story);
    const edit = async (): Promise<void> => {
      for (const sql of statements) {
        const { rowCount } = await admin.query(sql, sql.includes('$1') ? [id] : []);
        if (rowCount === 0) throw new Error(`nothing was changed by ${sql}`);
      }
    };
    const { findings } = await tamper(admin, edit, () => verify());
    expect(findings.every(({ caseId }) => caseId === id)).toBe(true);
    return findings;
  };

  it('finds nothing in a record that nobody has touched', async () => {
    const report = await verifyRecord(snapshotsOf(database.pool), VERIFY_SOURCES, { page: 3 });
    expect(report.findings).toEqual([]);
    const { rows } = await database.pool.query('select count(*)::int as n from transition');
    expect(report).toMatchObject({ cases: 9, skipped: 0, erased: 0, rowsUnchecked: 0, omitted: 0 });
    expect(report.transitions).toBe(rows[0].n);
    expect(report.redecided).toBe(report.transitions);
  });

  it('finds nothing while commands are being decided', async () => {
    const id = idOf('disputed');
    const actor = { role: 'bidder', organisationId: 'o', personId: 'p' } as const;
    const adding = Array.from({ length: 200 }, () =>
      stage.give(
        id,
        'ADD',
        { by: 1 },
        { ...actor, sessionId: null, appointmentId: null, jurisdiction: null, epoch: 0 },
      ),
    );
    const reports = await Promise.all([1, 2, 3].map(() => verifyRecord(snapshotsOf(database.pool), VERIFY_SOURCES)));
    await Promise.all(adding);
    expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('checks one case alone, and says when there is none', async () => {
    const one = await verifyRecord(snapshotsOf(database.pool), VERIFY_SOURCES, { caseId: idOf('plain') });
    expect(one).toMatchObject({ cases: 1, findings: [] });
    const none = await verifyRecord(snapshotsOf(database.pool), VERIFY_SOURCES, { caseId: 'TALLY-NONE' });
    expect(none.findings).toMatchObject([{ level: 'broken', what: 'case', caseId: 'TALLY-NONE', seq: null }]);
  });

  const EDITS: readonly (readonly [string, string, readonly string[], Partial<Finding>])[] = [
    [
      'an edited text',
      'plain',
      [`update transition set text = replace(text, 'person-bidder', 'person-friend') where case_id = $1 and seq = 2`],
      { what: 'hash', seq: 2 },
    ],
    [
      'an edited text whose hash was renewed',
      'plain',
      [
        `update transition set text = replace(text, 'person-bidder', 'person-friend') where case_id = $1 and seq = 2`,
        `update transition set hash = encode(sha256(text::bytea), 'hex') where case_id = $1 and seq = 2`,
      ],
      { what: 'prev', seq: 3 },
    ],
    [
      'an edited hash',
      'plain',
      [`update transition set hash = repeat('0', 64) where case_id = $1 and seq = 2`],
      { what: 'hash', seq: 2 },
    ],
    [
      'an edited payload',
      'plain',
      [`update transition set payload = replace(payload, '40', '41') where case_id = $1 and seq = 4`],
      { what: 'commitment', seq: 4 },
    ],
    [
      'an edited salt',
      'plain',
      [`update transition set salt = repeat('ab', 32) where case_id = $1 and seq = 4`],
      { what: 'commitment', seq: 4 },
    ],
    [
      'an edited kind',
      'plain',
      [`update transition set kind = 'refused' where case_id = $1 and seq = 2`],
      { what: 'columns', seq: 2 },
    ],
    [
      'an edited command',
      'plain',
      [`update transition set command = 'PAD' where case_id = $1 and seq = 4`],
      { what: 'columns', seq: 4 },
    ],
    [
      'an instant of receipt moved by a microsecond',
      'plain',
      [`update transition set received_at = received_at + interval '1 microsecond' where case_id = $1 and seq = 2`],
      { what: 'columns', seq: 2 },
    ],
    [
      'a deleted last transition',
      'plain',
      [`delete from transition where case_id = $1 and seq = 9`],
      { what: 'missing', seq: 9 },
    ],
    [
      'a deleted last transition with its count',
      'plain',
      [`delete from transition where case_id = $1 and seq = 9`, `update case_position set seq = 8 where case_id = $1`],
      { what: 'head', seq: 8 },
    ],
    [
      'a deleted middle transition',
      'plain',
      [`delete from transition where case_id = $1 and seq = 5`],
      { what: 'missing', seq: 5 },
    ],
    [
      'a deleted first transition',
      'plain',
      [`delete from transition where case_id = $1 and seq = 1`],
      { what: 'missing', seq: 1 },
    ],
    ['a deleted record', 'plain', [`delete from transition where case_id = $1`], { what: 'missing', seq: 1 }],
    [
      'transitions whose places were changed',
      'plain',
      [
        `update transition set seq = -2 where case_id = $1 and seq = 2`,
        `update transition set seq = 2 where case_id = $1 and seq = 4`,
        `update transition set seq = 4 where case_id = $1 and seq = -2`,
      ],
      { what: 'columns', seq: 4 },
    ],
    [
      'a repeated transition',
      'plain',
      [
        `insert into transition select case_id, 10, kind, command, received_at, decided_at, hash, text from transition where case_id = $1 and seq = 9`,
      ],
      { what: 'added', seq: 10 },
    ],
    [
      'an edited context',
      'plain',
      [`update case_position set context = context || '{"count": 1000}' where case_id = $1`],
      { what: 'context', seq: 9 },
    ],
    [
      'an edited state',
      'plain',
      [`update case_position set state = '"counting"' where case_id = $1`],
      { what: 'state', seq: 9 },
    ],
    [
      'an edited anchor',
      'allotted',
      [`update case_position set anchors = '{"notice": "2020-01-01"}' where case_id = $1`],
      { what: 'anchors' },
    ],
    ['an edited hold', 'stayed', [`update case_position set holds = '[]' where case_id = $1`], { what: 'holds' }],
    [
      'an edited head',
      'plain',
      [`update case_position set head = repeat('0', 64) where case_id = $1`],
      { what: 'head', seq: 9 },
    ],
    [
      'a reopened case',
      'plain',
      [`update case_position set closed = false where case_id = $1`],
      { what: 'closed', seq: 9 },
    ],
    [
      'another law of the case',
      'plain',
      [`update case_position set law_hash = 'another' where case_id = $1`],
      { what: 'lawHash', seq: 9 },
    ],
    [
      'another public key',
      'allotted',
      [`update case_position set seal_key = '{"keyId": "mine", "publicKey": "mine"}' where case_id = $1`],
      { what: 'sealKey' },
    ],
    [
      'a removed payload',
      'plain',
      [`update transition set salt = null, payload = null where case_id = $1 and seq = 4`],
      { what: 'payload', seq: 4 },
    ],
    [
      'a removed payload of a refusal',
      'plain',
      [`update transition set salt = null, payload = null where case_id = $1 and seq = 3`],
      { what: 'payload', seq: 3 },
    ],
    ['a removed case', 'plain', [`delete from case_identity where id = $1`], { what: 'orphan', seq: 1 }],
    [
      'an edited party',
      'allotted',
      [`update case_party set alias = 'Trader Z' where case_id = $1 and alias = 'Trader A'`],
      { what: 'party' },
    ],
    [
      'a removed party',
      'allotted',
      [`delete from case_party where case_id = $1 and capacity = 'organiser'`],
      { what: 'party', seq: 1 },
    ],
    [
      'an invented party',
      'allotted',
      [`insert into case_party values ($1, 'organisation-friend', 7, 'trader', 'Trader F')`],
      { what: 'party', seq: 7 },
    ],
    [
      'an edited offer',
      'allotted',
      [`update fair_call set offer = 1500 where case_id = $1 and offer = 1400`],
      { what: 'row' },
    ],
    ['a removed offer', 'allotted', [`delete from fair_call where case_id = $1 and offer = 1400`], { what: 'row' }],
    [
      'an invented payment',
      'repeated',
      [`insert into fair_payment values ($1, 3, 0, 1, 'UTR 0')`],
      { what: 'row', seq: 3 },
    ],
    [
      'an exchanged envelope',
      'allotted',
      [`update fair_application set envelope = '{}' where case_id = $1 and not withdrawn`],
      { what: 'row' },
    ],
    [
      'an index of deadlines that was moved',
      'disputed',
      [`update case_due set due_at = due_at + interval '1 second' where case_id = $1`],
      { level: 'drift', what: 'due' },
    ],
    [
      'an index of deadlines that was emptied',
      'disputed',
      [`delete from case_due where case_id = $1`],
      { level: 'drift', what: 'due' },
    ],
    [
      'sight that was given',
      'plain',
      [`update case_sight set audience = 'org:friend' where case_id = $1 and audience = 'public'`],
      { level: 'drift', what: 'sight' },
    ],
    [
      'sight that was edited',
      'plain',
      [`update case_sight set status = 'won' where case_id = $1 and audience = 'public'`],
      { level: 'drift', what: 'sight' },
    ],
    [
      'a note that was edited',
      'plain',
      [`update case_position set cold_seq = 1 where case_id = $1`],
      { level: 'drift', what: 'notes' },
    ],
    [
      'a key without the digest of its command',
      'plain',
      [`update transition set mac = null where case_id = $1 and seq = 4`],
      { what: 'key', seq: 4 },
    ],
    [
      'a salt whose payload was removed',
      'plain',
      [`update transition set payload = null where case_id = $1 and seq = 4`],
      { what: 'orphan', seq: 4 },
    ],
    [
      'a key of what no command made',
      'allotted',
      [
        `update transition set key_hash = gen_random_uuid(), mac = gen_random_uuid()
          where case_id = $1 and seq = (select min(seq) from transition where case_id = $1 and kind = 'timer')`,
      ],
      { what: 'key' },
    ],
  ];

  it.each(EDITS)('finds %s and says where', async (_title, story, statements, expected) => {
    const findings = await findAfter(story, ...statements);
    expect(findings).toContainEqual(expect.objectContaining(expected));
    if (expected.level === 'drift') expect(findings.every(({ level }) => level === 'drift')).toBe(true);
    else expect(findings.some(({ level }) => level === 'broken')).toBe(true);
  });

  it('says of an index that drifted nothing worse', async () => {
    const findings = await findAfter('disputed', `delete from case_due where case_id = $1`);
    expect(findings).toEqual([
      {
        level: 'drift',
        what: 'due',
        caseId: idOf('disputed'),
        seq: null,
        message: expect.stringMatching(/^the index of deadlines says none, the record makes it close at 20/),
      },
    ]);
  });

  it('finds facts that were changed or removed, in every case that rested on them', async () => {
    for (const sql of [
      `update fact_text set text = '[]' where text like '%organisation-asha%'`,
      'delete from fact_text',
    ]) {
      const { findings } = await tamper(
        admin,
        () => admin.query(sql),
        () => verify(),
      );
      expect(findings.map(({ what }) => what)).toContain('facts');
    }
  });

  it('finds a forged end whose hashes are in order, when the rules would not have allowed it', async () => {
    const id = idOf('plain');
    const forge = async (): Promise<void> => {
      const { rows } = await admin.query('select text from transition where case_id = $1 and seq = 9', [id]);
      const { rows: paid } = await admin.query('select salt, payload from transition where case_id = $1 and seq = 4', [
        id,
      ]);
      const [payload, salt] = [paid[0].payload as string, paid[0].salt as string];
      const last = JSON.parse(rows[0].text as string) as Record<string, unknown>;
      const forged = canonicalJson({
        ...last,
        kind: 'accepted',
        rules: [],
        failed: [],
        commitment: sha256Hex(Buffer.from(salt, 'hex'), payload),
      });
      await admin.query(
        `update transition set kind = 'accepted', text = $2, hash = $3 where case_id = $1 and seq = 9`,
        [id, forged, sha256Hex(forged)],
      );
      await admin.query(`update transition set salt = $2, payload = $3 where case_id = $1 and seq = 9`, [
        id,
        salt,
        payload,
      ]);
      await admin.query(`update case_position set head = $2 where case_id = $1`, [id, sha256Hex(forged)]);
    };
    const { findings } = await tamper(admin, forge, () => verify(id));
    expect(findings).toMatchObject([{ what: 'outcome', seq: 9, level: 'broken' }]);
  });

  it('says that a logic is not available without calling it tampering', async () => {
    const report = await verifyRecord(
      snapshotsOf(database.pool),
      {
        ...VERIFY_SOURCES,
        findLogic: (type, version) => (type === 'tally' ? undefined : VERIFY_SOURCES.findLogic(type, version)),
      },
      { caseId: idOf('plain') },
    );
    expect(report.findings).toMatchObject([{ level: 'unavailable', what: 'logic', seq: 1 }]);
  });

  it('keeps no more findings than it was told to, and counts the rest', async () => {
    const report = await tamper(
      admin,
      () => admin.query(`update transition set hash = 'x'`),
      () => verifyRecord(snapshotsWithin(admin), VERIFY_SOURCES, { limit: 5 }),
    );
    expect(report.findings).toHaveLength(5);
    expect(report.omitted).toBeGreaterThan(50);
  });

  it('counts the cases whose rows a login without temporary tables cannot compare', async () => {
    const { login } = (await database.pool.query('select current_user as login')).rows[0] as { login: string };
    await admin.query(`revoke temporary on database ${database.name} from public, ${login}`);
    const report = await verifyRecord(snapshotsOf(database.pool), VERIFY_SOURCES);
    expect(report).toMatchObject({ cases: 9, rowsUnchecked: 9, findings: [] });
  });
});
