import fc from 'fast-check';
import { Percent } from '#case-kit';
import { saysPercent, spellPercent } from './block-auction.words.js';

const percents = fc.bigInt({ min: 0n, max: 999_999_999n }).map((units) => Percent.ofHundredths(units));

describe('percentages in words', () => {
  it('are spelled as India counts, the decimals one by one', () => {
    const spelled = {
      '0.05': 'zero point zero five',
      '10.00': 'ten point zero zero',
      '19.90': 'nineteen point nine zero',
      '63.55': 'sixty-three point five five',
      '100.00': 'one hundred point zero zero',
      '140.10': 'one hundred and forty point one zero',
      '835.00': 'eight hundred and thirty-five point zero zero',
      '1001.00': 'one thousand one point zero zero',
      '250000.00': 'two lakh fifty thousand point zero zero',
      '9999999.99': 'ninety-nine lakh ninety-nine thousand nine hundred and ninety-nine point nine nine',
    };
    for (const [figures, words] of Object.entries(spelled)) expect(spellPercent(Percent.parse(figures))).toBe(words);
  });

  it('are read as they are spelled, and as no other percentage', () => {
    fc.assert(
      fc.property(percents, percents, (one, other) => {
        expect(saysPercent(spellPercent(one), one)).toBe(true);
        expect(saysPercent(spellPercent(one), other)).toBe(one.equals(other));
      }),
    );
  });

  it('are read whatever their case, hyphens, commas and closing words', () => {
    const percent = Percent.parse('140.10');
    for (const words of [
      'One Hundred and Forty point One Zero',
      'one hundred forty point one zero per cent',
      'one hundred, forty point one zero percentage points.',
      '  one  hundred-and-forty point one-zero % ',
    ]) {
      expect(saysPercent(words, percent)).toBe(true);
    }
    for (const words of [
      'one hundred and forty',
      'one hundred and four point one zero',
      'hundred and forty point ten',
      '140.10',
    ]) {
      expect(saysPercent(words, percent)).toBe(false);
    }
  });
});
