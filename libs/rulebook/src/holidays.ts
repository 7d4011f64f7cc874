import { addYears, parseLocalDate, type Confidence } from '#case-kit';
import { ACTS } from './acts.js';
import type { ParameterVersion } from './parameter.js';

export interface Holiday {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly name: string;
  readonly source: string;
}

/** The closed days of one jurisdiction in one year, as its government lists them each year. */
export interface HolidayList {
  /** `CENTRE`, or the code of a State. */
  readonly jurisdiction: string;
  readonly year: number;
  readonly confidence: Confidence;
  readonly knownSince: string;
  readonly days: readonly Holiday[];
  readonly signedBy: readonly string[];
}

const PROVISION = { act: ACTS.auctionRules, provision: 'r. 23' } as const;

/**
 * Holiday lists as versions of one parameter for each jurisdiction, a year each. Before the first listed year and
 * after the last, the central list says that only weekends are closed, so that every date has an answer; a State's
 * list says nothing about other years, in which the central one is lent to it.
 */
export function toParameterVersions(lists: readonly HolidayList[]): ParameterVersion[] {
  const versions = lists.map(toParameterVersion);
  const years = lists.filter(({ jurisdiction }) => jurisdiction === 'CENTRE').map(({ year }) => year);
  if (years.length === 0) return versions;
  const first = yearBegin(Math.min(...years));
  const end = yearBegin(Math.max(...years) + 1);
  return [...versions, makeUnlisted(null, first), makeUnlisted(end, null)];
}

function toParameterVersion(list: HolidayList): ParameterVersion {
  const begin = yearBegin(list.year);
  return {
    name: `holidays.${list.jurisdiction}`,
    anchor: 'asOf',
    inForceFrom: begin,
    inForceUntil: addYears(parseLocalDate(begin), 1),
    knownSince: list.knownSince,
    value: list.days.map(({ date, name, source }) => ({ date, name, source })),
    unit: 'dates',
    ...PROVISION,
    text: `Closed days of ${list.year} besides weekends.`,
    source: [...new Set(list.days.map(({ source }) => source))].sort().join('; '),
    confidence: list.confidence,
    signedBy: list.signedBy,
  };
}

function makeUnlisted(inForceFrom: string | null, inForceUntil: string | null): ParameterVersion {
  return {
    name: 'holidays.CENTRE',
    anchor: 'asOf',
    inForceFrom,
    inForceUntil,
    knownSince: inForceFrom ?? inForceUntil ?? '',
    value: [],
    unit: 'dates',
    ...PROVISION,
    text: 'Outside the years of the list only weekends are closed.',
    source: 'Policy of the public calculators: no list of these years was read',
    confidence: 'policy',
    signedBy: [],
  };
}

function yearBegin(year: number): string {
  return `${String(year).padStart(4, '0')}-01-01`;
}

/** Columns of the file in the order in which they are read; the second, fourth and fifth are for people. */
const HEADER = 'date,weekday,holiday,class,check,source_url';

/**
 * The central holiday lists out of a file with columns `date,weekday,holiday,class,check,source_url`, a list for each
 * year. A year some of whose rows stand in a printed list of the government is secondary: the list shows what it
 * lacks as well. A year known from one other source is unverified.
 * @throws RangeError naming the line that cannot be read.
 */
export function readHolidayLists(csv: string, knownSince: string): HolidayList[] {
  const [header, ...lines] = csv.trimEnd().split(/\r?\n/);
  if (header !== HEADER) throw new RangeError(`the first line of the holiday list is not ${HEADER}`);
  const years = new Map<number, { days: Holiday[]; printed: number }>();
  lines.forEach((line, index) => {
    const [date, , name, , check, ...source] = line.split(',');
    if (date === undefined || name === undefined || check === undefined || source.length === 0) {
      throw new RangeError(`line ${index + 2} of the holiday list lacks a column`);
    }
    const year = Number(parseLocalDate(date).slice(0, 4));
    const list = years.get(year) ?? { days: [], printed: 0 };
    list.days.push({ date, name, source: source.join(',') });
    if (check.startsWith('listed')) list.printed += 1;
    years.set(year, list);
  });
  return [...years].map(([year, { days, printed }]) => ({
    jurisdiction: 'CENTRE',
    year,
    confidence: printed > 0 ? 'secondary' : 'unverified',
    knownSince,
    days,
    signedBy: [],
  }));
}
