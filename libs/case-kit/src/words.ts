import type { Role } from './actor.js';
import { formatInstant, parseLocalDate } from './local-date.js';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** A date `YYYY-MM-DD` as people write it: 5 January 2027. @throws RangeError for anything else. */
export function sayDay(date: string): string {
  const [year, month, day] = parseLocalDate(date).split('-').map(Number);
  return `${day ?? 0} ${MONTHS[(month ?? 1) - 1] ?? ''} ${year ?? 0}`;
}

/** An instant in Indian standard time: 5 January 2027, 17:00 IST. Seconds and less only where they are not nothing. */
export function sayInstant(at: number): string {
  const [day = '', time = ''] = formatInstant(at)
    .replace(/\+05:30$/, '')
    .split('T');
  return `${sayDay(day)}, ${time.replace(/:00$/, '')} IST`;
}

/** How many of what: 1 bid, 2 bids. */
export function sayCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A, B and C. */
export function sayList(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`;
}

/** A code of a form in words: BID_LETTER is "bid letter". */
export function sayCode(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

const ROLE_TITLES: Readonly<Record<Role, string>> = {
  'central-officer': 'an officer of the Centre',
  'state-officer': 'an officer of the State',
  'approving-officer': 'an approving officer',
  'evaluation-member': 'a member of the evaluation committee',
  'evaluation-chair': 'the chair of the evaluation committee',
  'platform-operator': 'the operator of the platform',
  'rule-book-owner': 'an owner of the rule book',
  bidder: 'a bidder',
  'agency-officer': 'an officer of the agency',
  auditor: 'an auditor',
  administrator: 'an administrator of the platform',
  public: 'anybody',
  system: 'the clock',
};

/** Who may do something, as a reader would be told. */
export function sayRoles(roles: readonly Role[]): string {
  return sayList(
    roles.map((role) => ROLE_TITLES[role]),
    'or',
  );
}
