import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { Percent } from './percent.js';
import { ExactRupees, Rupees } from './rupees.js';

const amounts = fc.bigInt({ min: 0n, max: 10n ** 16n }).map(Rupees.ofPaise);
const percents = fc.bigInt({ min: 0n, max: 100_000n }).map(Percent.ofHundredths);
const Exact = Decimal.clone({ precision: 60 });

describe('Rupees', () => {
  it('reads at most two decimals and writes two', () => {
    expect(Rupees.parse('36488526000').format()).toBe('36488526000.00');
    expect(Rupees.parse('0.1').format()).toBe('0.10');
    for (const text of ['3,648', '1.005', '-1.00', '1e3', '', '.5', '5.', '₹5'])
      expect(Rupees.find(text)).toBeUndefined();
    expect(Rupees.find(5)).toBeUndefined();
  });

  it('reads a leading minus only where it is asked to', () => {
    expect(Rupees.findSigned('-250.5')?.format()).toBe('-250.50');
    expect(Rupees.findSigned('250.5')?.format()).toBe('250.50');
    expect(Rupees.findSigned('-0')?.format()).toBe('0.00');
    for (const text of ['--1', '- 1', '+1', '-', '-.5', '1-']) expect(Rupees.findSigned(text)).toBeUndefined();
  });

  it('groups in lakh and crore for people', () => {
    expect(['0', '999', '1000', '100000', '91221315', '500000000', '123456789012.5'].map(group)).toEqual([
      'Rs 0.00',
      'Rs 999.00',
      'Rs 1,000.00',
      'Rs 1,00,000.00',
      'Rs 9,12,21,315.00',
      'Rs 50,00,00,000.00',
      'Rs 1,23,45,67,89,012.50',
    ]);
    expect(Rupees.findSigned('-123456')?.formatGrouped()).toBe('Rs -1,23,456.00');
  });

  it('takes a share exactly and rounds it once, half up', () => {
    expect(Rupees.parse('2.00').portion(Percent.parse('0.25')).format()).toBe('0.01');
    expect(Rupees.parse('1.99').portion(Percent.parse('0.25')).format()).toBe('0.00');
    fc.assert(
      fc.property(amounts, percents, (amount, percent) => {
        const exact = new Exact(amount.format()).mul(percent.format()).div(100);
        expect(amount.portion(percent).format()).toBe(exact.toFixed(2, Decimal.ROUND_HALF_CEIL));
      }),
    );
  });

  it('rounds a share of a share once, not twice', () => {
    const share = Rupees.parse('1.98').exact().portion(Percent.parse('0.25'));
    // 0.00495 is rounded to 0.00; rounding it first to three places would make 0.01 of it.
    expect(share.round().format()).toBe('0.00');
    fc.assert(
      fc.property(amounts, percents, percents, (amount, first, second) => {
        const exact = new Exact(amount.format()).mul(first.format()).mul(second.format()).div(10_000);
        const twice = amount.exact().portion(first).portion(second);
        expect(twice.round().format()).toBe(exact.toFixed(2, Decimal.ROUND_HALF_CEIL));
      }),
    );
  });

  it('rounds amounts below zero towards the greater one as well', () => {
    const halves = [-3n, -2n, -1n, 1n, 2n, 3n].map((halfPaise) => ExactRupees.ofPaise(halfPaise, 2n).round().paise);
    expect(halves).toEqual([-1n, -1n, 0n, 1n, 1n, 2n]);
    expect(ExactRupees.ofPaise(-4n, 3n).round().paise).toBe(-1n);
    expect(ExactRupees.ofPaise(-5n, 3n).round().paise).toBe(-2n);
  });

  it('compares exact amounts without rounding them', () => {
    const need = Rupees.parse('250000000.01').exact().portion(Percent.parse('4'));
    expect(need.round().format()).toBe('10000000.00');
    expect(Rupees.parse('10000000.00').exact().compare(need)).toBe(-1);
    expect(Rupees.parse('10000000.01').exact().compare(need)).toBe(1);
    expect(need.min(Rupees.parse('10000000.00').exact()).round().format()).toBe('10000000.00');
  });

  it('adds, subtracts and picks the lesser and the greater', () => {
    const [a, b] = [Rupees.parse('1.10'), Rupees.parse('2.05')];
    expect(Rupees.sum([a, b, b]).format()).toBe('5.20');
    expect(Rupees.sum([]).compare(Rupees.ZERO)).toBe(0);
    expect([a.plus(b), a.minus(b), a.min(b), a.max(b)].map((amount) => amount.format())).toEqual([
      '3.15',
      '-0.95',
      '1.10',
      '2.05',
    ]);
  });

  it('refuses a denominator that is not positive', () => {
    expect(() => ExactRupees.ofPaise(1n, 0n)).toThrow(RangeError);
  });
});

function group(text: string): string {
  return Rupees.parse(text).formatGrouped();
}
