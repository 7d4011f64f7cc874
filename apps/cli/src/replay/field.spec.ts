import { Percent } from '#case-kit';
import { buildSeedLaw, qualification } from '#rulebook';
import { planField, type Qualify } from './field.js';
import { readPublished, type PublishedAuction } from './published.js';

const law = buildSeedLaw();
/** The public calculator, here without a platform around it. */
const qualifyAbove =
  (reserve: string): Qualify =>
  async (offers) => {
    const request = {
      direction: 'ascending',
      attempt: 'FIRST',
      boundPercent: reserve,
      asOf: '2019-12-06',
      bids: offers,
    };
    const computed = qualification.compute(request, law, '2019-12-06');
    if ('errors' in computed) throw new Error(JSON.stringify(computed.errors));
    return await Promise.resolve((computed.answer.result as { qualified: string[] }).qualified);
  };

const auctionOf = (id: string): PublishedAuction => {
  const auction = readPublished().find((each) => each.id === id);
  if (auction === undefined) throw new Error(`no ${id}`);
  return auction;
};
const plan = async (id: string, changes: Partial<PublishedAuction> = {}) => {
  const auction = { ...auctionOf(id), ...changes };
  const field = await planField(auction, qualifyAbove);
  const passing = field.bidders.filter(({ passes }) => passes);
  const qualified = await qualifyAbove(field.reserve)(passing.map(({ name, percent }) => ({ bidder: name, percent })));
  return { auction, field, passing, qualified };
};

describe('the field of a replay', () => {
  it('is that of Mahulsukha with the fewest bidders that make exactly its seven finalists qualify', async () => {
    const { auction, field, qualified } = await plan('OD-2020-MAHULSUKHA');
    expect([...qualified].sort()).toEqual(auction.bidders.map(({ name }) => name).sort());
    expect(field.bidders).toHaveLength(11);
    expect(field.bidders.slice(0, 7).every(({ filledIn }) => filledIn === 'nothing')).toBe(true);
    const unknown = field.bidders.slice(7);
    expect(unknown.map(({ name }) => name)).toEqual([8, 9, 10, 11].map((number) => `Filled-in bidder ${number}`));
    for (const { percent } of unknown) {
      expect(Percent.parse(percent).compare(Percent.parse('56.00'))).toBe(-1);
      expect(Percent.parse(percent).compare(Percent.parse(field.reserve))).toBe(1);
    }
    expect(field).toMatchObject({ floor: '77.00', questions: [] });
  });

  it('qualifies the seven of Mahulsukha from eleven or twelve bidders, and from no other number', async () => {
    const fitting: number[] = [];
    for (let technicallyQualified = 7; technicallyQualified <= 16; technicallyQualified += 1) {
      const { qualified } = await plan('OD-2020-MAHULSUKHA', { technicallyQualified });
      if (qualified.length === 7) fitting.push(technicallyQualified);
    }
    expect(fitting).toEqual([11, 12]);
  });

  it('has as many bids as were published, and lets those fail that cannot have passed', async () => {
    const { field, passing, qualified } = await plan('OD-2020-ROIDA-II');
    expect([field.bidders.length, passing.length, qualified.length]).toEqual([19, 18, 9]);
    expect(field.filledIn.join('; ')).toContain('that the technical bids of 1 of them fail');
  });

  it('makes the half of twenty-two, and of thirteen, qualify as published', async () => {
    expect((await plan('OD-2020-GORUMAHISANI')).qualified).toHaveLength(11);
    expect((await plan('OD-2021-KASIA')).qualified).toHaveLength(7);
  });

  it('fills in a tie where six of ten can have qualified in no other way, and says so', async () => {
    const { field, qualified } = await plan('OD-2020-THAKURANI');
    expect(qualified).toHaveLength(6);
    expect(field.bidders).toHaveLength(10);
    expect(field.filledIn.join('; ')).toContain('a tie at the last qualifying offer');
  });

  it('asks a question where a number in print is not what the rule yields', async () => {
    const { field, qualified, auction } = await plan('OD-2020-BALDA');
    expect(field.questions).toEqual([
      '5 qualified in print, 7 by the rule of qualification from 13 technically qualified',
    ]);
    for (const { name } of auction.bidders) expect(qualified).toContain(name);
  });

  it('begins the second round at a published floor, and else ten points below what was offered in it', async () => {
    expect((await plan('OD-2020-GORUMAHISANI')).field.floor).toBe('66.25');
    expect((await plan('OD-2020-JAJANG')).field.floor).toBe('100.00');
    // A quote was published while bidding ran.
    expect((await plan('OD-2020-GANUA')).field.floor).toBe('96.30');
    expect((await plan('OD-2020-JAJANG', { finalPercent: '6.05' })).field.floor).toBe('3.05');
  });

  it.each(['OD-2020-NUAGAON', 'OD-2019-SARUABIL', 'OD-2016-GHORABURHANI', 'OD-2017-NETRABANDHA', 'OD-2017-KALAMANG'])(
    'qualifies the preferred bidder of %s, of which no finalists were named, and no offer twice',
    async (id) => {
      const { auction, field, qualified } = await plan(id);
      expect(qualified).toContain(auction.preferredBidder);
      expect(new Set(field.bidders.map(({ percent }) => percent)).size).toBe(field.bidders.length);
      expect(field.bidders.some(({ percent }) => percent === field.floor)).toBe(true);
    },
  );

  it('keeps every filled-in offer between a narrow floor and the reserve price', async () => {
    const { field } = await plan('OD-2020-JAJANG', { finalPercent: '2.55', reservePercent: '1.00', bidsReceived: 20 });
    for (const { percent } of field.bidders) {
      expect(Percent.parse(percent).compare(Percent.parse('1.00'))).toBe(1);
    }
  });
});
