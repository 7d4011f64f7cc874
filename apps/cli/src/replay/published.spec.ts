import { readPublished } from './published.js';

const RESULTS = [
  'auction_id,regime,tranche,block_name,state,mineral,concession_type,status,preferred_bidder,reserve_price_pct,floor_price_pct,final_price_offer_pct,bids_received,n_tqb,n_qualified,reason,date,source_url,notes',
  'X-1,state,Odisha NIT 2019-12-06,Stone Block,Odisha,Iron ore; moonstone,ML,preferred_bidder,Beta,,,92.7,12,,2,,2020-02-08,https://a.example ; https://b.example,',
].join('\n');

const readOne = (...rows: readonly string[]) => {
  const heading = 'auction_id,round,bidder,offer_pct,rank,qualified,source_url';
  return readPublished([heading, ...rows].join('\n'), RESULTS)[0];
};

describe('the published rounds', () => {
  it('are read with every figure to two decimals, and what is empty as unknown', () => {
    const auction = readOne(
      'X-1,1,Alpha,77,1,Y,https://c.example',
      'X-1,1,Beta,76.7,2,Y,https://c.example',
      'X-1,2,Beta,92.7,1,Y,https://d.example',
    );
    expect(auction).toMatchObject({
      state: 'OD',
      minerals: ['IRON_ORE', 'OTHER_MAJOR'],
      noticeOn: '2019-12-06',
      floorPercent: '77.00',
      finalPercent: '92.70',
      preferredBidder: 'Beta',
      reservePercent: null,
      technicallyQualified: null,
      bidsReceived: 12,
      sources: ['https://c.example', 'https://d.example', 'https://a.example', 'https://b.example'],
      outcomeSource: 'https://d.example',
    });
    expect(auction?.bidders).toEqual([
      { name: 'Alpha', percent: '77.00', printedRank: 1, qualified: true },
      { name: 'Beta', percent: '76.70', printedRank: 2, qualified: true },
    ]);
  });

  it('have the highest initial offer in a row without a bidder', () => {
    const auction = readOne('X-1,1,Alpha,,,Y,s', 'X-1,1,,72,1,Y,s', 'X-1,2,Beta,92.7,1,Y,s');
    expect(auction).toMatchObject({ floorPercent: '72.00', bidders: [{ name: 'Alpha', percent: null }] });
  });

  it('do not take the best of some offers for the best of all', () => {
    expect(readOne('X-1,1,Alpha,72,1,Y,s', 'X-1,1,Beta,,,Y,s')).toMatchObject({ floorPercent: null });
  });

  it('keep a quote of an unknown bidder apart from the outcome', () => {
    const auction = readOne('X-1,2-interim,,80.05,1,Y,s', 'X-1,2,Beta,92.7,1,Y,s');
    expect(auction).toMatchObject({ quotes: ['80.05'], finalPercent: '92.70', bidders: [] });
  });

  it('are refused where they cannot be understood', () => {
    expect(() => readOne('X-1,1,Alpha,72.005,1,Y,s')).toThrow('X-1: 72.005 is no percentage');
    expect(() => readOne('X-1,1,Alpha,72,1,maybe,s')).toThrow('maybe is neither Y nor N');
    expect(() => readOne('X-2,1,Alpha,72,1,Y,s')).toThrow('X-2 has rounds, but no result');
  });
});
