import { Percent, parseInstant, Rupees, type LawReader } from '#case-kit';
import type { AuctionFacts } from './block-auction.facts.js';
import { getRound } from './block-auction.clock.js';
import {
  SCHEDULE_DATES,
  type Annulment,
  type AnnulmentReason,
  type AuctionContext,
  type Published,
  type RoundTwo,
  type Schedule,
  type ScheduleDate,
  type Terms,
} from './block-auction.model.js';
import { keepOpen, getPublished } from './block-auction.offers.js';
import { schemeOf } from './block-auction.schemes.js';
import type { AmendDraftForm, OpenBlockAuctionForm } from './draft.forms.js';
import type { AnnulForm } from './round.forms.js';

type DatesOfForm = Partial<Readonly<Record<ScheduleDate, string>>>;

/** The dates that a form names, as instants. */
export function namedDates(form: DatesOfForm): Partial<Record<ScheduleDate, number>> {
  const named: Partial<Record<ScheduleDate, number>> = {};
  for (const date of SCHEDULE_DATES) {
    const text = form[date];
    if (text !== undefined) named[date] = parseInstant(text);
  }
  return named;
}

/** The schedule with the dates that a form names; an amended draft keeps its version, a corrigendum makes the next. */
export function changeSchedule(schedule: Schedule, form: DatesOfForm, at: number, version: number): Schedule {
  const named = namedDates(form);
  const since = { ...schedule.since };
  for (const date of SCHEDULE_DATES) if (named[date] !== undefined) since[date] = at;
  return { ...schedule, ...named, version, since };
}

/** A schedule whose clocks all run from one instant. */
export function startSchedule(dates: Readonly<Record<ScheduleDate, number>>, at: number): Schedule {
  const { queriesCloseAt, repliesDueAt, studyEndsAt, purchaseClosesAt, bidsDueAt } = dates;
  return {
    version: 1,
    queriesCloseAt,
    repliesDueAt,
    studyEndsAt,
    purchaseClosesAt,
    bidsDueAt,
    since: { queriesCloseAt: at, repliesDueAt: at, studyEndsAt: at, purchaseClosesAt: at, bidsDueAt: at },
  };
}

function amount(text: string | undefined): string | null {
  return text === undefined ? null : Rupees.parse(text).format();
}

function percent(text: string | undefined): string | null {
  return text === undefined ? null : Percent.parse(text).format();
}

export function termsOf(form: OpenBlockAuctionForm): Terms {
  return {
    scheme: form.scheme,
    bound: Percent.parse(form.bound).format(),
    tenderFee: Rupees.parse(form.tenderFee).format(),
    repeatFee: amount(form.repeatFee),
    statedSecurity: amount(form.statedSecurity),
    proposer: form.proposer ?? null,
    step: percent(form.step),
    extensionMinutes: form.extensionMinutes ?? null,
    roundTwoMinutes: form.roundTwoMinutes ?? null,
    potentialBasis: form.potentialBasis ?? null,
    centralGround: form.centralGround ?? null,
  };
}

/** Terms and schedule of an amended draft. */
export function changeTerms(
  { terms, schedule }: AuctionContext,
  form: AmendDraftForm,
  at: number,
): Pick<AuctionContext, 'terms' | 'schedule'> {
  const { bound, tenderFee, repeatFee, statedSecurity, step, ...rest } = form;
  return {
    schedule: changeSchedule(schedule, form, at, schedule.version),
    terms: {
      ...terms,
      bound: percent(bound) ?? terms.bound,
      tenderFee: amount(tenderFee) ?? terms.tenderFee,
      repeatFee: amount(repeatFee) ?? terms.repeatFee,
      statedSecurity: amount(statedSecurity) ?? terms.statedSecurity,
      step: percent(step) ?? terms.step,
      proposer: rest.proposer ?? terms.proposer,
      extensionMinutes: rest.extensionMinutes ?? terms.extensionMinutes,
      roundTwoMinutes: rest.roundTwoMinutes ?? terms.roundTwoMinutes,
      potentialBasis: rest.potentialBasis ?? terms.potentialBasis,
      centralGround: rest.centralGround ?? terms.centralGround,
    },
  };
}

/**
 * What the notice fixes for good: block and value in the versions of the register, and the measures of the second
 * round, from the tender where it states them and else from the rule book of the day.
 */
export function freezeTerms(
  context: AuctionContext,
  { block }: Pick<AuctionFacts, 'block'>,
  law: LawReader,
  at: number,
): { readonly published: Published; readonly schedule: Schedule } {
  if (block === null) throw new TypeError('a notice is published only for a block of the register');
  const { terms, schedule } = context;
  const scheme = schemeOf(context);
  const value = scheme.knowsValue ? block.value : null;
  return {
    schedule: startSchedule(schedule, at),
    published: {
      at,
      blockVersion: block.version,
      valueVersion: value?.version ?? null,
      value: value?.amount ?? null,
      step: terms.step ?? law.decimal(scheme.stepParameter),
      extensionMinutes: terms.extensionMinutes ?? law.integer('auction.extension-minutes'),
      roundTwoMinutes: terms.roundTwoMinutes ?? law.integer('auction.round-two-minutes'),
      jumpSteps: law.integer('final-offer.jump-steps'),
    },
  };
}

type ByLaw = 'NIL_BIDS' | 'NO_TQB' | 'LT3_TQB' | 'NO_FINAL_OFFER';

const PROVISIONS: Readonly<Record<ByLaw, string>> = {
  NIL_BIDS: 'r. 9(10)',
  NO_TQB: 'r. 9(10)',
  LT3_TQB: 'r. 9(10)',
  NO_FINAL_OFFER: 'r. 9(9)(ii)',
};

/** An annulment that the Rules command; the authority has no choice in it. Other chapters follow rule 9. */
export function annulByLaw(reason: ByLaw, at: number, context: Pick<AuctionContext, 'terms'>): Annulment {
  const { act, provision } = schemeOf(context).bidding;
  const rule = PROVISIONS[reason];
  const cited = rule.startsWith(`${provision}(`) ? rule : `${provision} with ${rule}`;
  return { reason, provision: `${act}, ${cited}`, at, text: null, nextAttempts: ['DE_NOVO'] };
}

/** An annulment by the authority: what follows it begins anew. */
export function annulBy({ ground, provision, reason }: AnnulForm, at: number): Annulment {
  const code: AnnulmentReason = ground;
  return { reason: code, provision, at, text: reason, nextAttempts: ['DE_NOVO'] };
}

/** A pause runs from the beginning of the outage, however late it was noticed: that time is given back. */
export function pauseRound(round: RoundTwo, outageBeganAt: string): RoundTwo {
  return { ...round, pauses: [...round.pauses, { from: parseInstant(outageBeganAt), until: null }] };
}

/** The round goes on, with at least one whole extension ahead of it. */
export function resumeRound(context: AuctionContext, at: number): RoundTwo {
  const round = getRound(context);
  const pauses = round.pauses.map((pause) => (pause.until === null ? { ...pause, until: at } : pause));
  const resumed = { ...round, pauses, resumesAt: null, resumptionSetAt: null };
  return keepOpen(resumed, at, getPublished(context).extensionMinutes);
}

/** A second round before anything of it is announced. */
export const NOT_BEGUN: Omit<RoundTwo, 'floor'> = {
  scheduledAt: null,
  startsAt: null,
  startedAt: null,
  closesAt: null,
  extendedAt: null,
  extendedTo: null,
  pauses: [],
  resumesAt: null,
  resumptionSetAt: null,
  best: null,
  holder: null,
  offers: 0,
};
