import { openTestDatabase, type TestDatabase } from '#testing';
import { DENOMINATORS, FIGURES, summariseAttempts, summariseBy, type Countable } from './attempt-figures.js';
import { AttemptRegister } from './attempts.js';
import { PublishedHistory } from './published-history.js';
import { seedRegisters } from './seed/seed.js';
import { REGIMES, STAGES, STATUSES } from './statuses.js';

const attempt = (
  blockKey: string,
  status: Countable['status'],
  noticeOn: string | null,
  more: Partial<Countable> = {},
): Countable => ({
  attemptId: `${blockKey}-${noticeOn ?? '?'}`,
  regime: 'central-critical',
  blockKey,
  attempt: null,
  status,
  bidsReceived: null,
  noticeOn,
  decidedOn: null,
  ...more,
});

describe('counting attempts', () => {
  it('counts every attempt, and every block once by its latest attempt', () => {
    const counted = summariseAttempts([
      attempt('A', 'preferred_bidder', '2024-03-14'),
      attempt('A', 'annulled', '2023-11-29'),
      attempt('B', 'annulled', '2023-11-29'),
      attempt('B', 'no_bids', null, { decidedOn: '2022-01-01' }),
    ]);
    expect(counted).toMatchObject({ attempts: 4, blocks: 2 });
    expect(counted.statuses).toEqual([
      { status: 'annulled', attempts: 2, blocks: 1 },
      { status: 'no_bids', attempts: 1, blocks: 0 },
      { status: 'preferred_bidder', attempts: 1, blocks: 1 },
    ]);
    const figures = Object.fromEntries(
      counted.figures.map(({ name, count, of, percent }) => [name, [count, of, percent]]),
    );
    expect(figures).toMatchObject({
      'blocks-with-preferred-bidder': [1, 2, '50.00'],
      'blocks-annulled-at-least-once': [2, 2, '100.00'],
      'blocks-offered-more-than-once': [2, 2, '100.00'],
      'blocks-sold-after-an-annulment': [1, 2, '50.00'],
      'attempts-with-preferred-bidder': [1, 4, '25.00'],
      'attempts-annulled': [2, 4, '50.00'],
      'attempts-with-known-number-of-bids': [0, 4, '0.00'],
    });
  });

  it('gives no percentage of nothing, and rounds half up', () => {
    expect(summariseAttempts([]).figures.every(({ of, percent }) => of === 0 && percent === null)).toBe(true);
    const thirds = summariseAttempts([
      attempt('A', 'preferred_bidder', null),
      attempt('B', 'preferred_bidder', null),
      attempt('C', 'annulled', null),
    ]);
    expect(thirds.figures[0]).toMatchObject({ count: 2, of: 3, percent: '66.67' });
  });

  it('counts for each value of a field, what has none last', () => {
    const rows = [attempt('A', 'annulled', '2024-01-01'), attempt('B', 'annulled', null)];
    expect(summariseBy(rows, ({ noticeOn }) => noticeOn).map(({ group, attempts }) => [group, attempts])).toEqual([
      ['2024-01-01', 1],
      [null, 1],
    ]);
  });

  it('has one definition for each status, stage, regime, denominator and figure', () => {
    const texts = [
      ...Object.values(STATUSES).map(({ definition }) => definition),
      ...Object.values(STAGES),
      ...Object.values(REGIMES),
      ...Object.values(DENOMINATORS),
      ...Object.values(FIGURES).map(({ definition }) => definition),
    ];
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) expect(text).toMatch(/^[A-Z].*\.$/);
  });
});

describe('the register of attempts', () => {
  let database: TestDatabase;
  let register: AttemptRegister;

  beforeAll(async () => {
    database = await openTestDatabase();
    await seedRegisters(database.pool);
    register = new AttemptRegister(database.pool);
  });
  afterAll(() => database.close());

  const REAL = { rehearsal: false } as const;

  it('adds up: every attempt is at one stage, every block at one by its latest attempt', async () => {
    const { whole, groups } = await register.summarise(REAL, 'regime');
    expect(groups.map(({ group, attempts }) => [group, attempts])).toEqual([
      ['central-coal', 67],
      ['central-critical', 60],
      ['exploration-licence', 18],
      ['state', 54],
    ]);
    for (const { attempts, blocks, figures, statuses } of [whole, ...groups]) {
      const count = (...names: string[]): number =>
        figures.filter(({ name }) => names.includes(name)).reduce((sum, each) => sum + each.count, 0);
      expect(
        count(
          'attempts-with-preferred-bidder',
          'attempts-whose-bidder-was-lost',
          'attempts-without-bidder',
          'attempts-open',
        ),
      ).toBe(attempts);
      expect(
        count('blocks-with-preferred-bidder', 'blocks-whose-bidder-was-lost', 'blocks-without-bidder', 'blocks-open'),
      ).toBe(blocks);
      expect(statuses.reduce((sum, each) => sum + each.attempts, 0)).toBe(attempts);
      expect(statuses.reduce((sum, each) => sum + each.blocks, 0)).toBe(blocks);
    }
    // Seven blocks of tranche I came again, six of tranche II: sixty attempts at forty-seven blocks.
    expect(groups.find(({ group }) => group === 'central-critical')).toMatchObject({ attempts: 60, blocks: 47 });
  });

  it('shows more sold of the blocks than of the attempts, as the press and the Ministry do in turn', async () => {
    const { whole } = await register.summarise({ ...REAL, regime: 'central-critical' }, 'tranche');
    const of = (name: string) => whole.figures.find((figure) => figure.name === name);
    expect(of('blocks-with-preferred-bidder')).toMatchObject({ count: 31, of: 47, percent: '65.96' });
    expect(of('attempts-with-preferred-bidder')).toMatchObject({ count: 31, of: 60, percent: '51.67' });
  });

  it('agrees with the published totals of tranches I, III and V, and holds fewer rows than were offered of II and IV', async () => {
    const { groups } = await register.summarise({ ...REAL, regime: 'central-critical' }, 'tranche');
    const held = Object.fromEntries(
      groups.map(({ group, attempts, figures }) => {
        const count = (name: string): number => figures.find((figure) => figure.name === name)?.count ?? 0;
        const awarded = count('attempts-with-preferred-bidder') + count('attempts-whose-bidder-was-lost');
        return [group, [attempts, awarded, count('attempts-without-bidder')]];
      }),
    );
    const published = (await new PublishedHistory(database.pool).listTranches()).map(
      ({ id, offered, awarded, annulled }) => [id, [offered, awarded, annulled]],
    );
    expect(held).toEqual({ I: [20, 6, 13], II: [10, 4, 6], III: [7, 4, 3], IV: [8, 8, 0], V: [15, 10, 5] });
    expect(Object.fromEntries(published)).toEqual({
      I: [20, 6, 13],
      II: [18, 4, 14],
      III: [7, 4, 3],
      IV: [21, 10, 11],
      V: [15, 10, 5],
      VI: [23, null, null],
      VII: [19, null, null],
    });
  });

  it('lists both attempts at a block, and names what is not known as not known', async () => {
    const items = await register.listAll({ ...REAL, blockId: 'CM-KURCHHA' });
    expect(items.map(({ attemptId, attempt: ordinal, status }) => [attemptId, ordinal, status])).toEqual([
      ['CMI-KURCHHA', 1, 'annulled'],
      ['CMIII-KURCHHA', 2, 'preferred_bidder'],
    ]);
    expect(items.find(({ attempt: ordinal }) => ordinal === 2)).toMatchObject({
      preferredBidder: null,
      reservePricePercent: null,
      noticeOn: '2024-03-14',
      origin: 'PUBLISHED',
    });
    const unknown = await register.listAll({ ...REAL, status: 'not_known' });
    expect(unknown.map(({ state }) => state)).toEqual(['JH', 'JH', 'MH', 'MH']);
  });

  it('gives the source of every row', async () => {
    for (const { attemptId, sources } of await register.listAll(REAL)) {
      expect([attemptId, sources.length > 0 && sources.every(({ url }) => url?.includes('.') ?? false)]).toEqual([
        attemptId,
        true,
      ]);
    }
  });

  it('is narrowed by mineral, tranche and year, and an attempt at several minerals is found under each', async () => {
    const graphite = await register.listAll({ ...REAL, mineral: 'GRAPHITE' });
    expect(graphite.length).toBeGreaterThan(10);
    for (const { minerals } of graphite) expect(minerals.map(({ code }) => code)).toContain('GRAPHITE');
    const vanadium = await register.listAll({ ...REAL, mineral: 'VANADIUM' });
    expect(vanadium.filter(({ attemptId }) => graphite.some((other) => other.attemptId === attemptId))).not.toEqual([]);
    expect(await register.listAll({ ...REAL, tranche: 'III' })).toHaveLength(7);
    const noticed = await register.listAll({ ...REAL, year: 2023 });
    expect(noticed.length).toBeGreaterThan(0);
    for (const { noticeOn, decidedOn } of noticed) expect(noticeOn ?? decidedOn).toMatch(/^2023/);
    expect(await register.listAll({ rehearsal: true })).toEqual([]);
  });

  it('is read page by page', async () => {
    const filter = { ...REAL, regime: 'state', state: 'OD' };
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await register.list(filter, { limit: 4, after });
      seen.push(...page.items.map(({ attemptId }) => attemptId));
      after = page.next ?? undefined;
    } while (after !== undefined);
    const whole = await register.listAll(filter);
    expect(seen).toEqual(whole.map(({ attemptId }) => attemptId));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('shows one attempt, its offers by round as printed, and knows no other', async () => {
    expect(await register.get('OD-2020-MAHULSUKHA')).toMatchObject({ regime: 'state', stage: 'sold' });
    const offers = await new PublishedHistory(database.pool).listOffers('OD-2020-MAHULSUKHA');
    const initial = offers.filter(({ round }) => round === '1');
    expect(initial).toHaveLength(7);
    expect(initial.every(({ bidder, offerPercent }) => bidder !== null && offerPercent !== null)).toBe(true);
    await expect(register.get('NONE')).rejects.toMatchObject({ slug: 'not-found' });
  });
});
