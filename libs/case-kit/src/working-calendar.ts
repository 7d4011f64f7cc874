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

/** Which days an office is open. Closed are the listed holidays, Sundays, and Saturdays unless said otherwise. */
export class WorkingCalendar {
  readonly #holidays: ReadonlySet<number>;
  readonly #saturdayIsWorkingDay: boolean;

  /**
   * A holiday listed twice is one closed day.
   * @throws RangeError when a holiday is not a date.
   */
  constructor(holidays: Iterable<string>, options: { readonly saturdayIsWorkingDay?: boolean } = {}) {
    this.#holidays = new Set(Array.from(holidays, (date) => dayNumberOf(parseLocalDate(date))));
    this.#saturdayIsWorkingDay = options.saturdayIsWorkingDay ?? false;
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
    while (this.#skip(day, skipped)) day += 1;
    return { date: dateOfDayNumber(day), skipped };
  }

  /**
   * The n-th open day after a date, and the closed days strictly between the two; n is at least 1.
   * @throws DateOutOfRange when the calendar ends before that day comes.
   * @throws RangeError when n is not a whole number of at least 1.
   */
  addWorkingDays(from: LocalDate, n: number): Reached {
    if (!Number.isInteger(n) || n < 1) throw new RangeError('working days are counted from one upwards');
    const skipped: SkippedDay[] = [];
    let day = dayNumberOf(from);
    // n working days take at least n days: a number beyond the calendar is refused without walking there.
    dateOfDayNumber(day + n);
    for (let left = n; left > 0;) {
      day += 1;
      if (!this.#skip(day, skipped)) left -= 1;
    }
    return { date: dateOfDayNumber(day), skipped };
  }

  /** Open days after the first date up to and including the second; none when the second is not later. */
  countWorkingDays(after: LocalDate, until: LocalDate): number {
    const last = dayNumberOf(until);
    let open = 0;
    for (let day = dayNumberOf(after) + 1; day <= last; day += 1) {
      if (this.#findClosure(day) === undefined) open += 1;
    }
    return open;
  }

  #findClosure(day: number): ClosedBecause | undefined {
    if (this.#holidays.has(day)) return 'HOLIDAY';
    const weekday = weekdayOfDayNumber(day);
    if (weekday === 'SUNDAY') return 'SUNDAY';
    return weekday === 'SATURDAY' && !this.#saturdayIsWorkingDay ? 'SATURDAY' : undefined;
  }

  /** Notes a closed day; false when the day is open. Weekends recur, so that a walk off the calendar is noticed here. */
  #skip(day: number, skipped: SkippedDay[]): boolean {
    const why = this.#findClosure(day);
    if (why !== undefined) skipped.push({ date: dateOfDayNumber(day), why });
    return why !== undefined;
  }
}
