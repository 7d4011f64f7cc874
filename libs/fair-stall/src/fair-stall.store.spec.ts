import type { AppliedRow, FactRequest, SealedEnvelope, Sql } from '#case-kit';
import { openTestDatabase, type TestDatabase } from '#testing';
import { actorOf, ASHA, BINA, CHAND } from './fair-stall.fixture.js';
import { fairStallStore as store } from './fair-stall.store.js';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await openTestDatabase();
  sql = {
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await database.pool.query<Row>(text, [...params])).rows,
  };
});

afterAll(async () => {
  await database?.close();
});

function envelopeOf(name: string): SealedEnvelope {
  return {
    sealed: 'x25519-hkdf-sha256-aes256gcm',
    keyId: 'key-1',
    ephemeral: `e-${name}`,
    nonce: `n-${name}`,
    ciphertext: `c-${name}`,
    commitment: `m-${name}`,
  };
}

const askOf = (caseId: string, actor = ASHA): FactRequest => ({ caseId, form: {}, actor });

function applicationOf(caseId: string, seq: number, organisationId: string, withdrawn = false): AppliedRow {
  const envelope = withdrawn ? null : envelopeOf(`${organisationId}-${seq}`);
  return { caseId, seq, row: { organisationId, receivedAt: 1_700_000_000_000 + seq, withdrawn, envelope } };
}

function entryOf(caseId: string, seq: number, organisationId: string, rank: number, offer: string): AppliedRow {
  return { caseId, seq, row: { organisationId, alias: `Trader ${rank}`, rank, offer } };
}

function callOf(caseId: string, seq: number, organisationId: string, offer: string): AppliedRow {
  return { caseId, seq, row: { organisationId, receivedAt: seq, offer } };
}

describe('the store of the fair stall', () => {
  it('answers the standing applications: the latest of each organisation, not withdrawn, in order of receipt', async () => {
    await store.apply.fair_application(sql, [
      applicationOf('A1', 3, 'asha-traders'),
      applicationOf('A1', 4, 'bina-sweets'),
      applicationOf('A1', 5, 'chand-toys'),
      applicationOf('A1', 6, 'asha-traders'),
      applicationOf('A1', 7, 'chand-toys', true),
      applicationOf('A2', 3, 'chand-toys', false),
    ]);
    const [first, second, none, again] = await store.facts.applications(
      sql,
      ['A1', 'A2', 'A3', 'A1'].map((id) => askOf(id)),
    );
    const bina = { organisationId: 'bina-sweets', seq: 4, receivedAt: 1_700_000_000_004 };
    expect(first).toEqual([
      { ...bina, envelope: envelopeOf('bina-sweets-4') },
      { organisationId: 'asha-traders', seq: 6, receivedAt: 1_700_000_000_006, envelope: envelopeOf('asha-traders-6') },
    ]);
    expect(second).toHaveLength(1);
    expect(none).toEqual([]);
    expect(again).toEqual(first);
  });

  it('answers to each organisation its own application, and null to who has none or has withdrawn', async () => {
    await store.apply.fair_application(sql, [
      applicationOf('B1', 3, 'asha-traders'),
      applicationOf('B1', 4, 'chand-toys'),
      applicationOf('B1', 5, 'chand-toys', true),
    ]);
    const answers = await store.facts.ownApplication(sql, [askOf('B1', CHAND), askOf('B1', BINA), askOf('B1', ASHA)]);
    expect(answers).toEqual([null, null, expect.objectContaining({ organisationId: 'asha-traders', seq: 3 })]);
  });

  it('takes an application again after a withdrawal', async () => {
    await store.apply.fair_application(sql, [
      applicationOf('C1', 3, 'asha-traders'),
      applicationOf('C1', 4, 'asha-traders', true),
      applicationOf('C1', 5, 'asha-traders'),
    ]);
    expect(await store.facts.ownApplication(sql, [askOf('C1')])).toEqual([expect.objectContaining({ seq: 5 })]);
  });

  it('answers the same roster to every caller, that of the newest opening', async () => {
    await store.apply.fair_roster(sql, [
      entryOf('D1', 9, 'asha-traders', 1, '1500.00'),
      entryOf('D1', 9, 'bina-sweets', 2, '1250.00'),
    ]);
    const asked = [askOf('D1', ASHA), askOf('D1', actorOf('auditor')), askOf('D2')];
    const places = [
      { organisationId: 'asha-traders', alias: 'Trader 1' },
      { organisationId: 'bina-sweets', alias: 'Trader 2' },
    ];
    expect(await store.facts.roster(sql, asked)).toEqual([places, places, []]);
    await store.apply.fair_roster(sql, [entryOf('D1', 21, 'chand-toys', 1, '900.00')]);
    expect(await store.facts.roster(sql, asked)).toEqual([
      [{ organisationId: 'chand-toys', alias: 'Trader 1' }],
      [{ organisationId: 'chand-toys', alias: 'Trader 1' }],
      [],
    ]);
  });

  it('ranks the traders by their best offer, opened or called, and forgets calls of a calling set aside', async () => {
    await store.apply.fair_roster(sql, [
      entryOf('E1', 9, 'asha-traders', 1, '1500.00'),
      entryOf('E1', 9, 'bina-sweets', 2, '1250.00'),
      entryOf('E1', 9, 'chand-toys', 3, '1250.00'),
    ]);
    expect(await store.facts.standings(sql, [askOf('E1')])).toEqual([
      [
        { organisationId: 'asha-traders', alias: 'Trader 1', offer: '1500.00' },
        { organisationId: 'bina-sweets', alias: 'Trader 2', offer: '1250.00' },
        { organisationId: 'chand-toys', alias: 'Trader 3', offer: '1250.00' },
      ],
    ]);
    await store.apply.fair_call(sql, [
      callOf('E1', 10, 'chand-toys', '1550.00'),
      callOf('E1', 11, 'bina-sweets', '9999999999.50'),
      callOf('E1', 12, 'chand-toys', '9999999999.51'),
    ]);
    const [standings, empty] = await store.facts.standings(sql, [askOf('E1'), askOf('E9')]);
    expect((standings as { offer: string }[]).map(({ offer }) => offer)).toEqual([
      '9999999999.51',
      '9999999999.50',
      '1500.00',
    ]);
    expect(empty).toEqual([]);
    await store.apply.fair_roster(sql, [entryOf('E1', 30, 'bina-sweets', 1, '100.00')]);
    expect(await store.facts.standings(sql, [askOf('E1')])).toEqual([
      [{ organisationId: 'bina-sweets', alias: 'Trader 1', offer: '100.00' }],
    ]);
  });

  it('keeps payments', async () => {
    await store.apply.fair_payment(sql, [
      { caseId: 'F1', seq: 20, row: { receivedAt: 1_700_000_000_000, amount: '1600.00', reference: 'UTR 1' } },
    ]);
    expect(await sql.query('select * from fair_payment')).toEqual([
      { case_id: 'F1', seq: 20, received_at: 1_700_000_000_000, amount: '1600.00', reference: 'UTR 1' },
    ]);
  });

  it('is append-only: the application login may neither change nor delete nor empty a table', async () => {
    for (const table of Object.keys(store.apply)) {
      for (const act of [`update ${table} set seq = 1`, `delete from ${table}`, `truncate ${table}`]) {
        await expect(sql.query(act)).rejects.toThrow('permission denied');
      }
    }
  });

  it('refuses an application that is neither sealed nor withdrawn', async () => {
    const row = { organisationId: 'asha-traders', receivedAt: 1, withdrawn: false, envelope: null };
    await expect(store.apply.fair_application(sql, [{ caseId: 'G1', seq: 1, row }])).rejects.toThrow(
      'check constraint',
    );
  });
});
