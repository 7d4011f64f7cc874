import { compare, type Outcome } from './compare.js';
import type { Field } from './field.js';
import type { PublishedAuction } from './published.js';

const AUCTION: PublishedAuction = {
  id: 'X-1',
  regime: 'state',
  blockName: 'Invented Block',
  state: 'OD',
  stateName: 'Odisha',
  minerals: ['IRON_ORE'],
  mineralsAsPublished: 'Iron ore',
  concession: 'ML',
  status: 'preferred_bidder',
  preferredBidder: 'Beta',
  reservePercent: null,
  floorPercent: '77.00',
  finalPercent: '92.70',
  bidsReceived: 11,
  technicallyQualified: null,
  qualified: 7,
  noticeOn: null,
  decidedOn: null,
  bidders: [
    { name: 'Alpha', percent: '77.00', printedRank: 1, qualified: true },
    { name: 'Beta', percent: '57.00', printedRank: 6, qualified: true },
  ],
  quotes: [],
  sources: [],
  outcomeSource: '',
};
const FIELD: Field = { bidders: [], reserve: '5.00', floor: '77.00', filledIn: [], questions: [] };
const OUTCOME: Outcome = {
  status: 'Preferred bidder declared',
  bidsReceived: 11,
  technicallyQualified: 11,
  qualified: 7,
  round: { floor: '77.00' },
  preferredBidder: { name: 'Beta', percent: '92.70' },
  openedOffers: [
    { name: 'Alpha', percent: '77.00', rank: 1, qualified: true },
    { name: 'Beta', percent: '57.00', rank: 5, qualified: true },
  ],
};

describe('the comparison of a replay with what was published', () => {
  it('is equal when every published figure came about, and tells ranks that were counted otherwise', () => {
    expect(compare({ auction: AUCTION, field: FIELD }, OUTCOME)).toEqual({
      equal: true,
      differences: [],
      questions: [],
      ranks: ['Beta is 6 in print, which counts, and 5 by the Rules, which rank densely'],
    });
  });

  it('names each figure that came out otherwise', () => {
    const outcome = { ...OUTCOME, qualified: 6, preferredBidder: { name: 'Alpha', percent: '92.75' } };
    expect(compare({ auction: AUCTION, field: FIELD }, outcome)).toMatchObject({
      equal: false,
      differences: [
        { datum: 'preferred bidder', published: 'Beta', replayed: 'Alpha' },
        { datum: 'final price offer', published: '92.70', replayed: '92.75' },
        { datum: 'qualified', published: '7', replayed: '6' },
      ],
    });
    const annulled = { ...OUTCOME, preferredBidder: null, round: null };
    expect(compare({ auction: AUCTION, field: FIELD }, annulled).differences).toContainEqual({
      datum: 'final price offer',
      published: '92.70',
      replayed: 'none',
    });
  });

  it('holds a number of qualified bidders that is a question against nobody', () => {
    const field = { ...FIELD, questions: ['5 qualified in print, 7 by the rule'] };
    expect(compare({ auction: { ...AUCTION, qualified: 5 }, field }, OUTCOME)).toMatchObject({
      equal: true,
      questions: field.questions,
    });
  });
});
