import { drawKey, makeActor, makeEngine, openTestDatabase, type TestDatabase } from '#testing';
import type { CaseEngine, Outcome } from '#engine';

describe('the engine', () => {
  let database: TestDatabase;
  let engine: CaseEngine;
  const officer = makeActor('central-officer');
  const bidder = makeActor('bidder');

  beforeAll(async () => {
    database = await openTestDatabase();
    engine = makeEngine(database.pool);
  });

  afterAll(async () => {
    await engine.close();
    await database.close();
  });

  const open = async (): Promise<string> => {
    const outcome = await engine.open({
      caseType: 'tally',
      form: { closesAt: Date.now() + 3_600_000 },
      actor: officer,
      receivedAt: Date.now(),
      key: drawKey(),
    });
    if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
    return outcome.caseId;
  };

  const give = (
    caseId: string,
    name: string,
    by: number,
    key = drawKey(),
    actor = name === 'ADD' ? bidder : officer,
  ): Promise<Outcome> =>
    engine.execute({ caseId, name, form: { by }, actor, receivedAt: Date.now(), key }, engine.findCaseType('tally'));

  it('opens a case and moves it', async () => {
    const caseId = await open();
    expect(await give(caseId, 'SET', 5)).toMatchObject({ kind: 'accepted', seq: 2 });
    const rows = await database.pool.query('select context, seq from case_file where id = $1', [caseId]);
    expect(rows.rows[0]).toMatchObject({ context: { count: 5 }, seq: 2 });
  });

  it('answers a repeated key as before and applies it once', async () => {
    const caseId = await open();
    const key = drawKey();
    const answers = await Promise.all(Array.from({ length: 50 }, () => give(caseId, 'ADD', 3, key)));
    expect(answers.filter((answer) => answer.kind === 'accepted' && !answer.repeated)).toHaveLength(1);
    expect(answers.every((answer) => answer.kind === 'accepted' && answer.seq === 2)).toBe(true);
    const { rows } = await database.pool.query('select context from case_file where id = $1', [caseId]);
    expect(rows[0]).toMatchObject({ context: { count: 3 } });
    expect(await give(caseId, 'ADD', 4, key)).toEqual({ kind: 'key-reused' });
  });

  it('gives every one of many hot commands its own place in one order', async () => {
    const caseId = await open();
    const answers = await Promise.all(Array.from({ length: 500 }, () => give(caseId, 'ADD', 1)));
    const seqs = answers.map((answer) => ('seq' in answer ? answer.seq : 0)).sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 500 }, (_, index) => index + 2));
    const { rows } = await database.pool.query('select context from case_file where id = $1', [caseId]);
    expect(rows[0]).toMatchObject({ context: { count: 500 } });
  });

  it('records a refusal with its rule', async () => {
    const caseId = await open();
    expect(await give(caseId, 'ADD', -1)).toMatchObject({
      kind: 'refused',
      status: 422,
      refusals: [{ rule: 'adds-a-positive-number', datum: 'by', found: -1 }],
    });
  });

  it('fails a command whose rule throws and spoils none of its neighbours', async () => {
    const cases = await Promise.all(Array.from({ length: 8 }, open));
    const answers = await Promise.allSettled(cases.map((id, index) => give(id, index === 3 ? 'BREAK' : 'SET', 7)));
    expect(answers.map(({ status }) => status)).toEqual(
      cases.map((_, index) => (index === 3 ? 'rejected' : 'fulfilled')),
    );
  });

  it('gives each its own transaction when one of a batch breaks the transaction', async () => {
    const cases = await Promise.all(Array.from({ length: 8 }, open));
    const answers = await Promise.allSettled(cases.map((id, index) => give(id, index === 5 ? 'SPOIL' : 'SET', 7)));
    expect(answers.map(({ status }) => status)).toEqual(
      cases.map((_, index) => (index === 5 ? 'rejected' : 'fulfilled')),
    );
  });
});
