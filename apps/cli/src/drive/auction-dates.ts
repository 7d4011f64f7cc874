import { addDays, formatInstant, localDateAt, parseInstant, startOfDay } from '#case-kit';

/** The dates of a notice, RFC 3339 with offset, as a draft names them. */
export interface TenderDates {
  readonly queriesCloseAt: string;
  readonly repliesDueAt: string;
  readonly studyEndsAt: string;
  readonly purchaseClosesAt: string;
  readonly bidsDueAt: string;
}

/** When what happens in a rehearsal, RFC 3339 with offset. */
export interface AuctionDates {
  /** The rehearsal's clock begins here. */
  readonly draftedAt: string;
  readonly tender: TenderDates;
  /** The bidders send their bids: after the study period. */
  readonly bidsSentAt: string;
  /** The committee opens the technical bids. */
  readonly openedAt: string;
  readonly roundStartsAt: string;
}

const HOUR_MS = 3_600_000;

/** This hour of the day, Asia/Kolkata, so many days after an instant. */
export function onDay(from: string, days: number, hour: number): string {
  return formatInstant(startOfDay(addDays(localDateAt(parseInstant(from)), days)) + hour * HOUR_MS);
}

/** Seconds after an instant, or before it. */
export function shift(instant: string, seconds: number): string {
  return formatInstant(parseInstant(instant) + seconds * 1000);
}

/** Dates that every rule passes: a study period of five weeks, bids after eight, the second round after ten. */
export function planDates(draftedAt: string): AuctionDates {
  return {
    draftedAt,
    tender: {
      queriesCloseAt: onDay(draftedAt, 14, 17),
      repliesDueAt: onDay(draftedAt, 21, 17),
      studyEndsAt: onDay(draftedAt, 35, 17),
      purchaseClosesAt: onDay(draftedAt, 50, 17),
      bidsDueAt: onDay(draftedAt, 55, 17),
    },
    bidsSentAt: onDay(draftedAt, 36, 11),
    openedAt: onDay(draftedAt, 57, 11),
    roundStartsAt: onDay(draftedAt, 71, 11),
  };
}
