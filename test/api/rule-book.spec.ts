import { createHash } from 'node:crypto';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { errorsOf, expectStatus, itemsOf } from '../support/client.js';
import { RuleBookDesk, type ShownParameter } from '../support/rule-book-desk.js';

describe('the rule book, for everybody', () => {
  let world: ApiWorld;
  let desk: RuleBookDesk;

  beforeAll(async () => {
    world = await openApiWorld();
    desk = new RuleBookDesk(world);
  });
  afterAll(() => world.close());

  const inForce = async (query = ''): Promise<readonly ShownParameter[]> =>
    itemsOf<ShownParameter>(await world.anybody.get(`/v1/rule-book${query}`).then(expectStatus(200)));

  it('shows every parameter in force today, each with its source, its confidence and the two who signed it', async () => {
    const items = await inForce();
    expect(new Set(items.map(({ name }) => name)).size).toBe(items.length);
    expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(['bid-security.cap', 'fair.step']));
    for (const { source, ref, confidence, signed, signatures } of items) {
      expect([source, ref.act, ref.provision, confidence].every((text) => text.length > 0)).toBe(true);
      expect(signed).toBe(true);
      expect(signatures.map(({ name, role }) => `${name}, ${role}`).sort()).toEqual([
        'Dev Demo, rule-book-owner',
        'Esha Demo, rule-book-owner',
      ]);
    }
  });

  it('shows the version of any date, and one parameter or the family of a name', async () => {
    const valueOn = async (on: string) =>
      (await inForce(`?name=bid-security.proposer-percent&on=${on}`)).map(({ value }) => value);
    expect([await valueOn('2021-12-13'), await valueOn('2021-12-14')]).toEqual([['100.00'], ['50.00']]);
    const family = await inForce('?name=bid-security');
    expect(family.length).toBeGreaterThan(1);
    expect(family.every(({ name }) => name.startsWith('bid-security.'))).toBe(true);
    expect(await inForce('?name=bid')).toEqual([]);
  });

  it('shows the holiday list of a State that has none as what it is: lent, unverified and signed by nobody', async () => {
    const [lent] = await inForce('?name=holidays.OD&on=2026-05-01');
    expect(lent).toMatchObject({ name: 'holidays.OD', confidence: 'unverified', signed: false, signatures: [] });
    const [central] = await inForce('?name=holidays.CENTRE&on=2026-05-01');
    expect([lent?.value, central?.signed]).toEqual([central?.value, true]);
  });

  it('shows what changed in law between two dates', async () => {
    const path = '/v1/rule-book/changes?from=2021-12-13&to=2021-12-14';
    const [change, ...others] = itemsOf<{ name: string; before: ShownParameter; after: ShownParameter }>(
      await world.anybody.get(path).then(expectStatus(200)),
    );
    expect(others).toEqual([]);
    expect(change).toMatchObject({ name: 'bid-security.proposer-percent', since: [{ inForceFrom: '2021-12-14' }] });
    expect([change?.before.value, change?.after.value]).toEqual(['100.00', '50.00']);
    expect(change?.after.signatures).toHaveLength(2);
    const none = await world.anybody.get('/v1/rule-book/changes?from=2018-01-01&to=2018-01-01');
    expect(itemsOf(none)).toEqual([]);
  });

  it.each([
    ['?on=2026-02-30', 'on'],
    ['?on=', 'on'],
    ['?on=2026-01-01&on=2026-01-02', 'on'],
    ['?name=a%20b', 'name'],
    ['?name[]=a', 'name[]'],
    ['?draft=1', 'draft'],
    ['/changes?from=2026-01-01', 'to'],
    ['/changes?from=tomorrow&to=2026-01-01', 'from'],
    ['/changes?from=2026-01-02&to=2026-01-01', 'to'],
    ['/publications?limit=0', 'limit'],
    ['/publications?before=-1', 'before'],
  ])('refuses %s and names the field', async (query, field) => {
    const answer = await world.anybody.get(`/v1/rule-book${query}`).then(expectStatus(400));
    expect(errorsOf(answer).map((each) => each.field)).toContain(field);
  });

  it('gives a published law whole, as the very text that its hash names, for ever', async () => {
    const { body } = await world.anybody.get('/v1/rule-book').then(expectStatus(200));
    const law = await world.anybody.get(String(body.publication.href)).then(expectStatus(200));
    expect(createHash('sha256').update(law.text).digest('hex')).toBe(body.publication.law);
    expect(law.headers['cache-control']).toContain('immutable');
    expect(law.body.parameters.length).toBeGreaterThan(itemsOf({ body } as never).length);
    for (const hash of ['0'.repeat(64), 'x', '..%2F..']) {
      const none = await world.anybody.get(`/v1/rule-book/laws/${hash}`).then(expectStatus(404));
      expect(none.headers['cache-control']).toBe('no-store');
    }
  });

  it('shows the history of a parameter and the publications of the law', async () => {
    const before = await world.anybody.get('/v1/rule-book/parameters/bid-security.cap/history').then(expectStatus(200));
    expect(before.body.versions).toMatchObject([{ standing: true, signed: true, publication: { seq: 1 } }]);
    const law = await desk.enact(await desk.change('bid-security.cap', '600000000.00', '2027-01-01'));
    const after = await world.anybody.get('/v1/rule-book/parameters/bid-security.cap/history').then(expectStatus(200));
    const versions = after.body.versions as { value: string; standing: boolean; publication: { seq: number } }[];
    expect(versions.map(({ value, standing, publication }) => [value, standing, publication.seq])).toEqual([
      ['600000000.00', true, 2],
      ['500000000.00', true, 2],
      ['500000000.00', false, 1],
    ]);
    const first = await world.anybody.get('/v1/rule-book/publications?limit=1').then(expectStatus(200));
    expect(first.body).toMatchObject({
      items: [{ seq: 2, law, publishedBy: { name: 'Esha Demo' }, changes: [{ name: 'bid-security.cap' }] }],
      next: 2,
    });
    const second = await world.anybody.get('/v1/rule-book/publications?limit=1&before=2').then(expectStatus(200));
    expect(second.body).toMatchObject({ items: [{ seq: 1 }], next: null });
    for (const name of ['no.such', 'bid-security', '%00', '__proto__', 'a%2Fb']) {
      await world.anybody.get(`/v1/rule-book/parameters/${name}/history`).then(expectStatus(404));
    }
  });
});
