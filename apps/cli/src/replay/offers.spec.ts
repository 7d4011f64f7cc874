import { findStep, planOffers, type RoundKnown, type RoundLaw } from './offers.js';

const LAW: RoundLaw = {
  step: '0.05',
  jumpSteps: 100,
  minutes: 120,
  extensionMinutes: 8,
  startsAt: '2020-02-08T11:00:00+05:30',
};
const KNOWN: RoundKnown = { floor: '77.00', final: '92.70', winner: 'Patnaik', rival: 'Thakur', quotes: [] };

describe('the offers of a replayed second round', () => {
  it('climb to the published one by turns, in strides that nobody has to repeat, and end with its bidder', () => {
    expect(planOffers(KNOWN, LAW)).toMatchObject([
      { bidder: 'Thakur', percent: '82.00', filledIn: 'offer' },
      { bidder: 'Patnaik', percent: '87.00', filledIn: 'offer' },
      { bidder: 'Thakur', percent: '92.00', filledIn: 'offer' },
      { bidder: 'Patnaik', percent: '92.70', filledIn: 'nothing', at: '2020-02-08T12:57:00+05:30' },
    ]);
  });

  it('invent nothing where one stride is enough', () => {
    expect(planOffers({ ...KNOWN, final: '82.00' }, LAW)).toMatchObject([{ percent: '82.00', filledIn: 'nothing' }]);
  });

  it('pass through a quote that was published without its bidder', () => {
    const offers = planOffers({ ...KNOWN, quotes: ['80.05'] }, LAW);
    expect(offers.map(({ percent, filledIn }) => [percent, filledIn])).toEqual([
      ['80.05', 'bidder'],
      ['85.05', 'offer'],
      ['90.05', 'offer'],
      ['92.70', 'nothing'],
    ]);
  });

  it('jump where too many would have to be invented', () => {
    expect(planOffers({ ...KNOWN, final: '835.00' }, LAW)).toMatchObject([{ bidder: 'Patnaik', percent: '835.00' }]);
  });

  it('come one after the other, all of them in time and only the last one late enough to extend the round', () => {
    const times = planOffers({ ...KNOWN, final: '108.00' }, LAW).map(({ at }) => at);
    expect([...times].sort()).toEqual(times);
    expect(new Set(times).size).toBe(times.length);
    expect(times.filter((at) => at > '2020-02-08T12:52:00+05:30')).toHaveLength(1);
  });

  it('keep the step of the law unless it makes them impossible', () => {
    expect(findStep('77.00', ['92.70'], '0.05')).toBe('0.05');
    expect(findStep('77.00', ['92.74'], '0.05')).toBe('0.01');
  });
});
