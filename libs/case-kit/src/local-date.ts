declare const brand: unique symbol;

/** A day in Asia/Kolkata as `YYYY-MM-DD`, years 0000 to 9999. The text itself sorts in the order of the calendar. */
export type LocalDate = string & { readonly [brand]: 'LocalDate' };

export type Weekday = 'SUNDAY' | 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY';

const WEEKDAYS: readonly Weekday[] = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const DAY_MS = 86_400_000;
/** India keeps +05:30 the whole year round. */
const IST_OFFSET_MS = 19_800_000;
const DAYS_IN_400_YEARS = 146_097;
/** Days from 1 March 0000 to 1 January 1970. */
const EPOCH_SHIFT = 719_468;

/** Thrown when a computed date lies outside the years 0000 to 9999, which four digits can write. */
export class DateOutOfRange extends RangeError {
  constructor() {
    super('the date lies outside the years 0000 to 9999');
    this.name = 'DateOutOfRange';
  }
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2 && isLeapYear(year)) return 29;
  return MONTH_DAYS[month - 1] ?? 0;
}

/** Days since 1 January 1970, counted in years that begin in March, so that the leap day comes last. */
function countDays(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_IN_400_YEARS + dayOfEra - EPOCH_SHIFT;
}

function twoDigits(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

function writeDate(year: number, month: number, day: number): LocalDate {
  const century = Math.floor(year / 100);
  return `${twoDigits(century)}${twoDigits(year - century * 100)}-${twoDigits(month)}-${twoDigits(day)}` as LocalDate;
}

function splitDate(date: LocalDate): readonly [year: number, month: number, day: number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
}

const FIRST_DAY = countDays(0, 1, 1);
const LAST_DAY = countDays(9999, 12, 31);

/** The date, or undefined when the text is not `YYYY-MM-DD` or there is no such day. */
export function findLocalDate(text: unknown): LocalDate | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const [year, month, day] = splitDate(text as LocalDate);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) ? (text as LocalDate) : undefined;
}

/** @throws RangeError when the text is not a date of the calendar. */
export function parseLocalDate(text: string): LocalDate {
  const date = findLocalDate(text);
  if (date === undefined) throw new RangeError(`not a date of the calendar: ${text}`);
  return date;
}

/** Days since 1 January 1970. */
export function dayNumberOf(date: LocalDate): number {
  return countDays(...splitDate(date));
}

/** @throws DateOutOfRange outside the years 0000 to 9999. */
export function dateOfDayNumber(days: number): LocalDate {
  if (!Number.isInteger(days) || days < FIRST_DAY || days > LAST_DAY) throw new DateOutOfRange();
  const shifted = days + EPOCH_SHIFT;
  const era = Math.floor(shifted / DAYS_IN_400_YEARS);
  const dayOfEra = shifted - era * DAYS_IN_400_YEARS;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  return writeDate(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
}

export function weekdayOf(date: LocalDate): Weekday {
  return weekdayOfDayNumber(dayNumberOf(date));
}

/** The first of January 1970 was a Thursday. */
export function weekdayOfDayNumber(days: number): Weekday {
  return WEEKDAYS[(((days + 4) % 7) + 7) % 7] ?? 'SUNDAY';
}

/**
 * A period counted from a date starts on the day after it: day 1 is the next day.
 * @throws DateOutOfRange outside the years 0000 to 9999.
 */
export function addDays(date: LocalDate, days: number): LocalDate {
  return dateOfDayNumber(dayNumberOf(date) + days);
}

/**
 * The same day number, else the last day of the month: 31 January and one month is 28 or 29 February. The 28th of
 * February is never lifted to the 29th.
 * @throws DateOutOfRange outside the years 0000 to 9999.
 */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const [year, month, day] = splitDate(date);
  const index = year * 12 + (month - 1) + months;
  const toYear = Math.floor(index / 12);
  if (!Number.isInteger(index) || toYear < 0 || toYear > 9999) throw new DateOutOfRange();
  const toMonth = index - toYear * 12 + 1;
  return writeDate(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)));
}

/** @throws DateOutOfRange outside the years 0000 to 9999. */
export function addYears(date: LocalDate, years: number): LocalDate {
  return addMonths(date, years * 12);
}

/** Days from one date to another; negative when the second is the earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return dayNumberOf(to) - dayNumberOf(from);
}

/** The day in Asia/Kolkata on which an instant (epoch milliseconds) falls. */
export function localDateAt(at: number): LocalDate {
  return dateOfDayNumber(Math.floor((at + IST_OFFSET_MS) / DAY_MS));
}

/** The instant (epoch milliseconds) at which a day begins in Asia/Kolkata. */
export function startOfDay(date: LocalDate): number {
  return dayNumberOf(date) * DAY_MS - IST_OFFSET_MS;
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/**
 * An RFC 3339 instant with offset as epoch milliseconds, or undefined. Capital `T` and `Z`, seconds 00 to 59, at most
 * three digits of fraction: anything finer could not be kept.
 */
export function findInstant(text: unknown): number | undefined {
  const match = typeof text === 'string' ? INSTANT.exec(text) : null;
  const date = findLocalDate(match?.[1]);
  if (match === null || date === undefined) return undefined;
  const [, , hours, minutes, seconds, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match;
  const clock = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return dayNumberOf(date) * DAY_MS + clock + Number(fraction.padEnd(3, '0')) - offset;
}

/** @throws RangeError when the text is not an RFC 3339 instant with offset. */
export function parseInstant(text: string): number {
  const at = findInstant(text);
  if (at === undefined) throw new RangeError(`not an RFC 3339 instant with offset: ${text}`);
  return at;
}

/**
 * An instant (epoch milliseconds) with offset +05:30, whole seconds, and three digits of fraction only when it is not
 * zero.
 * @throws DateOutOfRange when its day in Asia/Kolkata lies outside the years 0000 to 9999.
 */
export function formatInstant(at: number): string {
  const date = localDateAt(at);
  const sinceMidnight = at - startOfDay(date);
  const seconds = Math.floor(sinceMidnight / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
  const fraction = sinceMidnight % 1000;
  return `${date}T${clock}${fraction === 0 ? '' : `.${String(fraction).padStart(3, '0')}`}+05:30`;
}
