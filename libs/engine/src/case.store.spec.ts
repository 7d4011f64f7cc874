import type { PoolClient } from 'pg';
import { drawKey, makeActor, makeEngine, openTestDatabase, type TestDatabase } from '#testing';
import { readCases, writeRecord, type StoredCase } from './case.store.js';
import type { TransitionRow } from './record.js';
import { Tx } from './tx.js';

const NOW = Date.now();

describe('writing the record of a case', () => {
  let database: TestDatabase;
  let client: PoolClient;
  let caseId: string;
  let tx: Tx;

  beforeAll(async () => {
    database = await openTestDatabase();
    const engine = makeEngine(database.pool);
    const actor = makeActor('central-officer');
    const form = { closesAt: NOW + 3_600_000 };
    const opened = await engine.open({ caseType: 'tally', form, actor, receivedAt: NOW, key: drawKey() });
    if (opened.kind !== 'accepted') throw new Error(`opening was answered ${opened.kind}`);
    caseId = opened.caseId;
    await engine.close();
    client = await database.pool.connect();
  });
  afterAll(async () => {
    client.release();
    await database.close();
  });
  beforeEach(async () => {
    tx = new Tx(client);
    await tx.begin();
  });
  afterEach(() => tx.rollback());

  const moveFrom = async (change: (stored: StoredCase) => StoredCase): Promise<number> => {
    const [stored] = await readCases(tx, [caseId]);
    if (stored === undefined) throw new Error('the case is not there');
    const seq = stored.row.seq + 1;
    const after: StoredCase = { ...stored, row: { ...stored.row, seq }, head: 'ab' };
    const transition: TransitionRow = {
      caseId,
      seq,
      kind: 'accepted',
      command: 'ADD',
      receivedAt: NOW,
      decidedAt: NOW,
      hash: 'ab',
      text: '{}',
      salt: 'cd',
      payload: '{}',
    };
    await writeRecord(tx, [{ before: change(stored), after }], [transition], []);
    return (await readCases(tx, [caseId]))[0]?.row.seq ?? 0;
  };

  it('moves the case from the place that it was decided on', async () => {
    expect(await moveFrom((stored) => stored)).toBe(2);
  });

  it('fails when the case has gone on', async () => {
    const moved = moveFrom((stored) => ({ ...stored, row: { ...stored.row, seq: stored.row.seq - 1 } }));
    await expect(moved).rejects.toThrow('division by zero');
  });

  it('fails when another record of the same length stands there', async () => {
    await expect(moveFrom((stored) => ({ ...stored, head: 'f'.repeat(64) }))).rejects.toThrow('division by zero');
  });
});
