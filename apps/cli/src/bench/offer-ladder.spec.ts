import { Percent } from '#case-kit';
import { OfferCount, OfferLadder } from './offer-ladder.js';

describe('offers of the bench', () => {
  it('climb by one step each, from above where the second round began, without rounding', () => {
    const ladder = new OfferLadder(Percent.parse('60.00'), Percent.parse('0.05'));
    expect([ladder.next(), ladder.next(), ladder.next()]).toEqual(['60.05', '60.10', '60.15']);
    for (let count = 3; count < 50_000; count += 1) ladder.next();
    expect(ladder.next()).toBe('2560.05');
  });

  it('go on from the best that was accepted when they have run too far ahead of it', () => {
    const ladder = new OfferLadder(Percent.parse('60.00'), Percent.parse('0.05'));
    for (let count = 0; count < 150; count += 1) ladder.next();
    ladder.accept('60.10');
    ladder.accept('60.05');
    ladder.fallBack();
    expect(ladder.next()).toBe('60.15');
  });

  it('are counted by their answers, and any other answer ends the measurement', () => {
    const count = new OfferCount();
    for (const status of [200, 200, 422, 429]) count.count(status, '');
    expect(count.shares()).toEqual({ accepted: 0.5, refused: 0.25, throttled: 0.25 });
    expect(() => {
      count.count(503, 'busy');
    }).toThrow('an offer was answered 503: busy');
  });
});
