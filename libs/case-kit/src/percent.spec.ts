import fc from 'fast-check';
import { Percent } from './percent.js';

const percents = fc.bigInt({ min: 0n, max: 10n ** 9n }).map(Percent.ofHundredths);

describe('Percent', () => {
  it('writes two decimals and reads fewer', () => {
    expect(
      ['7', '7.5', '7.25', '0', '007.10', '835.00', '50000034'].map((text) => Percent.parse(text).format()),
    ).toEqual(['7.00', '7.50', '7.25', '0.00', '7.10', '835.00', '50000034.00']);
  });

  it.each([
    '',
    ' 7',
    '7 ',
    '7\n',
    '+7',
    '-7',
    '7.',
    '.5',
    '7.005',
    '7,5',
    '1e2',
    '0x7',
    '٧',
    'NaN',
    'Infinity',
    '7.0.0',
  ])('refuses the text %j', (text) => {
    expect(Percent.find(text)).toBeUndefined();
    expect(() => Percent.parse(text)).toThrow(RangeError);
  });

  it.each([[7.5], [7], [null], [undefined], [true], [['7.5']], [{}]])('refuses %j, which is no text', (value) => {
    expect(Percent.find(value)).toBeUndefined();
  });

  it('comes back unchanged from its own text', () => {
    fc.assert(fc.property(percents, (percent) => Percent.parse(percent.format()).equals(percent)));
  });

  it('divides into whole steps and a rest that is smaller than one', () => {
    expect(Percent.parse('36.05').divideInSteps(Percent.parse('0.05'))).toEqual({
      whole: 721n,
      rest: Percent.parse('0'),
    });
    fc.assert(
      fc.property(percents, fc.bigInt({ min: 1n, max: 10_000n }), (percent, step) => {
        const { whole, rest } = percent.divideInSteps(Percent.ofHundredths(step));
        expect(whole * step + rest.hundredths).toBe(percent.hundredths);
        expect(rest.hundredths >= 0n && rest.hundredths < step).toBe(true);
      }),
    );
  });

  it('does not divide by a step of zero', () => {
    expect(() => Percent.parse('1').divideInSteps(Percent.parse('0.00'))).toThrow(RangeError);
  });

  it('orders and measures the distance both ways', () => {
    fc.assert(
      fc.property(percents, percents, (a, b) => {
        expect(a.compare(b)).toBe(-b.compare(a) + 0);
        expect(a.distanceTo(b).equals(b.distanceTo(a))).toBe(true);
        expect(a.distanceTo(b).hundredths >= 0n).toBe(true);
      }),
    );
  });

  it('stands in JSON as its text', () => {
    expect(JSON.stringify({ offer: Percent.parse('104.1') })).toBe('{"offer":"104.10"}');
  });
});
