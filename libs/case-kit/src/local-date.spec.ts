import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  addDays,
  addMonths,
  addYears,
  DateOutOfRange,
  dateOfDayNumber,
  dayNumberOf,
  daysBetween,
  findInstant,
  findLocalDate,
  formatInstant,
  localDateAt,
  parseInstant,
  parseLocalDate,
  startOfDay,
  weekdayOf,
} from './local-date.js';

const FIRST = dayNumberOf(parseLocalDate('0000-01-01'));
const LAST = dayNumberOf(parseLocalDate('9999-12-31'));
const dates = fc.integer({ min: FIRST, max: LAST }).map(dateOfDayNumber);
const nearDates = fc
  .integer({ min: dayNumberOf(parseLocalDate('1990-01-01')), max: dayNumberOf(parseLocalDate('2110-12-31')) })
  .map(dateOfDayNumber);

describe('local dates', () => {
  it.each(['2026-02-30', '2025-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-01-00', '2026-1-1', '26-01-01'])(
    'do not exist as %s',
    (text) => {
      expect(findLocalDate(text)).toBeUndefined();
      expect(() => parseLocalDate(text)).toThrow(RangeError);
    },
  );

  it.each(['2026-01-01T00:00:00Z', ' 2026-01-01', '2026-01-01\n', '+2026-01-01', '10000-01-01', '2026/01/01', ''])(
    'are refused in the form %j',
    (text) => expect(findLocalDate(text)).toBeUndefined(),
  );

  it('know leap years', () => {
    expect(['2024-02-29', '2000-02-29', '0000-02-29'].map(findLocalDate)).not.toContain(undefined);
    expect(findLocalDate(20240229)).toBeUndefined();
  });

  it('agree with the calendar of Temporal on day numbers, weekdays and lengths', () => {
    fc.assert(
      fc.property(dates, (date) => {
        const other = Temporal.PlainDate.from(date);
        expect(dateOfDayNumber(dayNumberOf(date))).toBe(date);
        expect(
          Temporal.PlainDate.from('1970-01-01')
            .add({ days: dayNumberOf(date) })
            .toString(),
        ).toBe(date);
        expect(WEEKDAYS[other.dayOfWeek - 1]).toBe(weekdayOf(date));
      }),
    );
    fc.assert(
      fc.property(nearDates, fc.integer({ min: -600, max: 600 }), (date, n) => {
        const other = Temporal.PlainDate.from(date);
        expect(addMonths(date, n)).toBe(other.add({ months: n }).toString());
        expect(addDays(date, n)).toBe(other.add({ days: n }).toString());
      }),
    );
  });

  it('keep the day number over months, else take the last day', () => {
    expect(addMonths(parseLocalDate('2026-01-31'), 1)).toBe('2026-02-28');
    expect(addMonths(parseLocalDate('2028-01-31'), 1)).toBe('2028-02-29');
    expect(addYears(parseLocalDate('2028-02-29'), 1)).toBe('2029-02-28');
    expect(addYears(parseLocalDate('2028-02-29'), 4)).toBe('2032-02-29');
    expect(addMonths(parseLocalDate('2026-02-28'), 24)).toBe('2028-02-28');
    fc.assert(
      fc.property(nearDates, fc.nat(1200), (date, n) => {
        const day = Number(date.slice(8));
        const reached = Number(addMonths(date, n).slice(8));
        expect(reached === day || (reached < day && addDays(addMonths(date, n), 1).endsWith('-01'))).toBe(true);
      }),
    );
  });

  it('count a period from the day after it begins', () => {
    expect(daysBetween(parseLocalDate('2025-12-12'), addDays(parseLocalDate('2025-12-12'), 45))).toBe(45);
    expect(addDays(parseLocalDate('2025-12-12'), 1)).toBe('2025-12-13');
  });

  it('sort as text in the order of the calendar', () => {
    fc.assert(fc.property(dates, dates, (a, b) => (a < b ? -1 : a > b ? 1 : 0) === Math.sign(-daysBetween(a, b)) + 0));
  });

  it('end with the year 9999', () => {
    expect(addDays(parseLocalDate('9999-12-30'), 1)).toBe('9999-12-31');
    expect(() => addDays(parseLocalDate('9999-12-31'), 1)).toThrow(DateOutOfRange);
    expect(() => addMonths(parseLocalDate('9999-12-31'), 1)).toThrow(DateOutOfRange);
    expect(() => addDays(parseLocalDate('2026-01-01'), 1e300)).toThrow(DateOutOfRange);
    expect(() => addYears(parseLocalDate('2026-01-01'), Infinity)).toThrow(DateOutOfRange);
    expect(() => addDays(parseLocalDate('0000-01-01'), -1)).toThrow(DateOutOfRange);
  });
});

describe('instants', () => {
  it('are read with any offset and written with that of India', () => {
    expect(formatInstant(parseInstant('2026-03-02T12:00:00Z'))).toBe('2026-03-02T17:30:00+05:30');
    expect(formatInstant(parseInstant('2026-03-02T23:59:59.9-01:00'))).toBe('2026-03-03T06:29:59.900+05:30');
    expect(formatInstant(parseInstant('2026-03-02T12:00:00.000+05:30'))).toBe('2026-03-02T12:00:00+05:30');
    expect(formatInstant(parseInstant('2026-03-02T12:00:00.05-00:00'))).toBe('2026-03-02T17:30:00.050+05:30');
  });

  it.each([
    '2026-03-02T12:00:00',
    '2026-03-02t12:00:00Z',
    '2026-03-02T12:00:00z',
    '2026-03-02 12:00:00Z',
    '2026-03-02T12:00Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T12:60:00Z',
    '2026-03-02T12:00:60Z',
    '2026-03-02T12:00:00.Z',
    '2026-03-02T12:00:00.0000Z',
    '2026-03-02T12:00:00,5Z',
    '2026-03-02T12:00:00+0530',
    '2026-03-02T12:00:00+24:00',
    '2026-03-02T12:00:00+05:60',
    '2026-02-30T12:00:00Z',
    '2026-03-02',
    '',
  ])('are refused in the form %s', (text) => {
    expect(findInstant(text)).toBeUndefined();
    expect(() => parseInstant(text)).toThrow(RangeError);
  });

  it('come back unchanged and agree with Date', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1900), max: Date.UTC(9999, 0) }), (at) => {
        expect(parseInstant(formatInstant(at))).toBe(at);
        expect(Date.parse(formatInstant(at))).toBe(at);
        expect(parseInstant(new Date(at).toISOString())).toBe(at);
      }),
    );
  });

  it('fall on the day in India, which begins at half past six in the evening of the day before in Greenwich', () => {
    expect(localDateAt(Date.parse('2026-01-25T18:29:59.999Z'))).toBe('2026-01-25');
    expect(localDateAt(Date.parse('2026-01-25T18:30:00.000Z'))).toBe('2026-01-26');
    expect(startOfDay(parseLocalDate('2026-01-26'))).toBe(Date.parse('2026-01-25T18:30:00.000Z'));
    fc.assert(fc.property(dates, (date) => localDateAt(startOfDay(date)) === date));
  });

  it('are not written beyond the year 9999', () => {
    expect(() => formatInstant(parseInstant('9999-12-31T23:59:59Z'))).toThrow(DateOutOfRange);
    expect(() => formatInstant(parseInstant('0000-01-01T00:00:00+14:00'))).toThrow(DateOutOfRange);
  });
});

const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
