import fc from 'fast-check';
import { addDays, DateOutOfRange, dateOfDayNumber, dayNumberOf, parseLocalDate, type LocalDate } from './local-date.js';
import { WorkingCalendar } from './working-calendar.js';

const HOLIDAYS = ['2026-01-26', '2026-03-31', '2026-04-03', '2026-04-03', '2026-04-05'];
const calendar = new WorkingCalendar(HOLIDAYS);

const START = dayNumberOf(parseLocalDate('2025-01-01'));
const dates = fc.integer({ min: START, max: START + 1500 }).map(dateOfDayNumber);
const calendars = fc
  .tuple(fc.array(dates, { maxLength: 120 }), fc.boolean())
  .map(([holidays, saturdayIsWorkingDay]) => new WorkingCalendar(holidays, { saturdayIsWorkingDay }));

describe('WorkingCalendar', () => {
  it('closes holidays, Sundays, and Saturdays unless they are worked', () => {
    const worked = new WorkingCalendar(HOLIDAYS, { saturdayIsWorkingDay: true });
    const days = ['2026-04-03', '2026-04-04', '2026-04-05', '2026-04-06', '2026-04-12'].map(parseLocalDate);
    expect(days.map((day) => calendar.findClosure(day))).toEqual([
      'HOLIDAY',
      'SATURDAY',
      'HOLIDAY',
      undefined,
      'SUNDAY',
    ]);
    expect(days.map((day) => worked.findClosure(day))).toEqual(['HOLIDAY', undefined, 'HOLIDAY', undefined, 'SUNDAY']);
  });

  it('rolls over a holiday and a weekend and lists what it passed', () => {
    expect(calendar.roll(parseLocalDate('2026-04-03'))).toEqual({
      date: '2026-04-06',
      skipped: [
        { date: '2026-04-03', why: 'HOLIDAY' },
        { date: '2026-04-04', why: 'SATURDAY' },
        { date: '2026-04-05', why: 'HOLIDAY' },
      ],
    });
    expect(calendar.roll(parseLocalDate('2026-04-06'))).toEqual({ date: '2026-04-06', skipped: [] });
  });

  it('rolls once and for all', () => {
    fc.assert(
      fc.property(calendars, dates, (some, date) => {
        const rolled = some.roll(date);
        expect(some.isOpen(rolled.date)).toBe(true);
        expect(some.roll(rolled.date)).toEqual({ date: rolled.date, skipped: [] });
        expect(dayNumberOf(rolled.date) - dayNumberOf(date)).toBe(rolled.skipped.length);
      }),
    );
  });

  it('counts n working days between a date and the n-th working day after it', () => {
    fc.assert(
      fc.property(calendars, dates, fc.integer({ min: 1, max: 300 }), (some, from, n) => {
        const reached = some.addWorkingDays(from, n);
        expect(some.isOpen(reached.date)).toBe(true);
        expect(some.countWorkingDays(from, reached.date)).toBe(n);
        expect(dayNumberOf(reached.date) - dayNumberOf(from)).toBe(n + reached.skipped.length);
        expect(reached.skipped.every(({ date, why }) => date > from && some.findClosure(date) === why)).toBe(true);
      }),
    );
  });

  it('finds, counts and lists the same as a walk from day to day', () => {
    fc.assert(
      fc.property(calendars, dates, fc.integer({ min: 1, max: 300 }), (some, from, n) => {
        const closed: string[] = [];
        let day = from;
        for (let left = n; left > 0;) {
          day = addDays(day, 1);
          if (some.isOpen(day)) left -= 1;
          else closed.push(day);
        }
        expect(some.findWorkingDay(from, n)).toBe(day);
        expect([...some.listClosed(from, day)].map(({ date }) => date)).toEqual(closed);
        expect(some.countWorkingDays(from, day)).toBe(n);
        expect(some.countWorkingDays(from, addDays(day, -1))).toBe(n - 1);
      }),
    );
  });

  it('reckons before 1970, across a long run of holidays and from one end of the calendar to the other', () => {
    const year = Array.from({ length: 400 }, (_, index) => dateOfDayNumber(START + index));
    const shut = new WorkingCalendar(year);
    expect(shut.findWorkingDay(parseLocalDate('2024-12-31'), 1)).toBe(shut.roll(parseLocalDate('2025-01-01')).date);
    const bare = new WorkingCalendar([]);
    expect(bare.findWorkingDay(parseLocalDate('1947-08-14'), 1)).toBe('1947-08-15');
    expect(bare.findWorkingDay(parseLocalDate('1947-08-15'), 1)).toBe('1947-08-18');
    const [first, last] = ['0000-01-01', '9999-12-31'].map(parseLocalDate) as [LocalDate, LocalDate];
    const all = bare.countWorkingDays(first, last);
    expect(bare.findWorkingDay(first, all)).toBe(last);
    expect(() => bare.findWorkingDay(first, all + 1)).toThrow(DateOutOfRange);
  });

  it('needs no walk for centuries', () => {
    const started = performance.now();
    for (let round = 0; round < 1_000; round += 1) calendar.findWorkingDay(parseLocalDate('0001-01-01'), 2_500_000);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('counts nothing backwards', () => {
    const day = parseLocalDate('2026-04-06');
    expect(calendar.countWorkingDays(day, day)).toBe(0);
    expect(calendar.countWorkingDays(day, addDays(day, -10))).toBe(0);
  });

  it('refuses to count no working days', () => {
    for (const n of [0, -1, 1.5, Number.NaN]) {
      expect(() => calendar.addWorkingDays(parseLocalDate('2026-04-06'), n)).toThrow(RangeError);
    }
  });

  it('says so when the calendar ends first', () => {
    expect(() => calendar.addWorkingDays(parseLocalDate('9999-12-30'), 5)).toThrow(DateOutOfRange);
    expect(() => calendar.addWorkingDays(parseLocalDate('2026-01-01'), 1e300)).toThrow(DateOutOfRange);
    const lastDays = new WorkingCalendar(['9999-12-30', '9999-12-31']);
    expect(() => lastDays.roll(parseLocalDate('9999-12-30'))).toThrow(DateOutOfRange);
  });

  it('refuses a holiday that is no date', () => {
    expect(() => new WorkingCalendar(['2026-02-30'])).toThrow(RangeError);
  });
});
