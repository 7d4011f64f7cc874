import { openTestDatabase, type TestDatabase } from '#testing';
import { countHistory, STAGES, STATUSES, type Countable } from './history.js';
import { PublishedHistory } from './published-history.js';
import { seedRegisters } from './seed/seed.js';

const attempt = (
  blockKey: string,
  status: Countable['status'],
  noticeOn: string | null,
  more: Partial<Countable> = {},
): Countable => ({
  auctionId: `${blockKey}-${noticeOn ?? '?'}`,
  regime: 'central-critical',
  blockKey,
  attempt: null,
  status,
  noticeOn,
  decidedOn: null,
  ...more,
});

describe('counting published auctions', () => {
  it('counts every attempt, and every block once by its latest attempt', () => {
    const [count] = countHistory([
      attempt('A', 'preferred_bidder', '2024-03-14'),
      attempt('A', 'annulled', '2023-11-29'),
      attempt('B', 'annulled', '2023-11-29'),
      attempt('B', 'no_bids', null, { decidedOn: '2022-01-01' }),
    ]);
    expect(count).toMatchObject({ regime: 'central-critical', attempts: 4, blocks: 2 });
    expect(count?.statuses).toEqual([
      { status: 'preferred_bidder', attempts: 1, blocks: 1 },
      { status: 'annulled', attempts: 2, blocks: 1 },
      { status: 'no_bids', attempts: 1, blocks: 0 },
    ]);
    expect(count?.stages).toEqual([
      { stage: 'sold', attempts: 1, blocks: 1 },
      { stage: 'sold-and-lost', attempts: 0, blocks: 0 },
      { stage: 'failed', attempts: 3, blocks: 1 },
      { stage: 'open', attempts: 0, blocks: 0 },
    ]);
  });

  it('has one definition for each status and each stage', () => {
    const texts = [...Object.values(STATUSES).map(([, text]) => text), ...Object.values(STAGES)];
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('the published history', () => {
  let database: TestDatabase;
  let history: PublishedHistory;

  beforeAll(async () => {
    database = await openTestDatabase();
    await seedRegisters(database.pool);
    history = new PublishedHistory(database.pool);
  });
  afterAll(() => database.close());

  it('adds up: every row is in one status and one stage, every block in one', async () => {
    const counts = await history.count();
    expect(counts.map(({ regime, attempts }) => [regime, attempts])).toEqual([
      ['central-coal', 67],
      ['central-critical', 60],
      ['exploration-licence', 18],
      ['state', 54],
    ]);
    for (const { attempts, blocks, stages, statuses } of counts) {
      for (const parts of [stages, statuses]) {
        expect(parts.reduce((sum, each) => sum + each.attempts, 0)).toBe(attempts);
        expect(parts.reduce((sum, each) => sum + each.blocks, 0)).toBe(blocks);
      }
    }
    // Seven blocks of tranche I came again, six of tranche II: sixty attempts at forty-seven blocks.
    expect(counts.find(({ regime }) => regime === 'central-critical')).toMatchObject({ attempts: 60, blocks: 47 });
  });

  it('shows more sold of the blocks than of the attempts, as the press and the Ministry do in turn', async () => {
    const critical = (await history.count()).find(({ regime }) => regime === 'central-critical');
    const sold = critical?.stages.find(({ stage }) => stage === 'sold');
    expect((sold?.blocks ?? 0) / (critical?.blocks ?? 1)).toBeGreaterThan(
      (sold?.attempts ?? 0) / (critical?.attempts ?? 1),
    );
  });

  it('lists both attempts at a block, and names what is not known as not known', async () => {
    const { items } = await history.listResults({ blockId: 'CM-KURCHHA', limit: 10 });
    expect(items.map(({ auctionId, attempt: ordinal, status }) => [auctionId, ordinal, status])).toEqual([
      ['CMI-KURCHHA', 1, 'annulled'],
      ['CMIII-KURCHHA', 2, 'preferred_bidder'],
    ]);
    expect(items[1]).toMatchObject({ preferredBidder: null, reservePricePercent: null, noticeOn: '2024-03-14' });
    const unknown = await history.listResults({ status: 'not_known', limit: 50 });
    expect(unknown.items.map(({ state }) => state)).toEqual(['JH', 'JH', 'MH', 'MH']);
  });

  it('is read page by page, narrowed by regime and State', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await history.listResults({ regime: 'state', state: 'OD', limit: 4, after });
      seen.push(...page.items.map(({ auctionId }) => auctionId));
      after = page.next ?? undefined;
    } while (after !== undefined);
    const whole = await history.listResults({ regime: 'state', state: 'OD', limit: 500 });
    expect(whole.next).toBeNull();
    expect(seen).toEqual(whole.items.map(({ auctionId }) => auctionId));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('shows an auction with its offers by round, as printed', async () => {
    const result = await history.getResult('OD-2020-MAHULSUKHA');
    const initial = result.offers.filter(({ round }) => round === '1');
    expect(initial).toHaveLength(7);
    expect(initial.every(({ bidder, offerPercent }) => bidder !== null && offerPercent !== null)).toBe(true);
    await expect(history.getResult('NONE')).rejects.toMatchObject({ slug: 'not-found' });
  });

  it('lists the tranches with their sources', async () => {
    const tranches = await history.listTranches();
    expect(tranches.map(({ id }) => id)).toEqual(['I', 'II', 'III', 'IV', 'V', 'VI', 'VII']);
    expect(tranches[0]).toMatchObject({ offered: 20, awarded: 6, annulled: 13, noticeOn: '2023-11-29' });
    expect(tranches[6]).toMatchObject({ awarded: null, annulled: null });
  });
});
