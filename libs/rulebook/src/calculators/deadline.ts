import {
  addDays,
  addMonths,
  DateOutOfRange,
  daysBetween,
  WorkingCalendar,
  type LocalDate,
  type SkippedDay,
} from '#case-kit';
import { ACTS } from '../acts.js';
import { defineCalculator, MalformedRequest } from '../calculator.js';
import { listItems, type LongList } from '../long-list.js';
import { Reasoning, type CalculatorAnswer, type LawOn } from '../reasoning.js';
import {
  BODY,
  dateField,
  flagField,
  integerField,
  listOf,
  objectOf,
  oneOf,
  optional,
  required,
  type ValueOf,
} from '../request.js';
import type { Sentences } from '../sentence.js';

/** A longer run of closed days is told by its ends. */
const NAMED_ONE_BY_ONE = 31;
const LENGTHS = ['days', 'workingDays', 'months', 'years'] as const;
type LengthUnit = (typeof LENGTHS)[number];

const shape = {
  from: required(dateField),
  days: optional(integerField(0)),
  workingDays: optional(integerField(1)),
  months: optional(integerField(0)),
  years: optional(integerField(0)),
  rollOver: required(oneOf('NEXT_WORKING_DAY', 'NONE')),
  saturdayIsWorkingDay: optional(flagField),
  holidays: optional(listOf(dateField)),
  asOf: optional(dateField),
};

const sentences = {
  firstDayLeftOut: {
    ref: { act: ACTS.generalClauses, provision: 's. 9' },
    text: 'A period counted from a date starts on the day after it.',
    source: 'General knowledge of the Act, its text was not read for this product',
    confidence: 'derived',
  },
  monthEnd: {
    ref: { act: ACTS.policy, provision: 'months and years' },
    text: 'Months and years end on the same day number, else on the last day of the month.',
    source: 'Public contract of the calculators, common rules',
    confidence: 'derived',
  },
  roll: {
    ref: { act: ACTS.auctionRules, provision: 'r. 23' },
    text: 'What falls due on a public holiday may be done on the next working day.',
    source: 'Title of the rule in the consolidated Rules of 2 November 2021; its content was not read',
    confidence: 'unverified',
  },
  weekends: {
    ref: { act: ACTS.policy, provision: 'closed days' },
    text: 'Sundays are closed everywhere, whatever is said of Saturdays.',
    source: 'Public contract of the calculators, common rules',
    confidence: 'policy',
  },
} as const satisfies Sentences;

export type DeadlineInput = ValueOf<typeof shape>;

export interface DeadlineResult {
  readonly rawDueOn: string;
  readonly dueOn: string;
  /** Over centuries there are a million of them. */
  readonly skipped: readonly SkippedDay[] | LongList<SkippedDay>;
}

/**
 * When a period ends: in days, working days, months or years (Asia/Kolkata), rolled to the next working day or not.
 * General Clauses Act, s. 9; Mineral (Auction) Rules, 2015, r. 23.
 * @throws MalformedRequest when it would end after 9999-12-31, or when the input has not exactly one length.
 */
export function computeDeadline(input: DeadlineInput, law: LawOn): CalculatorAnswer<DeadlineResult> {
  const reasoning = new Reasoning(law);
  const unit = getUnit(input);
  const length = input[unit] ?? 0;
  reasoning.apply(sentences.firstDayLeftOut);
  try {
    return reasoning.answer(
      unit === 'workingDays' ? countWorkingDays(input, length, reasoning) : countPeriod(input, unit, length, reasoning),
    );
  } catch (error) {
    if (!(error instanceof DateOutOfRange)) throw error;
    throw new MalformedRequest([{ field: unit, message: 'leads beyond 9999-12-31' }]);
  }
}

function getUnit(input: DeadlineInput): LengthUnit {
  const [unit, ...others] = LENGTHS.filter((name) => input[name] !== undefined);
  if (unit === undefined || others.length > 0) {
    throw new MalformedRequest([{ field: unit ?? BODY, message: `exactly one of ${LENGTHS.join(', ')} is needed` }]);
  }
  return unit;
}

function countWorkingDays(input: DeadlineInput, length: number, reasoning: Reasoning): DeadlineResult {
  const { from } = input;
  const calendar = openCalendar(input, reasoning);
  const date = calendar.findWorkingDay(from, length);
  readHolidayYears(input, from, date, reasoning);
  const closed = daysBetween(from, date) - length;
  reasoning.say(`Working day ${length} after ${from} is ${date}; ${closed} closed days lie between.`);
  return { rawDueOn: date, dueOn: date, skipped: listItems(closed, () => calendar.listClosed(from, date)) };
}

function countPeriod(
  input: DeadlineInput,
  unit: Exclude<LengthUnit, 'workingDays'>,
  length: number,
  reasoning: Reasoning,
): DeadlineResult {
  const { from, rollOver } = input;
  if (unit !== 'days') reasoning.apply(sentences.monthEnd);
  const rawDueOn = unit === 'days' ? addDays(from, length) : addMonths(from, unit === 'years' ? length * 12 : length);
  reasoning.say(`${length} ${unit} from ${from} end on ${rawDueOn}.`);
  if (rollOver === 'NONE') return { rawDueOn, dueOn: rawDueOn, skipped: [] };

  reasoning.apply(sentences.roll);
  const { date, skipped } = openCalendar(input, reasoning).roll(rawDueOn);
  readHolidayYears(input, rawDueOn, date, reasoning);
  reasoning.say(describeRoll(rawDueOn, date, skipped));
  return { rawDueOn, dueOn: date, skipped };
}

/** Days one by one as far as anybody reads them. */
function describeRoll(rawDueOn: LocalDate, dueOn: LocalDate, skipped: readonly SkippedDay[]): string {
  if (skipped.length === 0) return `${rawDueOn} is a working day.`;
  if (skipped.length > NAMED_ONE_BY_ONE) {
    return `${rawDueOn} and all days until ${dueOn} closed, ${skipped.length} in all: due on ${dueOn}.`;
  }
  return `${skipped.map(({ date, why }) => `${date} (${why})`).join(', ')} closed: due on ${dueOn}.`;
}

function openCalendar({ saturdayIsWorkingDay, holidays }: DeadlineInput, reasoning: Reasoning): WorkingCalendar {
  reasoning.apply(sentences.weekends);
  return new WorkingCalendar(holidays ?? reasoning.law.holidays('CENTRE'), {
    saturdayIsWorkingDay: saturdayIsWorkingDay ?? reasoning.flag('working-calendar.saturday-is-working-day'),
  });
}

/** Rests the answer on the central list of each year that was looked at; a list given with the request is its own. */
function readHolidayYears({ holidays }: DeadlineInput, from: LocalDate, to: LocalDate, reasoning: Reasoning): void {
  if (holidays !== undefined) return;
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year += 1) {
    reasoning.read('holidays.CENTRE', `${String(year).padStart(4, '0')}-01-01`);
  }
}

export const deadline = defineCalculator({
  name: 'deadline',
  summary: 'When a period in days, working days, months or years ends, and which closed days were passed over.',
  request: objectOf(shape, (values, refuse) => {
    const given = LENGTHS.filter((name) => Object.hasOwn(values, name));
    if (given.length === 0) refuse(BODY, `exactly one of ${LENGTHS.join(', ')} is needed`);
    if (given.length > 1) for (const name of given) refuse(name, 'only one length may be given');
  }),
  sentences,
  parameters: ['working-calendar.saturday-is-working-day', 'holidays.CENTRE'],
  lawDate: ({ from }) => from,
  answer: computeDeadline,
});
