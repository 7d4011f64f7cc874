import { dateOfDayNumber, dayNumberOf, parseLocalDate, weekdayOfDayNumber, type LocalDate } from './local-date.js';

export type ClosedBecause = 'HOLIDAY' | 'SATURDAY' | 'SUNDAY';

export interface SkippedDay {
  readonly date: LocalDate;
  readonly why: ClosedBecause;
}

/** A day reached, and the closed days passed over on the way, in date order. */
export interface Reached {
  readonly date: LocalDate;
  readonly skipped: readonly SkippedDay[];
}

const WEEK = 7;
/** The 4th of January 1970 was a Sunday. */
const A_SUNDAY = 3;

/** Which days an office is open. Closed are the listed holidays, Sundays, and Saturdays unless said otherwise. */
export class WorkingCalendar {
  readonly #holidays: ReadonlySet<number>;
  /** Holidays that close a day on which the office would be open, in their order. */
  readonly #missed: readonly number[];
  readonly #openDaysInWeek: 5 | 6;

  /**
   * A holiday listed twice is one closed day.
   * @throws RangeError when a holiday is not a date.
   */
  constructor(holidays: Iterable<string>, options: { readonly saturdayIsWorkingDay?: boolean } = {}) {
    this.#openDaysInWeek = options.saturdayIsWorkingDay === true ? 6 : 5;
    this.#holidays = new Set(Array.from(holidays, (date) => dayNumberOf(parseLocalDate(date))));
    this.#missed = [...this.#holidays].filter((day) => this.#isOpenWeekday(day)).sort((a, b) => a - b);
  }

  /** Why the day is closed, or undefined when it is open. A holiday on a weekend is a holiday. */
  findClosure(date: LocalDate): ClosedBecause | undefined {
    return this.#findClosure(dayNumberOf(date));
  }

  isOpen(date: LocalDate): boolean {
    return this.findClosure(date) === undefined;
  }

  /**
   * The day itself when it is open, else the next that is.
   * @throws DateOutOfRange when the calendar ends before an open day comes.
   */
  roll(date: LocalDate): Reached {
    const skipped: SkippedDay[] = [];
    let day = dayNumberOf(date);
    for (;;) {
      const why = this.#findClosure(day);
      if (why === undefined) return { date: dateOfDayNumber(day), skipped };
      // Weekends recur, so that a walk off the calendar is noticed here.
      skipped.push({ date: dateOfDayNumber(day), why });
      day += 1;
    }
  }

  /**
   * The n-th open day after a date; n is at least 1. Reckoned in whole weeks, so that centuries take no longer than days.
   * @throws DateOutOfRange when the calendar ends before that day comes.
   * @throws RangeError when n is not a whole number of at least 1.
   */
  findWorkingDay(from: LocalDate, n: number): LocalDate {
    if (!Number.isInteger(n) || n < 1) throw new RangeError('working days are counted from one upwards');
    const start = dayNumberOf(from);
    // n working days take at least n days: beyond the calendar there is nothing to reckon with.
    dateOfDayNumber(start + n);
    const before = this.#countMissedUntil(start);
    let day = this.#findOpenWeekday(start, n);
    for (;;) {
      // Each holiday on the way asks for one more weekday; only when no more come is the day an open one.
      const further = this.#findOpenWeekday(start, n + this.#countMissedUntil(day) - before);
      if (further === day) return dateOfDayNumber(day);
      day = further;
    }
  }

  /**
   * The n-th open day after a date, and the closed days strictly between the two.
   * @throws DateOutOfRange and RangeError as `findWorkingDay`.
   */
  addWorkingDays(from: LocalDate, n: number): Reached {
    const date = this.findWorkingDay(from, n);
    return { date, skipped: [...this.listClosed(from, date)] };
  }

  /** Closed days strictly between two dates, in date order, each made when it is asked for. */
  *listClosed(after: LocalDate, before: LocalDate): Generator<SkippedDay, undefined> {
    const end = dayNumberOf(before);
    for (let day = dayNumberOf(after) + 1; day < end; day += 1) {
      const why = this.#findClosure(day);
      if (why !== undefined) yield { date: dateOfDayNumber(day), why };
    }
  }

  /** Open days after the first date up to and including the second; none when the second is not later. */
  countWorkingDays(after: LocalDate, until: LocalDate): number {
    const [first, last] = [dayNumberOf(after), dayNumberOf(until)];
    if (last <= first) return 0;
    const weekdays = this.#openWeekdaysSinceSunday(last) - this.#openWeekdaysSinceSunday(first);
    return weekdays - (this.#countMissedUntil(last) - this.#countMissedUntil(first));
  }

  #isOpenWeekday(day: number): boolean {
    const sinceSunday = dayOfWeek(day);
    return sinceSunday >= 1 && sinceSunday <= this.#openDaysInWeek;
  }

  #findClosure(day: number): ClosedBecause | undefined {
    if (this.#holidays.has(day)) return 'HOLIDAY';
    if (this.#isOpenWeekday(day)) return undefined;
    return weekdayOfDayNumber(day) === 'SUNDAY' ? 'SUNDAY' : 'SATURDAY';
  }

  /** Open weekdays from one certain Sunday up to and including a day; negative before it. */
  #openWeekdaysSinceSunday(day: number): number {
    const weeks = Math.floor((day - A_SUNDAY) / WEEK);
    return weeks * this.#openDaysInWeek + Math.min(dayOfWeek(day), this.#openDaysInWeek);
  }

  /** The n-th open weekday after a day, whatever the holidays. */
  #findOpenWeekday(after: number, n: number): number {
    const nth = this.#openWeekdaysSinceSunday(after) + n;
    const weeks = Math.ceil(nth / this.#openDaysInWeek) - 1;
    return A_SUNDAY + weeks * WEEK + (nth - weeks * this.#openDaysInWeek);
  }

  /** Holidays up to and including a day that were no weekends. */
  #countMissedUntil(day: number): number {
    let [low, high] = [0, this.#missed.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#missed[middle] ?? Infinity) <= day) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Days since the Sunday on or before it: 0 for a Sunday, 6 for a Saturday. */
function dayOfWeek(day: number): number {
  return (((day - A_SUNDAY) % WEEK) + WEEK) % WEEK;
}
