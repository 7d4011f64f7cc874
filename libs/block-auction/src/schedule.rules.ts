import { sayInstant, type CaseRow, type FormRule } from '#case-kit';
import { scheduledEnd } from './block-auction.clock.js';
import type { AuctionFacts } from './block-auction.facts.js';
import { AUTHORITY, makeFinding } from './block-auction.findings.js';
import { auctionPolicy, auctionRule } from './block-auction.law.js';
import { SCHEDULE_DATES, type AuctionContext, type Schedule, type ScheduleDate } from './block-auction.model.js';
import { changeSchedule, namedDates } from './block-auction.terms.js';
import type { IssueCorrigendumForm } from './tender.forms.js';

type OnCorrigendum = FormRule<AuctionContext, AuctionFacts, IssueCorrigendumForm>;

export type ScheduleFault = readonly [date: ScheduleDate, found: string, required: string];

const DATES: Readonly<Record<ScheduleDate, string>> = {
  queriesCloseAt: 'the end of questions',
  repliesDueAt: 'the day of the replies',
  studyEndsAt: 'the end of the study period',
  purchaseClosesAt: 'the end of the sale',
  bidsDueAt: 'the due time of the bids',
};

/** Each date is not before, or is after, the one beside it. */
const ORDER: readonly { readonly date: ScheduleDate; readonly after: ScheduleDate; readonly strictly: boolean }[] = [
  { date: 'repliesDueAt', after: 'queriesCloseAt', strictly: false },
  { date: 'studyEndsAt', after: 'repliesDueAt', strictly: false },
  { date: 'bidsDueAt', after: 'studyEndsAt', strictly: true },
  { date: 'bidsDueAt', after: 'purchaseClosesAt', strictly: false },
];

/** The first date out of order, with what was found and what is needed; `at`: all dates must lie after it. */
export function findScheduleFault(schedule: Schedule, at: number): ScheduleFault | null {
  for (const date of SCHEDULE_DATES) {
    if (schedule[date] <= at)
      return [date, `${DATES[date]}: ${sayInstant(schedule[date])}`, `later than ${sayInstant(at)}`];
  }
  return findDisorder(schedule);
}

function findDisorder(schedule: Schedule): ScheduleFault | null {
  for (const { date, after, strictly } of ORDER) {
    const [one, other] = [schedule[date], schedule[after]];
    if (one > other || (!strictly && one === other)) continue;
    const required = `${strictly ? 'later than' : 'not before'} ${DATES[after]}, ${sayInstant(other)}`;
    return [date, `${DATES[date]}: ${sayInstant(one)}`, required];
  }
  return null;
}

const reissue = { who: AUTHORITY, how: 'issue the corrigendum with other dates' };

/** A date as it stands now, holds counted; while a hold stands no corrigendum comes this far. */
function standingDate(row: CaseRow<AuctionContext>, date: ScheduleDate): number {
  return scheduledEnd(row, date) ?? row.context.schedule[date];
}

export const changedDatesLieAhead: OnCorrigendum = {
  name: 'changed-dates-lie-ahead',
  needs: 'form',
  ref: auctionPolicy('corrigenda'),
  text: 'A corrigendum changes only dates that have not passed, and only to dates that lie ahead.',
  check: ({ row, form, at }) => {
    for (const [name, to] of Object.entries(namedDates(form))) {
      const date = name as ScheduleDate;
      const standing = standingDate(row, date);
      if (standing <= at) {
        const required = 'no date that has passed';
        return makeFinding(date, `${DATES[date]} passed on ${sayInstant(standing)}`, required, {
          who: AUTHORITY,
          how: 'leave this date as it is, and change only dates that lie ahead',
        });
      }
      if (to <= at)
        return makeFinding(date, `${DATES[date]}: ${sayInstant(to)}`, `later than ${sayInstant(at)}`, reissue);
    }
    return true;
  },
};

export const studyPeriodIsNotShortened: OnCorrigendum = {
  name: 'study-period-is-not-shortened',
  needs: 'form',
  ref: auctionRule('r. 9(3)'),
  text: 'The study period that was announced is not shortened.',
  check: ({ row, form }) => {
    const to = namedDates(form).studyEndsAt;
    const standing = standingDate(row, 'studyEndsAt');
    if (to === undefined || to >= standing) return true;
    return makeFinding(
      'studyEndsAt',
      `${DATES.studyEndsAt}: ${sayInstant(to)}`,
      `${sayInstant(standing)} or later`,
      reissue,
    );
  },
};

export const datesAreNotBroughtForward: OnCorrigendum = {
  name: 'dates-are-not-brought-forward',
  needs: 'form',
  ref: auctionPolicy('corrigenda'),
  text: 'No date on which bidders rely is brought forward.',
  check: ({ row, form }) => {
    for (const [name, to] of Object.entries(namedDates(form))) {
      const date = name as ScheduleDate;
      const standing = standingDate(row, date);
      if (date === 'studyEndsAt' || to >= standing) continue;
      return makeFinding(date, `${DATES[date]}: ${sayInstant(to)}`, `${sayInstant(standing)} or later`, reissue);
    }
    return true;
  },
};

export const corrigendumKeepsTheOrder: OnCorrigendum = {
  name: 'corrigendum-keeps-the-order',
  needs: 'form',
  ref: auctionRule('r. 9(3)'),
  text: 'After a corrigendum the dates still follow one another.',
  check: ({ row, form, at }) => {
    const { schedule } = row.context;
    const standing = Object.fromEntries(SCHEDULE_DATES.map((date) => [date, standingDate(row, date)]));
    const fault = findDisorder(changeSchedule({ ...schedule, ...standing }, form, at, schedule.version));
    return fault === null ? true : makeFinding(...fault, reissue);
  },
};
