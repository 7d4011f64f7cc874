import { openApiWorld, type ApiWorld } from '../support/api-world.js';

describe('what the operator looks after', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    world = await openApiWorld();
    const { pool } = world.runtime.parts;
    for (const kind of ['platform-late', 'undelivered']) {
      await pool.query(`insert into incident (case_id, kind, detail) values ('STALL-1', $1, '{"seq": 3}')`, [kind]);
    }
    await pool.query(
      `with sent as (
         insert into outbox (case_id, seq, kind, target, effective_at, body)
         values ('STALL-1', 3, 'command', 'case:STALL-2', 0, '{}'), ('STALL-1', 4, 'notice', 'audience:public', 0, '{}')
         returning id, case_id, target)
       insert into outbox_pending (outbox_id, source, target, attempts, stuck, last_error)
       select id, case_id, target, 10, target like 'case:%', 'refused: a-rule' from sent`,
    );
  }, 60_000);

  afterAll(async () => {
    await world.close();
  });

  it('lists incidents, newest first, to the operator and the auditor', async () => {
    for (const name of ['operator', 'auditor']) {
      const answer = await (await world.as(name)).get('/v1/operations/incidents');
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        items: [{ kind: 'undelivered' }, { kind: 'platform-late', caseId: 'STALL-1' }],
      });
    }
  });

  it('pages through them', async () => {
    const operator = await world.as('operator');
    const { body } = await operator.get('/v1/operations/incidents');
    const [newest] = (body as { items: { id: number }[] }).items;
    const rest = await operator.get(`/v1/operations/incidents?before=${newest?.id}`);
    expect(rest.body).toMatchObject({ items: [{ kind: 'platform-late' }], next: null });
  });

  it('shows what could not be delivered and tries it again when told so, once', async () => {
    const operator = await world.as('operator');
    const { body } = await operator.get('/v1/operations/undelivered');
    const { items } = body as { items: { id: number; target: string }[] };
    expect(items).toMatchObject([{ target: 'case:STALL-2', stuck: true, attempts: 10, lastError: 'refused: a-rule' }]);
    const again = await operator.post(`/v1/operations/undelivered/${items[0]?.id}/retry`, {});
    expect(again.body).toMatchObject({ stuck: false, attempts: 0 });
    expect((await operator.post(`/v1/operations/undelivered/${items[0]?.id}/retry`, {})).status).toBe(404);
  });

  it('is closed to everybody else', async () => {
    for (const name of ['central', 'bidder1', 'administrator', 'chair']) {
      const client = await world.as(name);
      expect((await client.get('/v1/operations/incidents')).status).toBe(403);
      expect((await client.get('/v1/operations/undelivered')).status).toBe(403);
    }
    expect((await (await world.as('auditor')).post('/v1/operations/undelivered/1/retry', {})).status).toBe(403);
    expect((await world.anybody.get('/v1/operations/incidents')).status).toBe(401);
  });
});
