import type { Pool } from 'pg';
import { canonicalJson } from '#case-kit';
import {
  EraseRefused,
  erasePayload,
  snapshotsOf,
  verifyRecord,
  type EraseSources,
  type ErasureOrder,
  type VerifyReport,
} from '#audit';
import { readCases } from '#engine';
import { createCommandPool } from '#platform';
import { makeActor, openTestDatabase, type TestDatabase } from '#testing';
import { tellAllottedStall } from './fair-stall.story.js';
import {
  expectKind,
  logicOf,
  readEntries,
  readFacts,
  replayEntries,
  setStage,
  sourcesWith,
  VERIFY_SOURCES,
  type Stage,
} from './support.js';
import { tellDisputedTally, tellPlainTally, tellRehearsedTally } from './tally.story.js';

const SOURCES: EraseSources = { ...VERIFY_SOURCES, logicVersionOf: logicOf };
const GROUND = 'DPDP Act 2023, s. 12(3), request 17/2026';

describe('erasure', () => {
  let database: TestDatabase;
  let owner: Pool;
  let stage: Stage;

  beforeAll(async () => {
    database = await openTestDatabase();
    owner = createCommandPool(database.ownerUrl, { max: 2 });
    stage = setStage(database.pool);
  });

  afterAll(async () => {
    await stage.engine.close();
    await owner.end();
    await database.close();
  });

  const erase = (caseId: string, seq: number, more: Partial<ErasureOrder> = {}) =>
    erasePayload(owner, { caseId, seq, ground: GROUND, by: 'person-dpo', ...more }, SOURCES);
  const verify = (caseId: string): Promise<VerifyReport> =>
    verifyRecord(snapshotsOf(database.pool), VERIFY_SOURCES, { caseId });

  it('removes payload and salt, records why and by whom, and leaves a chain that verifies', async () => {
    const id = await tellPlainTally(stage);
    const { seq } = await erase(id, 4);
    const entries = await readEntries(database.pool, id);
    expect(entries.find((entry) => entry.seq === 4)).toMatchObject({ salt: null, payload: null });
    expect(entries.at(-1)).toMatchObject({ seq, kind: 'erasure' });
    expect(JSON.parse(entries.at(-1)?.payload ?? '')).toMatchObject({
      form: { seq: 4, ground: GROUND, by: 'person-dpo' },
      given: { checkpoint: { row: { seq: 4, context: { count: 40 } } } },
    });
    expect(entries.at(-1)?.text).not.toContain('DPDP');
    expect(await verify(id)).toMatchObject({ findings: [], erased: 1, skipped: 0, transitions: entries.length });
  });

  it('lets replay say under which ground it was erased, and go on from the checkpoint', async () => {
    const id = await tellPlainTally(stage);
    await erase(id, 4);
    const entries = await readEntries(database.pool, id);
    const report = replayEntries(id, entries, sourcesWith(await readFacts(database.pool)));
    expect(report.differences).toEqual([]);
    expect(report.erased).toMatchObject([{ seq: 4, ground: GROUND, by: 'person-dpo', recordedAt: entries.length }]);
    // Neither the erased transition nor the erasure is a decision to make again.
    expect(report.redecided).toBe(entries.length - 2);
  });

  it('erases each transition of a whole case, the first included, in any order', async () => {
    const told = [await tellPlainTally(stage), await tellRehearsedTally(stage), await tellAllottedStall(stage)];
    for (const id of told) {
      const count = (await readEntries(database.pool, id)).length;
      const order = Array.from({ length: count }, (_, index) => ((index * 7) % count) + 1);
      for (const seq of new Set([...order, ...Array.from({ length: count }, (_, index) => index + 1)]))
        await erase(id, seq);
      expect(await verify(id)).toMatchObject({ findings: [], erased: count, redecided: 0, transitions: 2 * count });
    }
  });

  it('lets the case go on, with the engine that served it before', async () => {
    const id = await tellDisputedTally(stage);
    await erase(id, 2);
    await expectKind(stage.give(id, 'ADD', { by: 4 }, makeActor('bidder')), 'accepted');
    await erase(id, 3);
    await expectKind(stage.give(id, 'ADD', { by: 5 }, makeActor('bidder')), 'accepted');
    expect(await verify(id)).toMatchObject({ findings: [], erased: 2 });
  });

  it('erases while commands arrive, one after another', async () => {
    const id = await tellDisputedTally(stage);
    const adding = Array.from({ length: 100 }, () => stage.give(id, 'ADD', { by: 1 }, makeActor('bidder')));
    await Promise.all([erase(id, 2), erase(id, 3), ...adding]);
    expect(await verify(id)).toMatchObject({ findings: [], erased: 2 });
  });

  it('refuses what would break the record, and says why', async () => {
    const id = await tellPlainTally(stage);
    const { seq } = await erase(id, 4);
    const why = async (...order: Parameters<typeof erase>): Promise<string> => {
      try {
        await erase(...order);
      } catch (error) {
        if (error instanceof EraseRefused) return error.message;
        throw error;
      }
      return 'erased';
    };
    expect(await why('TALLY-NONE', 1)).toBe('there is no case TALLY-NONE');
    expect(await why(id, 99)).toBe(`case ${id} has no transition 99`);
    expect(await why(id, 4)).toBe('the payload of transition 4 has been erased already');
    expect(await why(id, seq)).toMatch(/records an erasure/);
    expect(await why(id, 0)).toMatch(/from 1/);
    expect(await why(id, 2, { ground: ' ' })).toMatch(/legal ground must be named/);
    expect(await why(id, 2, { by: 'Asha Devi' })).toMatch(/id of a person, not by a name/);
    const open = await stage.open('tally', { closesAt: stage.now + 3_600_000 }, makeActor('central-officer'));
    const order = { orderReference: 'W.P.(C) 7', document: 'file 7', targetState: 'counting' };
    await expectKind(stage.give(open, 'engine.set-aside', order, makeActor('central-officer')), 'proposed');
    expect(await why(open, 2)).toMatch(/waits for its second person/);
    expect((await verify(id)).findings).toEqual([]);
  });

  it('refuses to erase from a record that is not in order, and changes nothing then', async () => {
    const id = await tellPlainTally(stage);
    await owner.query(`update transition set payload = replace(payload, '3', '4') where case_id = $1 and seq = 2`, [
      id,
    ]);
    await expect(erase(id, 4)).rejects.toThrow(/record is not in order, at transition 2/);
    expect((await readEntries(database.pool, id)).every(({ payload }) => payload !== null)).toBe(true);
  });

  it('is beyond the login of the application', async () => {
    const id = await tellPlainTally(stage);
    const order = { caseId: id, seq: 4, ground: GROUND, by: 'person-dpo' };
    await expect(erasePayload(database.pool, order, SOURCES)).rejects.toThrow(/permission denied/);
    expect(await verify(id)).toMatchObject({ findings: [], erased: 0 });
  });

  it('is found when its checkpoint was forged with the hashes in order', async () => {
    const id = await tellPlainTally(stage);
    await erase(id, 4);
    const entries = await readEntries(database.pool, id);
    const forged = entries.map((entry) => {
      if (entry.kind !== 'erasure') return entry;
      const payload = JSON.parse(entry.payload ?? '') as { given: { checkpoint: { row: { context: object } } } };
      payload.given.checkpoint.row.context = { ...payload.given.checkpoint.row.context, count: 400 };
      return { ...entry, payload: canonicalJson(payload) };
    });
    const report = replayEntries(id, forged, sourcesWith(await readFacts(database.pool)));
    expect(report.differences).toMatchObject([{ seq: 5, what: 'context' }]);
  });

  it('is found when it names a payload that is still there', async () => {
    const id = await tellPlainTally(stage);
    const before = await readEntries(database.pool, id);
    const { seq } = await erase(id, 4);
    const kept = before.find((entry) => entry.seq === 4);
    await owner.query('update transition set salt = $2, payload = $3 where case_id = $1 and seq = 4', [
      id,
      kept?.salt,
      kept?.payload,
    ]);
    expect((await verify(id)).findings).toMatchObject([{ what: 'payload', seq }]);
  });

  it('keeps the case as it was', async () => {
    const id = await tellPlainTally(stage);
    const sql = {
      query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
        (await database.pool.query<Row>(text, [...params])).rows,
    };
    const [before] = await readCases(sql, [id]);
    const { seq, hash } = await erase(id, 4);
    const [after] = await readCases(sql, [id]);
    expect(after).toEqual({ ...before, head: hash, row: { ...before?.row, seq } });
  });
});
