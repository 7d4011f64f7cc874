import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { drawKey, errorsOf, expectStatus, itemsOf, refusalsOf } from '../support/client.js';
import { OPENING, Stall, STARTS_AT } from '../support/stall-story.js';

const NOWHERE = 'REHEARSAL-STALL-00000-00000';
const open = `/v1/fair-stalls?rehearsalStartsAt=${encodeURIComponent(STARTS_AT)}`;

describe('a refused command', () => {
  let world: ApiWorld;
  let draft: Stall;
  let published: Stall;

  beforeAll(async () => {
    world = await openApiWorld();
    draft = await Stall.open(world);
    published = await Stall.publish(world);
  });
  afterAll(() => world.close());

  it('is answered 401 without a log-in, whatever else is wrong with it', async () => {
    const answer = await world.anybody.post(`/v1/fair-stalls/${NOWHERE}/publish`, { nonsense: true });
    expect(answer.status).toBe(401);
    expect(answer.body.type).toBe('/problems/unauthenticated');
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('is answered 404 where the caller sees no case, before anything of right, form, version or key is told', async () => {
    const bidder = await world.as('bidder1');
    for (const path of [draft.path, `/v1/fair-stalls/${NOWHERE}`, '/v1/fair-stalls/nonsense', '/v1/fair-stalls/%00']) {
      const answer = await bidder.post(`${path}/amend-notice`, { nonsense: true });
      expect([answer.status, answer.body.type, answer.body.detail]).toEqual([404, '/problems/not-found', undefined]);
    }
  });

  it('is answered alike for a case that is hidden and a case that is not there', async () => {
    const bidder = await world.as('bidder1');
    const hidden = await bidder.command(`${draft.path}/apply`, { offer: '1250.00' });
    const missing = await bidder.command(`/v1/fair-stalls/${NOWHERE}/apply`, { offer: '1250.00' });
    const { instance: a, ...first } = hidden.body;
    const { instance: b, ...second } = missing.body;
    expect([hidden.status, first]).toEqual([missing.status, second]);
    expect(a).not.toEqual(b);
  });

  it('is answered 404 at the address of another case type', async () => {
    const officer = await world.as('odisha');
    const answer = await officer.command(`/v1/stall-inspections/${draft.id}/place-hold`, {
      kind: 'court-stay',
      orderReference: 'W.P.(C) 1/2026',
    });
    expect(answer.status).toBe(404);
  });

  it('is answered 404 to an officer of another State', async () => {
    const answer = await draft.give('rajasthan', 'publish');
    expect(answer.status).toBe(404);
  });

  it('is answered 403 with the roles that may, before its form, key and version are looked at', async () => {
    const bidder = await world.as('bidder1');
    const answer = await bidder.post(`${published.path}/annul`, { nonsense: true });
    expect(answer.status).toBe(403);
    expect(answer.body.roles).toEqual(['state-officer', 'central-officer']);
    const opening = await bidder.post(open, { nonsense: true });
    expect(opening.status).toBe(403);
  });

  it('is answered 400 without an idempotency key, or with one that can be guessed', async () => {
    const officer = await world.as('odisha');
    const wrong: Record<string, string>[] = [
      {},
      { 'Idempotency-Key': 'short' },
      { 'Idempotency-Key': 'x'.repeat(201) },
    ];
    for (const headers of wrong) {
      const answer = await officer.post(`${draft.path}/publish`, {}, headers);
      expect([answer.status, answer.body.type]).toEqual([400, '/problems/missing-idempotency-key']);
    }
  });

  it('is answered 400 with one entry for each bad field, before the version of an edit is asked for', async () => {
    const answer = await draft.give('odisha', 'amend-notice', { stallName: 7, applicationsCloseAt: 'soon', extra: 1 });
    expect(answer.status).toBe(400);
    expect(errorsOf(answer).map(({ field }) => field)).toEqual(
      expect.arrayContaining(['extra', 'stallName', 'applicationsCloseAt']),
    );
    const unknown = errorsOf(answer).find(({ field }) => field === 'extra');
    expect(unknown?.message).toBe('is not a field of this form');
  });

  it.each([
    ['a list', []],
    ['a text', '"text"'],
    ['a number', '7'],
    ['null, where fields are required', 'null'],
  ])('is answered 400 when the body is %s', async (_, body) => {
    const officer = await world.as('odisha');
    const answer = await officer.send('post', open, (test) =>
      test
        .set({ 'Idempotency-Key': drawKey(), 'Content-Type': 'application/json' })
        .send(typeof body === 'string' ? body : JSON.stringify(body)),
    );
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/validation']);
  });

  it('is answered 400 for a body that is no JSON, though 404 and 403 come first', async () => {
    const broken = async (name: string, path: string) =>
      await (
        await world.as(name)
      ).send('post', path, (test) =>
        test.set({ 'Idempotency-Key': drawKey(), 'Content-Type': 'application/json' }).send('{"offer":'),
      );
    expect((await broken('bidder1', `${draft.path}/apply`)).status).toBe(404);
    expect((await broken('odisha', `${published.path}/apply`)).status).toBe(403);
    const answer = await broken('bidder1', `${published.path}/apply`);
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/malformed-json']);
  });

  it('is answered 428 without If-Match and 412 with an old one, for edits only', async () => {
    const own = await Stall.open(world);
    const body = { stallName: 'Stall at the west gate' };
    const without = await own.give('odisha', 'amend-notice', body);
    expect([without.status, without.body.type]).toEqual([428, '/problems/precondition-required']);
    const etag = await own.etagFor('odisha');
    const done = await own.give('odisha', 'amend-notice', body, { 'If-Match': etag }).then(expectStatus(200));
    expect(done.headers['etag']).toBe(await own.etagFor('odisha'));
    const old = await own.give('odisha', 'amend-notice', { stallName: 'Stall at the pond' }, { 'If-Match': etag });
    expect([old.status, old.body.type]).toEqual([412, '/problems/precondition-failed']);
    const seen = await own.seenBy('odisha');
    expect(seen.body.view.stall).toBe('Stall at the west gate');
  });

  it('is answered 412 before 409, and 409 before 422', async () => {
    const stale = await published.give('odisha', 'amend-notice', {}, { 'If-Match': '"stale"' });
    expect(stale.status).toBe(412);
    const etag = await published.etagFor('odisha');
    // The rules would refuse it too (it amends nothing), but the state comes first.
    const late = await published.give('odisha', 'amend-notice', {}, { 'If-Match': etag });
    expect([late.status, late.body.type]).toEqual([409, '/problems/state-conflict']);
    expect(late.body.refusals).toHaveLength(1);
    expect(late.body.refusals[0].rule).toBe('state-allows');
    const own = await Stall.open(world);
    const refused = await own.give('odisha', 'amend-notice', {}, { 'If-Match': await own.etagFor('odisha') });
    expect([refused.status, refused.body.type]).toEqual([422, '/problems/rule-refused']);
  });

  it('is answered 422 with every rule that refuses, its provision and its cure, and stands on the record', async () => {
    const own = await Stall.open(world, { ...OPENING, applicationsCloseAt: '2026-01-06T17:00:00+05:30' });
    const answer = await own.give('odisha', 'publish');
    expect(answer.status).toBe(422);
    const [refusal] = answer.body.refusals;
    expect(refusal).toMatchObject({
      rule: 'notice-runs-long-enough',
      ref: { act: 'Fair Rules', provision: 'r. 4' },
      datum: 'applicationsCloseAt',
      found: '2026-01-06T17:00:00+05:30',
      cure: { who: 'state-officer or central-officer' },
    });
    const record = await (await world.as('odisha')).get(`/v1/cases/${own.id}/transitions`);
    expect(itemsOf<{ kind: string }>(record).map(({ kind }) => kind)).toEqual(['accepted', 'refused']);
    expect(record.body.items[1].id).toBe(answer.body.transition);
  });

  it('is answered 422 for a live case on a platform for trials, naming what stands in the way', async () => {
    const answer = await (await world.as('odisha')).command('/v1/fair-stalls', OPENING);
    expect(answer.status).toBe(422);
    expect(answer.body.refusals[0]).toMatchObject({ rule: 'platform-carries-live-cases' });
    expect(JSON.stringify(refusalsOf(answer)[0]?.found)).toContain('demonstration accounts');
  });

  it('is answered 400 for a rehearsal that starts at no instant', async () => {
    const officer = await world.as('odisha');
    const answer = await officer.command('/v1/fair-stalls?rehearsalStartsAt=tomorrow', OPENING);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ field: 'rehearsalStartsAt', message: expect.stringContaining('RFC 3339') }]);
  });

  it('is answered 429 when one organisation keeps on being refused, and others are not held back by it', async () => {
    const own = await Stall.publish(world);
    const statuses: number[] = [];
    for (let count = 0; count < 14; count += 1) statuses.push((await own.give('bidder1', 'withdraw')).status);
    expect(statuses.slice(0, 10)).toEqual(Array<number>(10).fill(422));
    expect(statuses).toContain(429);
    const throttled = await own.give('bidder1', 'withdraw');
    expect(throttled.status).toBe(429);
    expect(throttled.headers['retry-after']).toBe('1');
    expect(throttled.headers['ratelimit']).toMatch(/;r=0;t=1$/);
    expect((await own.give('bidder2', 'withdraw')).status).toBe(422);
    // Refusals never hold back what is right.
    await own.give('bidder1', 'apply', { offer: '1250.00' }).then(expectStatus(200));
  });
});
