import { Percent, type LocalDate } from '#case-kit';

import type { DrivenBidder } from '../drive/bidders.js';
import type { People } from '../drive/people.js';
import { RehearsalAuction } from '../drive/rehearsal-auction.js';
import { castBidders, findOfficer } from './cast.js';
import { planField, type Field } from './field.js';
import { getDecimal, getWhole, qualifyBy, readLaw, type LawOfDate } from './law.js';
import { findStep, planOffers, type PlannedOffer } from './offers.js';
import { BLOCK_FILLED_IN, registerPracticeCopy } from './practice-copy.js';
import type { PublishedAuction } from './published.js';
import { planReplayDates, type ReplayDates } from './replay-dates.js';

/** An auction that was replayed, and what it was replayed with. */
export interface Performance {
  readonly auction: PublishedAuction;
  readonly case: RehearsalAuction;
  readonly dates: ReplayDates;
  readonly field: Field;
  readonly offers: readonly PlannedOffer[];
  readonly law: LawOfDate;
  readonly noticeOn: LocalDate;
  /** Bidders by name. */
  readonly cast: ReadonlyMap<string, DrivenBidder>;
  /** Everything that was not published, in words. */
  readonly filledIn: readonly string[];
}

const SCHEMES = { ML: 'mining-lease', CL: 'composite-licence', EL: 'exploration-licence' } as const;
const WORDING = {
  payment: 'Filled in',
  bank: 'Filled in: which bank was not published',
  finding: 'Filled in for a replay: the papers of the bidders were not published.',
  screening: 'Filled in for a replay: how the bidders were screened was not published.',
};
const PAPERS_FILLED_IN = 'the papers, net worth, payments and guarantees of the bidders, and who acts for them';

/**
 * Replays a published auction on a running platform: a rehearsal at its dates, under the law of those dates, given
 * command by command by the people whose commands they are.
 *
 * @throws ApiRefused when the platform refuses a step.
 */
export async function perform(people: People, auction: PublishedAuction): Promise<Performance> {
  const platform = people.anybody;
  const latest = auction.noticeOn ?? auction.decidedOn ?? '';
  const studyDays = getWhole(await readLaw(platform, firstDayOf(latest)), 'auction.study-period-days');
  const dates = planReplayDates(auction, studyDays);
  const { noticeOn } = dates;
  const law = await readLaw(platform, noticeOn);
  const field = await planField(auction, (reserve) => qualifyBy(platform, reserve, noticeOn));
  const step = findStep(field.floor, [...auction.quotes, auction.finalPercent ?? ''], getDecimal(law, STEP));
  const offers = planOffers(
    {
      floor: field.floor,
      final: auction.finalPercent ?? '',
      quotes: auction.quotes,
      winner: auction.preferredBidder ?? '',
      rival: findRival(field, auction),
    },
    {
      step,
      jumpSteps: getWhole(law, 'final-offer.jump-steps'),
      minutes: getWhole(law, 'auction.round-two-minutes'),
      extensionMinutes: getWhole(law, 'auction.extension-minutes'),
      startsAt: dates.roundStartsAt,
    },
  );
  const officials = await findOfficer(people, auction);
  const cast = await castBidders(
    people,
    field.bidders.map(({ name }) => name),
  );
  const blockId = await registerPracticeCopy(people.as(officials.officer ?? ''), auction, noticeOn);
  const stated = step === getDecimal(law, STEP) ? {} : { step };
  const rehearsal = await RehearsalAuction.draft(people, {
    dates,
    officials,
    wording: WORDING,
    draft: { blockId, scheme: SCHEMES[auction.concession ?? 'ML'], bound: field.reserve, ...stated },
  });
  await playFirstRound(rehearsal, dates, field, cast);
  await playSecondRound(rehearsal, offers, cast);
  const filledIn = [
    ...field.filledIn,
    ...dates.filledIn,
    ...describeOffers(offers),
    ...('step' in stated
      ? ['that the tender stated a step of 0.01, without which the offers would be off the step']
      : []),
    BLOCK_FILLED_IN,
    PAPERS_FILLED_IN,
  ];
  return { auction, case: rehearsal, dates, field, offers, law, noticeOn, cast, filledIn };
}

const STEP = 'auction.step-percent';

/** The first day of what may be a month or a year. */
function firstDayOf(date: string): string {
  return `${date}-01-01`.slice(0, 10);
}

async function playFirstRound(
  rehearsal: RehearsalAuction,
  dates: ReplayDates,
  { bidders }: Field,
  cast: ReadonlyMap<string, DrivenBidder>,
): Promise<void> {
  const bids = bidders.map(({ name, percent }) => ({ bidder: getBidder(cast, name), percent }));
  await rehearsal.publish();
  await rehearsal.purchaseAll(bids.map(({ bidder }) => bidder));
  await rehearsal.advanceTo(dates.bidsSentAt);
  await rehearsal.bidAll(bids);
  await rehearsal.advanceTo(dates.openedAt);
  await rehearsal.openTechnical();
  await rehearsal.findOnAll(bidders.filter(({ passes }) => !passes).map(({ name }) => getBidder(cast, name)));
  await rehearsal.freeze();
  await rehearsal.advanceTo(dates.pricesOpenedAt);
  await rehearsal.openPrices();
}

async function playSecondRound(
  rehearsal: RehearsalAuction,
  offers: readonly PlannedOffer[],
  cast: ReadonlyMap<string, DrivenBidder>,
): Promise<void> {
  await rehearsal.schedule();
  await rehearsal.advanceToRound();
  for (const { bidder, percent, at } of offers) {
    await rehearsal.advanceTo(at);
    await rehearsal.offerFirmly(getBidder(cast, bidder), percent);
  }
  await rehearsal.closeRound();
}

/** Somebody to bid against: who made the highest initial offer besides the preferred bidder. */
function findRival({ bidders }: Field, { preferredBidder }: PublishedAuction): string {
  const others = bidders
    .filter(({ name, passes }) => passes && name !== preferredBidder)
    .sort((a, b) => Percent.parse(b.percent).compare(Percent.parse(a.percent)));
  const [rival] = others;
  if (rival === undefined) throw new Error('there is nobody to bid against');
  return rival.name;
}

function describeOffers(offers: readonly PlannedOffer[]): readonly string[] {
  const invented = offers.filter(({ filledIn }) => filledIn === 'offer').length;
  const unnamed = offers.filter(({ filledIn }) => filledIn === 'bidder').length;
  return [
    ...(invented > 0 ? [`${invented} offers of the second round before the last one`] : []),
    ...(unnamed > 0 ? [`who made ${unnamed} of the published offers of the second round`] : []),
  ];
}

function getBidder(cast: ReadonlyMap<string, DrivenBidder>, name: string): DrivenBidder {
  const bidder = cast.get(name);
  if (bidder === undefined) throw new Error(`${name} is not among the bidders`);
  return bidder;
}
