import fc from 'fast-check';
import { runCalculator } from '../calculators.js';
import type { CalculatorAnswer } from '../reasoning.js';
import { buildSeedLaw } from '../seed.js';
import { compareCodePoints } from './code-points.js';
import type { QualificationResult } from './qualification.js';
import { qualificationSentences as sentences } from './qualification.sentences.js';

const law = buildSeedLaw();

function ask(body: object): CalculatorAnswer<QualificationResult> {
  const request = { direction: 'ascending', attempt: 'FIRST', boundPercent: '5.00', asOf: '2026-03-02', ...body };
  const outcome = runCalculator('qualification', request, law, '2026-11-23');
  if (outcome.status !== 200) throw new Error(JSON.stringify(outcome));
  return outcome.body as CalculatorAnswer<QualificationResult>;
}

const bid = (bidder: string, percent: string, ...affiliates: string[]): object => ({ bidder, percent, affiliates });
const hundredths = (n: number): string => (n / 100).toFixed(2);
const offers = fc.array(fc.integer({ min: 500, max: 540 }), { minLength: 6, maxLength: 24 });

describe('qualification', () => {
  it('takes every rank up to half of the bidders, rounded up, and every offer as good as the fifth', () => {
    fc.assert(
      fc.property(offers, (given) => {
        const { result } = ask({ bids: given.map((offer, index) => bid(`B${index}`, hundredths(offer))) });
        const distinct = [...new Set(given)].sort((a, b) => b - a);
        const fifth = [...given].sort((a, b) => b - a)[4] ?? 0;
        const expected = given.flatMap((offer, index) =>
          distinct.indexOf(offer) < Math.ceil(given.length / 2) || offer >= fifth ? [`B${index}`] : [],
        );
        expect([...result.qualified].sort()).toEqual(expected.sort());
        expect(result.ranks.map(({ rank }) => rank)).toEqual(
          given.map((offer) => distinct.indexOf(offer) + 1).sort((a, b) => a - b),
        );
      }),
    );
  });

  it('mirrors: a descending auction qualifies the same bidders as an ascending one upside down', () => {
    fc.assert(
      fc.property(offers, (given) => {
        const up = ask({ bids: given.map((offer, index) => bid(`B${index}`, hundredths(offer))) });
        const down = ask({
          direction: 'descending',
          boundPercent: '95.00',
          bids: given.map((offer, index) => bid(`B${index}`, hundredths(10_000 - offer))),
        });
        expect(down.result.qualified).toEqual(up.result.qualified);
      }),
    );
  });

  it('does not depend on the order of the bids', () => {
    fc.assert(
      fc.property(offers, fc.nat(), (given, turn) => {
        const bids = given.map((offer, index) => bid(`B${index}`, hundredths(offer), `P${index % 9}`));
        const turned = [...bids.slice(turn % bids.length), ...bids.slice(0, turn % bids.length)];
        expect(ask({ bids: turned }).result).toEqual(ask({ bids }).result);
      }),
    );
  });

  it('follows affiliates through parties that do not bid, in both directions and round a circle', () => {
    const bids = [
      bid('Aravalli', '9', 'Holding One'),
      bid('Betwa', '8', 'Holding Two'),
      { bidder: 'Chambal', percent: '7', affiliates: ['Holding One', 'Holding Two'], eligible: false },
      bid('Damodar', '6', 'Elsewhere'),
    ];
    const { result } = ask({ bids });
    expect(result.rejected).toEqual(
      ['Aravalli', 'Betwa', 'Chambal'].map((bidder) => ({ bidder, reason: 'AFFILIATE' })),
    );
    expect(ask({ bids: [bid('A', '9', 'B'), bid('B', '8', 'C'), bid('C', '7', 'A')] }).result.reason).toBe('NO_TQB');
  });

  it('links bidders of any name', () => {
    const bids = [bid('__proto__', '9', 'constructor'), bid('constructor', '8'), bid('toString', '7')];
    expect(ask({ bids }).result.technicallyQualified).toEqual(['toString']);
  });

  it('lets affiliates bid until the day before the amendment of 21 January 2024', () => {
    const bids = [bid('A', '9', 'B'), bid('B', '8'), bid('C', '7')];
    expect(ask({ bids, asOf: '2024-01-20' }).result.outcome).toBe('QUALIFIED');
    expect(ask({ bids, asOf: '2024-01-21' }).result.technicallyQualified).toEqual(['C']);
  });

  it('rejects for one reason: affiliate before not eligible before beyond the bound', () => {
    const bids = [
      { bidder: 'b', percent: '1', eligible: false, affiliates: ['a'] },
      { bidder: 'a', percent: '9' },
      { bidder: 'c', percent: '1', eligible: false },
      { bidder: 'd', percent: '4.99' },
      { bidder: 'e', percent: '5' },
    ];
    const { result, rules } = ask({ bids });
    expect(result.rejected).toEqual([
      { bidder: 'a', reason: 'AFFILIATE' },
      { bidder: 'b', reason: 'AFFILIATE' },
      { bidder: 'c', reason: 'NOT_ELIGIBLE' },
      { bidder: 'd', reason: 'BEYOND_BOUND' },
    ]);
    expect(result.technicallyQualified).toEqual(['e']);
    expect(rules).toContainEqual(sentences.oneReason.ref);
  });

  it.each([
    ['FIRST', undefined, 'ANNULLED', ['SECOND', 'DE_NOVO']],
    ['DE_NOVO', undefined, 'ANNULLED', ['SECOND', 'DE_NOVO']],
    ['SECOND', undefined, 'AUTHORITY_DECIDES', []],
    ['SECOND', true, 'AUTHORITY_DECIDES', []],
    ['SECOND', false, 'ANNULLED', ['SECOND', 'DE_NOVO']],
  ])('judges one bidder in a %s attempt (first had a bid: %s) as %s', (attempt, firstAttemptHadTqb, outcome, next) => {
    const known = firstAttemptHadTqb === undefined ? {} : { firstAttemptHadTqb };
    const { result, rules } = ask({ attempt, ...known, bids: [bid('A', '9')] });
    expect(result).toMatchObject({ outcome, reason: 'LT3_TQB', nextAttempts: next });
    expect(result.qualified).toEqual(outcome === 'ANNULLED' ? [] : ['A']);
    expect(result.secondRoundBound).toBe(outcome === 'ANNULLED' ? null : '9.00');
    const cited = rules.some(({ provision }) => provision === sentences.noResponsiveBid.ref.provision);
    expect(cited).toBe(firstAttemptHadTqb === false);
  });

  it.each(['FIRST', 'SECOND', 'DE_NOVO'])('annuls a %s attempt in which nobody is technically qualified', (attempt) => {
    const rest = { outcome: 'ANNULLED', nextAttempts: ['DE_NOVO'], qualified: [], secondRoundBound: null, ranks: [] };
    expect(ask({ attempt, bids: [] }).rules).toEqual([sentences.nobody.ref]);
    expect(ask({ attempt, bids: [] }).result).toMatchObject({ ...rest, reason: 'NIL_BIDS' });
    expect(ask({ attempt, bids: [bid('A', '4.99')] }).result).toMatchObject({ ...rest, reason: 'NO_TQB' });
  });

  it('says which rules it rests on, and how firmly', () => {
    const bids = [1, 2, 3, 4, 5, 6].map((n) => bid(`B${n}`, `1${n}`));
    const six = ask({ bids });
    expect(six.rules).toContainEqual({ act: 'Mineral (Auction) Rules, 2015', provision: 'r. 8(1)' });
    expect(six.rules.length).toBe(new Set(six.rules.map((rule) => JSON.stringify(rule))).size);
    expect(ask({ bids: bids.slice(0, 3) }).confidence).toBe('secondary');
    expect(six.confidence).toBe('policy');
    // Of seven bidders the half is no whole number, and that it is rounded up nobody has confirmed.
    expect(ask({ bids: [...bids, bid('B7', '17')] }).confidence).toBe('unverified');
  });
});

describe('names', () => {
  it('sort by code point, not by UTF-16 unit', () => {
    expect(['\u{1F600}', '\uFF21', 'a', 'A', 'Aa', ''].sort(compareCodePoints)).toEqual([
      '',
      'A',
      'Aa',
      'a',
      '\uFF21',
      '\u{1F600}',
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const [left, right] = [Array.from(a, codePoint), Array.from(b, codePoint)];
        const at = left.findIndex((point, index) => point !== right[index]);
        const expected =
          at === -1 ? Math.sign(left.length - right.length) : (left[at] ?? 0) < (right[at] ?? -1) ? -1 : 1;
        expect(compareCodePoints(a, b)).toBe(expected);
      }),
    );
  });
});

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
