import fc from 'fast-check';
import { Area, findUnits, formatUnits, Tonnes } from './quantity.js';

describe('quantities', () => {
  it('come back unchanged from their own text, whatever the number of places', () => {
    const places = fc.constantFrom(2 as const, 3 as const, 4 as const);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), places, (units, count) => {
        expect(findUnits(formatUnits(units, count), count)).toBe(units);
      }),
    );
  });

  it('take four decimals for an area and three for a weight, not more', () => {
    expect(Area.parse('2.8331').format()).toBe('2.8331');
    expect(Area.parse('250').format()).toBe('250.0000');
    expect(Area.find('2.83311')).toBeUndefined();
    expect(Tonnes.parse('12.5').format()).toBe('12.500');
    expect(Tonnes.find('12.5001')).toBeUndefined();
    expect(() => Area.parse('-1')).toThrow(RangeError);
    expect(() => Tonnes.parse('1 t')).toThrow(RangeError);
  });

  it('compare and add exactly', () => {
    const sum = Area.parse('0.1').plus(Area.parse('0.2'));
    expect(sum.compare(Area.parse('0.3'))).toBe(0);
    expect(sum.minus(Area.parse('0.0001')).format()).toBe('0.2999');
    expect(Tonnes.parse('9').compare(Tonnes.parse('10'))).toBe(-1);
    expect(JSON.stringify([sum, Tonnes.parse('1')])).toBe('["0.3000","1.000"]');
  });
});
