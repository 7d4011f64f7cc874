import { addDays, daysBetween, parseLocalDate, type LocalDate } from '#case-kit';
import { onDay, type AuctionDates } from '../drive/auction-dates.js';

export interface ReplayDates extends AuctionDates {
  /** Date of the notice, by which the law is chosen. */
  readonly noticeOn: LocalDate;
  /** The committee opens the prices, and the officer announces the second round. */
  readonly pricesOpenedAt: string;
  /** What of it was not published, in words. */
  readonly filledIn: readonly string[];
}

export interface DatesKnown {
  readonly noticeOn: string | null;
  readonly decidedOn: string | null;
}

/** As between the notice and the second round of the auctions of which both dates were published: about nine weeks. */
const USUAL_DAYS = 64;
/** From the end of the study period on: bids, their opening, their evaluation, the notice of the second round. */
const DAYS_AFTER_STUDY = 9;

/** A date that was published as a year or a month alone, in its middle; null when nothing was. */
function findDay(text: string | null): { readonly day: LocalDate; readonly exact: boolean } | null {
  if (text === null) return null;
  const [year = '', month, day] = text.split('-');
  if (day !== undefined) return { day: parseLocalDate(text), exact: true };
  return { day: parseLocalDate(month === undefined ? `${year}-07-01` : `${year}-${month}-15`), exact: false };
}

/**
 * The dates of a replay: the published ones, and between them what the platform's own law asks for.
 *
 * @param studyDays The study period by the law of the notice.
 * @throws Error when neither the notice nor the outcome has a published date.
 */
export function planReplayDates(known: DatesKnown, studyDays: number): ReplayDates {
  const notice = findDay(known.noticeOn);
  const decided = findDay(known.decidedOn);
  if (notice === null && decided === null) throw new Error('neither the notice nor the outcome has a published date');
  const least = studyDays + DAYS_AFTER_STUDY;
  const filledIn: string[] = [];
  const roundOn = decided?.day ?? addDays(notice?.day ?? parseLocalDate('2015-05-20'), Math.max(USUAL_DAYS, least));
  if (decided?.exact !== true) filledIn.push(`the day of the second round, ${roundOn}`);
  let noticeOn = notice?.day ?? addDays(roundOn, -Math.max(USUAL_DAYS, least));
  if (daysBetween(noticeOn, roundOn) < least) {
    noticeOn = addDays(roundOn, -least);
    filledIn.push(`the date of the notice, ${noticeOn}: the published one leaves no ${studyDays} days of study`);
  } else if (notice?.exact !== true) filledIn.push(`the date of the notice, ${noticeOn}`);
  filledIn.push('every date and time between the notice and the second round, and the times of its offers');
  const draftedAt = onDay(`${noticeOn}T00:00:00+05:30`, 0, 10);
  const roundDays = daysBetween(noticeOn, roundOn);
  return {
    noticeOn,
    draftedAt,
    tender: {
      queriesCloseAt: onDay(draftedAt, Math.floor(studyDays / 3), 17),
      repliesDueAt: onDay(draftedAt, Math.floor((studyDays * 2) / 3), 17),
      studyEndsAt: onDay(draftedAt, studyDays, 17),
      purchaseClosesAt: onDay(draftedAt, studyDays + 2, 17),
      bidsDueAt: onDay(draftedAt, studyDays + 3, 17),
    },
    bidsSentAt: onDay(draftedAt, studyDays + 1, 11),
    openedAt: onDay(draftedAt, studyDays + 5, 11),
    pricesOpenedAt: onDay(draftedAt, roundDays - 2, 11),
    roundStartsAt: onDay(draftedAt, roundDays, 11),
    filledIn,
  };
}
