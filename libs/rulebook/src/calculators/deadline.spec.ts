import { addDays, daysBetween, parseLocalDate, WorkingCalendar } from '#case-kit';
import fc from 'fast-check';
import { runCalculator } from '../calculators.js';
import { LongList } from '../long-list.js';
import type { CalculatorAnswer } from '../reasoning.js';
import { buildSeedLaw } from '../seed.js';
import type { DeadlineResult } from './deadline.js';

const law = buildSeedLaw();

function ask(body: object): CalculatorAnswer<DeadlineResult> {
  const outcome = runCalculator('deadline', { rollOver: 'NEXT_WORKING_DAY', ...body }, law, '2026-11-23');
  if (outcome.status !== 200) throw new Error(JSON.stringify(outcome));
  return outcome.body as CalculatorAnswer<DeadlineResult>;
}

describe('deadline', () => {
  it('gives a holiday as the reason before a weekend', () => {
    const { result } = ask({ from: '2026-04-02', days: 1, holidays: ['2026-04-03', '2026-04-04', '2026-04-05'] });
    expect(result).toEqual({
      rawDueOn: '2026-04-03',
      dueOn: '2026-04-06',
      skipped: ['2026-04-03', '2026-04-04', '2026-04-05'].map((date) => ({ date, why: 'HOLIDAY' })),
    });
  });

  it('keeps weekends closed where the holidays are replaced, and Sundays where Saturdays are worked', () => {
    expect(ask({ from: '2026-01-24', days: 0, holidays: [] }).result.dueOn).toBe('2026-01-26');
    expect(ask({ from: '2026-01-24', days: 0 }).result.dueOn).toBe('2026-01-27');
    expect(ask({ from: '2026-01-24', days: 0, saturdayIsWorkingDay: true }).result.dueOn).toBe('2026-01-24');
    expect(ask({ from: '2026-01-25', days: 0, saturdayIsWorkingDay: true }).result.dueOn).toBe('2026-01-27');
  });

  it('does not roll when it is told not to', () => {
    const { result } = ask({ from: '2026-01-25', days: 0, rollOver: 'NONE' });
    expect(result).toEqual({ rawDueOn: '2026-01-25', dueOn: '2026-01-25', skipped: [] });
  });

  it('counts months and years alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000 }), fc.nat(40), (day, years) => {
        const from = addDays(parseLocalDate('2010-01-01'), day);
        expect(ask({ from, months: years * 12 }).result).toEqual(ask({ from, years }).result);
      }),
    );
  });

  it('agrees with the working calendar of the central list', () => {
    const calendar = new WorkingCalendar(law.holidays('CENTRE'));
    fc.assert(
      fc.property(fc.nat(2_500), fc.integer({ min: 1, max: 200 }), (day, length) => {
        const from = addDays(parseLocalDate('2022-06-01'), day);
        const rolled = ask({ from, days: length }).result;
        const roll = calendar.roll(addDays(from, length));
        expect(rolled).toEqual({ rawDueOn: addDays(from, length), dueOn: roll.date, skipped: roll.skipped });
        for (const rollOver of ['NONE', 'NEXT_WORKING_DAY']) {
          const counted = ask({ from, workingDays: length, rollOver }).result;
          expect(counted.rawDueOn).toBe(counted.dueOn);
          expect(calendar.countWorkingDays(from, parseLocalDate(counted.dueOn))).toBe(length);
          expect([...counted.skipped].every(({ date }) => date > from && date < counted.dueOn)).toBe(true);
        }
      }),
    );
  });

  it('is as firm as the holiday list of the years it looked at', () => {
    const workingDays = { workingDays: 3 };
    expect(ask({ from: '2026-03-02', ...workingDays }).confidence).toBe('policy');
    expect(ask({ from: '2027-03-02', ...workingDays }).confidence).toBe('unverified');
    expect(ask({ from: '2027-03-02', ...workingDays, holidays: [] }).confidence).toBe('policy');
    expect(ask({ from: '2026-03-02', days: 3 }).confidence).toBe('unverified');
    expect(ask({ from: '2026-03-02', days: 3, rollOver: 'NONE' }).confidence).toBe('derived');
  });

  it('is reckoned at once however many working days are asked for; the closed days are made as they are read', () => {
    const started = performance.now();
    const { result, working } = ask({ from: '0001-01-01', workingDays: 2_500_000 });
    expect(performance.now() - started).toBeLessThan(500);
    expect(result.dueOn > '9000-01-01').toBe(true);
    expect(result.skipped).toBeInstanceOf(LongList);
    const { length } = result.skipped;
    expect(length).toBe(daysBetween(parseLocalDate('0001-01-01'), parseLocalDate(result.dueOn)) - 2_500_000);
    expect(working.at(-1)).toContain(`${length} closed days`);
    const [first] = result.skipped;
    expect(first).toEqual({ date: '0001-01-06', why: 'SATURDAY' });
  });

  it('lists the same closed days whether they are few enough to be held or not', () => {
    const body = { from: '2023-01-01', workingDays: 60_000 };
    const { result } = ask(body);
    expect(result.skipped).toBeInstanceOf(LongList);
    const { skipped } = new WorkingCalendar(law.holidays('CENTRE')).addWorkingDays(
      parseLocalDate('2023-01-01'),
      60_000,
    );
    expect(JSON.parse(JSON.stringify(result))).toEqual({ rawDueOn: result.dueOn, dueOn: result.dueOn, skipped });
    expect(result.skipped.length).toBe(skipped.length);
    expect(Array.isArray(ask({ ...body, workingDays: 40_000 }).result.skipped)).toBe(true);
  });

  it('tells a long run of closed days by its ends, and lists it whole', () => {
    const holidays = Array.from({ length: 400 }, (_, index) => addDays(parseLocalDate('2025-01-01'), index));
    const { result, working } = ask({ from: '2024-12-31', days: 1, holidays });
    expect(result.skipped.length).toBeGreaterThanOrEqual(400);
    expect(working.at(-1)).toBe(
      `2025-01-01 and all days until ${result.dueOn} closed, ${result.skipped.length} in all: due on ${result.dueOn}.`,
    );
  });
});
