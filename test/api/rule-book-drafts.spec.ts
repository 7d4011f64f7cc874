import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { drawKey, errorsOf, expectStatus, itemsOf } from '../support/client.js';
import { DRAFTS, refusalsIn, RuleBookDesk, type DraftBody } from '../support/rule-book-desk.js';

describe('a change of the law over HTTP', () => {
  let world: ApiWorld;
  let desk: RuleBookDesk;

  beforeAll(async () => {
    world = await openApiWorld();
    desk = new RuleBookDesk(world);
  });
  afterAll(() => world.close());

  const lawOf = async (): Promise<string> =>
    (await world.anybody.get('/v1/rule-book').then(expectStatus(200))).body.publication.law as string;
  const raiseCap = (value: string, from = '2027-01-01'): Promise<DraftBody> =>
    desk.change('bid-security.cap', value, from);
  const openDraft = async (value: string): Promise<string> =>
    (await desk.propose(await raiseCap(value)).then(expectStatus(201))).body.id as string;

  it('belongs to the owners of the rule book; the auditor looks on', async () => {
    const body = await raiseCap('1.00');
    await world.anybody.command(DRAFTS, body).then(expectStatus(401));
    await world.anybody.get(DRAFTS).then(expectStatus(401));
    for (const name of ['central', 'approving', 'bidder1', 'operator', 'administrator']) {
      const refused = await desk.propose(body, name).then(expectStatus(403));
      expect(refused.body.roles).toEqual(['rule-book-owner']);
      await (await world.as(name)).get(DRAFTS).then(expectStatus(403));
    }
    await desk.propose(body, 'auditor').then(expectStatus(403));
    const id = await openDraft('1.00');
    const auditor = await world.as('auditor');
    await auditor.get(`${DRAFTS}/${id}`).then(expectStatus(200));
    for (const act of ['revise', 'sign-off', 'publish', 'withdraw'] as const) {
      await desk.act(id, act, 'auditor', { body: act === 'revise' ? body : {} }).then(expectStatus(403));
    }
    expect(itemsOf<{ id: string }>(await auditor.get(`${DRAFTS}?state=open`)).map((each) => each.id)).toContain(id);
  });

  it('is proposed, signed by two and published by two people, and then is the law', async () => {
    const before = await lawOf();
    const proposed = await desk.propose(await raiseCap('600000000.00')).then(expectStatus(201));
    const { id } = proposed.body as { id: string };
    expect(proposed.headers).toMatchObject({ location: `${DRAFTS}/${id}`, etag: '"1"' });
    expect(proposed.body).toMatchObject({
      state: 'open',
      version: 1,
      base: before,
      changedBy: { name: 'Dev Demo', role: 'rule-book-owner' },
      missing: [
        { parameter: 'bid-security.cap', signatures: 2 },
        { parameter: 'bid-security.cap', signatures: 2 },
      ],
      publication: null,
    });

    const unsigned = await desk.act(id, 'publish').then(expectStatus(422));
    expect(refusalsIn(unsigned).map(({ rule }) => rule)).toEqual(['two-signatures', 'two-signatures']);
    const once = await desk.act(id, 'sign-off').then(expectStatus(200));
    expect(once.body.missing).toMatchObject([{ signatures: 1 }, { signatures: 1 }]);
    const twice = await desk.act(id, 'sign-off').then(expectStatus(422));
    expect(refusalsIn(twice)).toMatchObject([
      { rule: 'signs-once', datum: 'personId', required: 'another person', cure: { who: 'rule-book-owner' } },
    ]);
    const half = await desk.act(id, 'publish').then(expectStatus(422));
    expect(refusalsIn(half)[0]).toMatchObject({ rule: 'two-signatures', required: '2 different people' });
    expect(await lawOf()).toBe(before);

    await desk.act(id, 'sign-off', 'rules2').then(expectStatus(200));
    const published = await desk.act(id, 'publish', 'rules2').then(expectStatus(200));
    expect(published.body).toMatchObject({ state: 'published', version: 2, missing: [], publication: { seq: 2 } });
    expect(await lawOf()).toBe(published.body.publication.law);
    expect([
      await desk.getInForce('bid-security.cap'),
      await desk.getInForce('bid-security.cap', '2027-01-01'),
    ]).toEqual([
      expect.objectContaining({ value: '500000000.00' }),
      expect.objectContaining({ value: '600000000.00' }),
    ]);
    const over = await desk.act(id, 'withdraw', 'rules', { version: 2 }).then(expectStatus(409));
    expect(refusalsIn(over)[0]).toMatchObject({ rule: 'draft-open', found: 'published' });
  });

  it('is refused to whoever has not read the newest version, and told who made it', async () => {
    const id = await openDraft('700000000.00');
    await desk.act(id, 'sign-off').then(expectStatus(200));
    await desk.act(id, 'sign-off', 'rules2').then(expectStatus(200));
    const body = await raiseCap('800000000.00');
    const revised = await desk.act(id, 'revise', 'rules2', { body }).then(expectStatus(200));
    expect(revised.headers['etag']).toBe('"2"');
    const stale = await desk.act(id, 'publish').then(expectStatus(412));
    expect(refusalsIn(stale)).toMatchObject([{ rule: 'draft-as-read', datum: 'version', found: 1, required: 2 }]);
    expect(refusalsIn(stale)[0]?.cure.how).toContain('Esha Demo');
    for (const act of ['sign-off', 'withdraw'] as const) await desk.act(id, act).then(expectStatus(412));
    await desk.act(id, 'revise', 'rules', { body }).then(expectStatus(412));

    const rules = await world.as('rules');
    await rules.command(`${DRAFTS}/${id}/publish`).then(expectStatus(428));
    for (const tag of ['2', 'W/"2"', '*', '"2", "3"', '"02"', '"x"']) {
      await desk.act(id, 'publish', 'rules', { headers: { 'If-Match': tag } }).then(expectStatus(412));
    }
    // The version that ends where the new one begins was signed before and has not changed.
    const unsigned = await desk.act(id, 'publish', 'rules', { version: 2 }).then(expectStatus(422));
    expect(refusalsIn(unsigned).map(({ rule }) => rule)).toEqual(['two-signatures']);
  });

  it('is refused on a law that somebody has changed meanwhile, until it is revised', async () => {
    const first = await openDraft('1000000000.00');
    const second = await openDraft('1100000000.00');
    for (const id of [first, second]) {
      await desk.act(id, 'sign-off').then(expectStatus(200));
      await desk.act(id, 'sign-off', 'rules2').then(expectStatus(200));
    }
    const answers = await Promise.all([first, second].map((id) => desk.act(id, 'publish')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    const late = answers.find(({ status }) => status === 422);
    expect(late && refusalsIn(late)).toMatchObject([{ rule: 'draft-on-current-law', datum: 'baseHash' }]);
  });

  it('happens once for its key, and answers the same key with another body not at all', async () => {
    const headers = { 'Idempotency-Key': drawKey() };
    const body = await raiseCap('900000000.00');
    const answers = await Promise.all(Array.from({ length: 5 }, () => desk.propose(body, 'rules', headers)));
    expect(new Set(answers.map((answer) => String(expectStatus(201)(answer).body.id))).size).toBe(1);
    expect(answers.filter((answer) => answer.headers['idempotent-replayed'] === 'true')).toHaveLength(4);
    const other = await desk.propose({ ...body, note: 'another' }, 'rules', headers).then(expectStatus(422));
    expect(other.body.type).toBe('/problems/key-reused-with-other-body');
    // The key of one person is another one's for another person.
    const own = await desk.propose(body, 'rules2', headers).then(expectStatus(201));
    expect(own.body.id).not.toBe(answers[0]?.body.id);

    const id = String(own.body.id);
    const key = { headers: { 'Idempotency-Key': drawKey() } };
    await desk.act(id, 'sign-off', 'rules', key).then(expectStatus(200));
    const again = await desk.act(id, 'sign-off', 'rules', key).then(expectStatus(200));
    expect(again.headers['idempotent-replayed']).toBe('true');
    await desk.act(id, 'withdraw', 'rules', key).then(expectStatus(422));
    const rules = await world.as('rules');
    for (const bad of ['short', 'x'.repeat(201), 'with a space in it']) {
      const answer = await rules.post(DRAFTS, body, { 'Idempotency-Key': bad }).then(expectStatus(400));
      expect(answer.body.type).toBe('/problems/missing-idempotency-key');
    }
    await rules.post(DRAFTS, body).then(expectStatus(400));
  });

  it('is refused with the reason when it makes no rule book', async () => {
    const { note, changes } = await raiseCap('1.00');
    const [old, fresh] = changes[0]?.versions ?? [];
    const refused = async (versions: readonly unknown[]): Promise<unknown[]> => {
      const answer = await desk.propose({ note, changes: [{ parameter: 'bid-security.cap', versions }] });
      return refusalsIn(expectStatus(422)(answer)).map(({ rule, datum, found }) => [rule, datum, found]);
    };
    const cap = ['rule-book-stands', 'bid-security.cap'];
    expect(await refused([{ ...old, inForceUntil: '2027-01-02' }, fresh])).toEqual([
      [...cap, 'the version from 2027-01-01 overlaps with the one before it, which ends 2027-01-02'],
    ]);
    expect(await refused([{ ...old, inForceUntil: '2026-12-31' }, fresh])).toEqual([
      [...cap, 'no version is in force from 2026-12-31 until 2027-01-01'],
    ]);
    expect(await refused([fresh])).toEqual([
      [...cap, 'no version is in force from ever until 2027-01-01, where the law has one'],
    ]);
    expect(await refused([{ ...old, source: ' ' }, fresh])).toEqual([[...cap, 'source is missing']]);
    expect(await refused([{ ...old, value: 0.25 }, fresh])).toEqual([
      [...cap, 'value is neither exact text nor an integer'],
    ]);
    expect(await refused([])).toMatchObject([[...cap, expect.stringContaining('never removed')]]);
  });

  it.each<[string, (good: DraftBody) => unknown, readonly string[]]>([
    ['a list', (good) => [good], ['(body)']],
    ['a text', () => '"draft"', ['(body)']],
    ['nothing', () => ({}), ['note', 'changes']],
    ['an object that counts like a list', (good) => ({ ...good, changes: { length: 1, 0: {} } }), ['changes']],
    ['a change that is null', (good) => ({ ...good, changes: [null] }), ['changes[0]']],
    [
      'a version with faults everywhere',
      (good) => ({ ...good, changes: [{ parameter: 1, versions: [{ name: [], value: 1 }] }] }),
      ['changes[0].parameter', 'changes[0].versions[0].name', 'changes[0].versions[0].source'],
    ],
    [
      'signatures of its own',
      ({ note, changes: [change] }) => ({ note, changes: [{ ...change, signedBy: ['me', 'myself'] }] }),
      ['changes[0].signedBy'],
    ],
    ['a note with a NUL', (good) => ({ ...good, note: 'a\u0000b' }), ['note']],
  ])('given as %s is refused field by field', async (_, spoil, fields) => {
    const body = spoil(await raiseCap('1.00'));
    const rules = await world.as('rules');
    const answer = await rules.send('post', DRAFTS, (test) =>
      test
        .set({ 'Content-Type': 'application/json', 'Idempotency-Key': drawKey() })
        .send(typeof body === 'string' ? body : JSON.stringify(body)),
    );
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/validation']);
    expect(errorsOf(answer).map(({ field }) => field)).toEqual(expect.arrayContaining([...fields]));
  });

  it('takes no body where the address says everything, and knows no draft of another name', async () => {
    const id = await openDraft('1.00');
    for (const body of [{ version: 1 }, { force: true }]) {
      const answer = await desk.act(id, 'sign-off', 'rules', { body }).then(expectStatus(400));
      expect(errorsOf(answer)[0]?.message).toBe('is not a field of this request');
    }
    for (const other of ['no-such-draft', '%00', '..', 'a'.repeat(150)]) {
      expect([404, 405]).toContain((await desk.act(other, 'publish')).status);
      expect([200, 404]).toContain((await (await world.as('rules')).get(`${DRAFTS}/${other}`)).status);
    }
  });

  it('is listed a page at a time; a cursor serves its caller and its query alone', async () => {
    const rules = await world.as('rules');
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=3' : `?limit=3&cursor=${cursor}`;
      const page = await rules.get(`${DRAFTS}${query}`).then(expectStatus(200));
      seen.push(...itemsOf<{ id: string }>(page).map(({ id }) => id));
      cursor = page.body.next as string | null;
      if (cursor === null) break;
      await (await world.as('rules2')).get(`${DRAFTS}?limit=3&cursor=${cursor}`).then(expectStatus(400));
      await rules.get(`${DRAFTS}?state=open&cursor=${cursor}`).then(expectStatus(400));
    }
    const all = await rules.get(`${DRAFTS}?limit=100`).then(expectStatus(200));
    expect(seen).toEqual(itemsOf<{ id: string }>(all).map(({ id }) => id));
    expect(seen.length).toBeGreaterThan(6);
  });

  it('ends with the right of its author, in the middle of his session', async () => {
    const id = await openDraft('1.00');
    const rules2 = await world.as('rules2');
    await rules2.delete('/v1/sessions').then(expectStatus(204));
    await rules2.command(`${DRAFTS}/${id}/sign-off`, {}, { 'If-Match': '"1"' }).then(expectStatus(401));
    const draft = await (await world.as('rules')).get(`${DRAFTS}/${id}`).then(expectStatus(200));
    expect(draft.body.missing).toMatchObject([
      { version: expect.stringContaining('2027-01-01') as string, signatures: 2 },
    ]);
  });
});
