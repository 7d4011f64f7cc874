import {
  parseInstant,
  Percent,
  sayCount,
  sayInstant,
  type CaseRule,
  type FormRule,
  type FormSituation,
} from '#case-kit';
import type { FinalOfferResult } from '#rulebook';
import { getRound, HOUR, MINUTE, roundTwoEnd } from './block-auction.clock.js';
import type { AuctionFacts } from './block-auction.facts.js';
import { AUTHORITY, makeFinding, NOTHING_TO_DO, OPERATOR, refuseLate, YOU } from './block-auction.findings.js';
import { auctionPolicy, auctionRule } from './block-auction.law.js';
import type { AuctionContext } from './block-auction.model.js';
import { describeEffect, describeRepetition, getPublished, judgeOffer, nextOfferOf } from './block-auction.offers.js';
import { schemeOf } from './block-auction.schemes.js';
import type {
  AnnounceResumptionForm,
  FinalOfferForm,
  PauseRoundTwoForm,
  ReportMistakeForm,
  ScheduleRoundTwoForm,
} from './round.forms.js';

type OnCase = CaseRule<AuctionContext, AuctionFacts>;
type OnForm<Form> = FormRule<AuctionContext, AuctionFacts, Form>;
type Offering = FormSituation<AuctionContext, AuctionFacts, FinalOfferForm>;

export const roundIsAnnouncedInTime: OnForm<ScheduleRoundTwoForm> = {
  name: 'round-is-announced-in-time',
  needs: 'form',
  ref: auctionPolicy('notice of the second round'),
  text: 'The qualified bidders know of the second round for the hours of the rule before it begins.',
  check: ({ form, law, at }) => {
    const hours = law.integer('auction.round-two-notice-hours');
    const earliest = at + hours * HOUR;
    if (parseInstant(form.startsAt) >= earliest) return true;
    const required = `${sayInstant(earliest)} or later, ${sayCount(hours, 'hour')} from now`;
    return makeFinding('startsAt', sayInstant(parseInstant(form.startsAt)), required, {
      who: AUTHORITY,
      how: 'name a later beginning',
    });
  },
};

export const offererIsQualified: OnCase = {
  name: 'offerer-is-qualified',
  needs: 'case',
  ref: auctionRule('r. 9(5), 9(9)'),
  text: 'Only the bidders who qualified in the first round take part in the second.',
  check: ({ facts, actor }) =>
    facts.roster.some(({ organisationId }) => organisationId === actor.organisationId)
      ? true
      : makeFinding('roster', 'your organisation is not among them', 'a place among the qualified bidders', {
          who: 'nobody',
          how: NOTHING_TO_DO,
        }),
};

export const offerIsUnderOwnAlias: OnForm<FinalOfferForm> = {
  name: 'offer-is-under-own-alias',
  needs: 'form',
  ref: auctionPolicy('aliases'),
  text: 'An offer is made under the alias that was drawn for its bidder.',
  check: ({ row, form, party }) =>
    form.alias === undefined || form.alias === party?.alias
      ? true
      : makeFinding('alias', form.alias, party?.alias ?? 'an alias of your own', {
          who: YOU,
          how: 'use your own alias, or leave it out',
          by: roundTwoEnd(row),
        }),
};

export const offerIsInTime: OnCase = {
  name: 'offer-is-in-time',
  needs: 'case',
  ref: auctionRule('r. 9(9)(i)'),
  text: 'A final offer arrives at the latest at the very closing instant, as extended by the offers before it.',
  check: ({ row, at }) => refuseLate(at, roundTwoEnd(row), 'the second round is over'),
};

function whereReason(situation: Offering, reason: FinalOfferResult['reason']): boolean {
  return judgeOffer(situation.row, situation.form, situation.at, situation.law).reason === reason;
}

/** Cure of an offer that is not good enough: the next one that would be. */
function offerNext({ row }: Offering): { who: string; how: string; by: number | null } {
  const next = nextOfferOf(row.context);
  const { step } = getPublished(row.context);
  return {
    who: YOU,
    how: next === null ? 'no offer can be better any more' : `offer ${next} %, or better by whole steps of ${step}`,
    by: roundTwoEnd(row),
  };
}

export const offerBeatsTheBound: OnForm<FinalOfferForm> = {
  name: 'offer-beats-the-bound',
  needs: 'form',
  ref: auctionRule('r. 9(9)(i)'),
  text: 'A final offer is better than the best initial offer from which the second round began.',
  check: (situation) => {
    if (!whereReason(situation, 'NOT_BETTER_THAN_BOUND')) return true;
    const { context } = situation.row;
    const word = schemeOf(context).direction === 'ascending' ? 'above' : 'below';
    return makeFinding(
      'percent',
      `${situation.form.percent} %`,
      `${word} ${getRound(context).floor} %`,
      offerNext(situation),
    );
  },
};

export const offerBeatsTheBest: OnForm<FinalOfferForm> = {
  name: 'offer-beats-the-best',
  needs: 'form',
  ref: auctionRule('r. 9(9)(i)'),
  text: 'A final offer is better than the best so far; one that only equals it comes too late.',
  check: (situation) => {
    if (!whereReason(situation, 'NOT_BETTER_THAN_BEST')) return true;
    const { context } = situation.row;
    const word = schemeOf(context).direction === 'ascending' ? 'above' : 'below';
    return makeFinding(
      'percent',
      `${situation.form.percent} %`,
      `${word} ${getRound(context).best ?? ''} %`,
      offerNext(situation),
    );
  },
};

export const offerIsOnAStep: OnForm<FinalOfferForm> = {
  name: 'offer-is-on-a-step',
  needs: 'form',
  ref: auctionPolicy('steps of the second round'),
  text: 'A final offer lies a whole number of steps from where the second round began.',
  check: (situation) => {
    if (!whereReason(situation, 'OFF_STEP')) return true;
    const { context } = situation.row;
    const required = `whole steps of ${getPublished(context).step} from ${getRound(context).floor} %`;
    return makeFinding('percent', `${situation.form.percent} %`, required, offerNext(situation));
  },
};

export const farOfferIsRepeated: OnForm<FinalOfferForm> = {
  name: 'far-offer-is-repeated',
  needs: 'form',
  ref: auctionPolicy('typing errors'),
  text: 'An offer more than the published number of steps beyond the best binds only when repeated in figures and words.',
  check: ({ row, form, law, at }) => {
    if (!judgeOffer(row, form, at, law).needsConfirmation) return true;
    const offer = Percent.parse(form.percent);
    return makeFinding('repeated', form.repeated ?? 'not repeated', describeRepetition(offer), {
      who: YOU,
      how: `${describeEffect(row.context, offer)}; if it is meant, send it again, repeated in figures and in words`,
      by: roundTwoEnd(row),
    });
  },
};

export const mistakeNamesOwnOffer: OnForm<ReportMistakeForm> = {
  name: 'mistake-names-own-offer',
  needs: 'form',
  ref: auctionPolicy('reported mistakes'),
  text: 'A bidder reports a mistake in a final offer of its own that was accepted.',
  check: ({ facts, form }) =>
    facts.namedOffer !== null
      ? true
      : makeFinding(
          'percent',
          `no accepted offer of ${form.percent} % of your organisation`,
          'an accepted final offer of your organisation',
          {
            who: YOU,
            how: 'name the offer as the case shows it',
          },
        ),
};

export const outageLiesInTheRound: OnForm<PauseRoundTwoForm> = {
  name: 'outage-lies-in-the-round',
  needs: 'form',
  ref: auctionPolicy('outage'),
  text: 'An outage began while the round was open, and not later than it is recorded.',
  check: ({ row, form, at }) => {
    const round = getRound(row.context);
    const from = Math.max(round.startedAt ?? at, ...round.pauses.map(({ until }) => until ?? 0));
    const began = parseInstant(form.outageBeganAt);
    if (began >= from && began <= at) return true;
    return makeFinding('outageBeganAt', sayInstant(began), `from ${sayInstant(from)} to ${sayInstant(at)}`, {
      who: OPERATOR,
      how: 'name the instant at which the outage began',
    });
  },
};

export const resumptionIsAnnouncedInTime: OnForm<AnnounceResumptionForm> = {
  name: 'resumption-is-announced-in-time',
  needs: 'form',
  ref: auctionPolicy('resumption after an outage'),
  text: 'A paused round goes on the minutes of the rule after its resumption was announced, at the earliest.',
  check: ({ form, law, at }) => {
    const minutes = law.integer('auction.resumption-notice-minutes');
    const earliest = at + minutes * MINUTE;
    if (parseInstant(form.resumesAt) >= earliest) return true;
    return makeFinding(
      'resumesAt',
      sayInstant(parseInstant(form.resumesAt)),
      `${sayInstant(earliest)} or later, ${sayCount(minutes, 'minute')} from now`,
      {
        who: OPERATOR,
        how: 'name a later instant',
      },
    );
  },
};
