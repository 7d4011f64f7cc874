import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { drawKey, expectStatus } from '../support/client.js';
import { OPENING, Stall, STARTS_AT } from '../support/stall-story.js';

const openPath = `/v1/fair-stalls?rehearsalStartsAt=${encodeURIComponent(STARTS_AT)}`;

describe('an idempotency key', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    world = await openApiWorld();
  });
  afterAll(() => world.close());

  it('lets a command happen once, however often and however closely it is sent', async () => {
    const stall = await Stall.publish(world);
    const headers = { 'Idempotency-Key': drawKey() };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => stall.give('bidder1', 'apply', { offer: '1250.00' }, headers)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(50).fill(200));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers: { 'idempotent-replayed': again } }) => again === 'true')).toHaveLength(49);
    const { rows } = await world.database.pool.query(
      `select count(*)::int as count from fair_application where case_id = $1`,
      [stall.id],
    );
    expect(rows[0].count).toBe(1);
  });

  it('opens a case once', async () => {
    const officer = await world.as('odisha');
    const key = { 'Idempotency-Key': drawKey() };
    const first = await officer.post(openPath, OPENING, key).then(expectStatus(201));
    const second = await officer.post(openPath, OPENING, key).then(expectStatus(201));
    expect(second.body.caseId).toBe(first.body.caseId);
    expect(first.headers['location']).toBe(`/v1/cases/${first.body.caseId}`);
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
  });

  it('is refused with another body, another start, another command and another case', async () => {
    const stall = await Stall.publish(world);
    const other = await Stall.publish(world);
    const key = { 'Idempotency-Key': drawKey() };
    await stall.give('bidder1', 'apply', { offer: '1250.00' }, key).then(expectStatus(200));
    for (const answer of [
      await stall.give('bidder1', 'apply', { offer: '1250.01' }, key),
      await stall.give('bidder1', 'withdraw', {}, key),
      await other.give('bidder1', 'apply', { offer: '1250.00' }, key),
    ]) {
      expect([answer.status, answer.body.type]).toEqual([422, '/problems/key-reused-with-other-body']);
    }
    const officer = await world.as('odisha');
    const opening = { 'Idempotency-Key': drawKey() };
    await officer.post(openPath, OPENING, opening).then(expectStatus(201));
    const later = openPath.replace('2026-01-05', '2026-01-04');
    expect((await officer.post(later, OPENING, opening)).body.type).toBe('/problems/key-reused-with-other-body');
  });

  it('belongs to its person: another one uses the same without learning anything', async () => {
    const stall = await Stall.publish(world);
    const key = { 'Idempotency-Key': drawKey() };
    await stall.give('bidder1', 'apply', { offer: '1250.00' }, key).then(expectStatus(200));
    const other = await stall.give('bidder2', 'apply', { offer: '1300.00' }, key).then(expectStatus(200));
    expect(other.headers['idempotent-replayed']).toBeUndefined();
  });

  it('repeats a refusal as it was, even when the command would be allowed by now', async () => {
    const stall = await Stall.open(world);
    await stall.propose('odisha', 'publish');
    const key = { 'Idempotency-Key': drawKey() };
    const early = await stall.give(
      'two-roles',
      'place-hold',
      { kind: 'x' },
      { ...key, 'Adit-Acting-As': 'central-officer' },
    );
    expect(early.status).toBe(400);
    const first = await stall.give('odisha', 'publish', {}, key);
    expect(first.status).toBe(409);
    const again = await stall.give('odisha', 'publish', {}, key);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect({ ...again.body, instance: '' }).toEqual({ ...first.body, instance: '' });
  });

  it('is kept neither in clear nor with anything from which the body could be guessed', async () => {
    const stall = await Stall.publish(world);
    const key = drawKey();
    await stall.give('bidder1', 'apply', { offer: '1274.50' }, { 'Idempotency-Key': key }).then(expectStatus(200));
    const { rows } = await world.database.pool.query('select key_hash, mac from transition where key_hash is not null');
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(JSON.stringify(rows)).not.toContain('1274.50');
  });

  it('answers with the whole case, or with the receipt alone where that is preferred', async () => {
    const stall = await Stall.publish(world);
    const whole = await stall.give('bidder1', 'apply', { offer: '1250.00' }).then(expectStatus(200));
    expect(whole.body.case.view.stall).toBe(OPENING.stallName);
    const short = await stall
      .give('bidder1', 'apply', { offer: '1250.00' }, { Prefer: 'return=minimal' })
      .then(expectStatus(200));
    expect(Object.keys(short.body as object).sort()).toEqual(['caseId', 'outcome', 'transition']);
    expect(short.headers['preference-applied']).toBe('return=minimal');
  });
});
