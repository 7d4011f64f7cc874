import {
  addDays,
  daysBetween,
  formatInstant,
  lawIsSigned,
  localDateAt,
  parseInstant,
  Rupees,
  type CaseRule,
  type CaseRow,
  type FormRule,
} from '#case-kit';
import { applicationsEndOf, callingEndOf } from './fair-stall.clock.js';
import type { CallForm, PayForm } from './fair-stall.forms.js';
import { fairRule, fairStallLaw } from './fair-stall.law.js';
import type { FairStallContext, FairStallFacts } from './fair-stall.model.js';
import { addSteps, countSteps } from './fair-stall.offers.js';

type OnCase = CaseRule<FairStallContext, FairStallFacts>;
type OnForm<Form> = FormRule<FairStallContext, FairStallFacts, Form>;

const NOTHING_TO_DO = 'nothing can be done about it in this case';

/** Serves the opening of a case too, where there is no context yet. */
export const closingTimeLiesAhead: FormRule<unknown, unknown, { readonly applicationsCloseAt?: string }> = {
  name: 'closing-time-lies-ahead',
  needs: 'form',
  ref: fairRule('2(2)'),
  text: 'The closing time that a notice names must not have passed already.',
  check: ({ form, at }) => {
    if (form.applicationsCloseAt === undefined || parseInstant(form.applicationsCloseAt) > at) return true;
    return {
      datum: 'applicationsCloseAt',
      found: form.applicationsCloseAt,
      required: `later than ${formatInstant(at)}`,
      cure: { who: 'you', how: 'name a closing time that lies ahead' },
    };
  },
};

export const amendmentChangesSomething: OnForm<{ readonly stallName?: string; readonly applicationsCloseAt?: string }> =
  {
    name: 'amendment-changes-something',
    needs: 'form',
    ref: fairRule('2(3)'),
    text: 'An amendment of the notice must name what it changes.',
    check: ({ form }) =>
      form.stallName !== undefined || form.applicationsCloseAt !== undefined
        ? true
        : {
            datum: 'form',
            found: 'neither stallName nor applicationsCloseAt',
            required: 'at least one of them',
            cure: { who: 'you', how: 'name the new stallName, the new applicationsCloseAt, or both' },
          },
  };

export const noticeRunsLongEnough: OnCase = {
  name: 'notice-runs-long-enough',
  needs: 'case',
  ref: fairRule('4'),
  text: 'Between the publication of the notice and the closing time there must lie the days of the rule.',
  check: ({ row, law, at }) => {
    const days = law.integer('fair.notice-days');
    const today = localDateAt(at);
    const found = daysBetween(today, localDateAt(row.context.applicationsCloseAt));
    if (found >= days) return true;
    return {
      datum: 'applicationsCloseAt',
      found: formatInstant(row.context.applicationsCloseAt),
      required: `on or after ${addDays(today, days)}, ${days} days after publication`,
      cure: { who: 'state-officer or central-officer', how: 'amend the notice with a later closing time' },
    };
  },
};

/**
 * Reads every number that the opening and the calling rest on: at publication, so that no notice stands on a gap in the
 * rule book, and again before the opening, because a number missing after it could refuse nothing any more.
 */
export const measuresAreFixed: OnCase = {
  name: 'measures-are-fixed',
  needs: 'case',
  ref: fairRule('9'),
  text: 'The step, the extension and the least number of applicants are fixed with the notice; each is more than nothing.',
  check: ({ law }) => {
    const zero = ['fair.minimum-applicants', 'fair.extension-minutes', 'fair.confirmation-steps'].find(
      (name) => law.integer(name) < 1,
    );
    const faulty = Rupees.parse(law.decimal('fair.step')).paise < 1n ? 'fair.step' : zero;
    if (faulty === undefined) return true;
    return {
      datum: faulty,
      found: law.read(faulty).value,
      required: 'more than nothing',
      cure: { who: 'rule-book-owner', how: `publish a corrected value of ${faulty}` },
    };
  },
};

export const numbersAreSigned = lawIsSigned(
  fairRule('9'),
  fairStallLaw.map(({ name }) => name),
);

function refuseLate(datum: string, at: number, end: number | null): ReturnType<OnCase['check']> {
  if (end !== null && at <= end) return true;
  return {
    datum,
    found: formatInstant(at),
    required: end === null ? 'while no order stays the case' : `not later than ${formatInstant(end)}`,
    cure: { who: 'nobody', how: NOTHING_TO_DO },
  };
}

export const applicationIsInTime: OnCase = {
  name: 'application-is-in-time',
  needs: 'case',
  ref: fairRule('5'),
  text: 'An application, its replacement or its withdrawal must arrive at the latest at the very closing time.',
  check: ({ row, at }) => refuseLate('receivedAt', at, applicationsEndOf(row)),
};

export const applicantIsNoOrganiser: OnCase = {
  name: 'applicant-is-no-organiser',
  needs: 'case',
  ref: fairRule('6'),
  text: 'An organisation whose officers conduct the fair may not apply for a stall of it.',
  check: ({ party }) =>
    party?.capacity !== 'organiser'
      ? true
      : {
          datum: 'organisation',
          found: 'conducts this fair',
          required: 'an organisation without a part in conducting the fair',
          cure: { who: 'nobody', how: NOTHING_TO_DO },
        },
};

export const applicationStands: OnCase = {
  name: 'application-stands',
  needs: 'case',
  ref: fairRule('7'),
  text: 'Only an application that stands can be withdrawn.',
  check: ({ facts }) =>
    facts.ownApplication !== null
      ? true
      : {
          datum: 'application',
          found: null,
          required: 'a standing application of your organisation',
          cure: { who: 'your organisation', how: 'apply before the closing time' },
        },
};

/** What was found is concealed: whether an organisation has applied is sealed like its offer. */
export const committeeHasNoInterest: OnCase = {
  name: 'committee-has-no-interest',
  needs: 'case',
  ref: fairRule('8(2)'),
  text: 'Nobody opens the offers whose own organisation has applied.',
  check: ({ facts, actor }) =>
    facts.applications.every(({ organisationId }) => organisationId !== actor.organisationId)
      ? true
      : {
          datum: 'organisation',
          found: actor.organisationId,
          required: 'a member of the committee without an interest in the stall',
          cure: { who: 'evaluation-chair or evaluation-member', how: 'let another member of the committee act' },
          concealed: true,
        },
};

export const callerIsOnRoster: OnCase = {
  name: 'caller-is-on-roster',
  needs: 'case',
  ref: fairRule('10'),
  text: 'Only the traders who qualified at the opening may call.',
  check: ({ facts, actor }) =>
    facts.roster.some(({ organisationId }) => organisationId === actor.organisationId)
      ? true
      : {
          datum: 'roster',
          found: 'your organisation is not on it',
          required: 'a place on the roster of the calling',
          cure: { who: 'nobody', how: NOTHING_TO_DO },
        },
};

export const holderWaits: OnCase = {
  name: 'holder-waits',
  needs: 'case',
  ref: fairRule('11'),
  text: 'The trader whose offer is the best does not call against himself.',
  check: ({ row, party }) =>
    party?.alias === undefined || party.alias === null || party.alias !== row.context.holder
      ? true
      : {
          datum: 'holder',
          found: party.alias,
          required: 'another trader holds the best offer',
          cure: { who: 'another trader', how: 'call a higher offer' },
        },
};

export const callIsInTime: OnCase = {
  name: 'call-is-in-time',
  needs: 'case',
  ref: fairRule('12'),
  text: 'A call must arrive at the latest at the very closing time, as extended by the calls before it.',
  check: ({ row, at, law }) => refuseLate('receivedAt', at, callingEndOf(row, law)),
};

function bestOf(row: CaseRow<FairStallContext>): string {
  return row.context.best ?? '0.00';
}

export const callBeatsBest: OnForm<CallForm> = {
  name: 'call-beats-best',
  needs: 'form',
  ref: fairRule('10(2)'),
  text: 'A call must beat the best offer by whole steps, at least one.',
  check: ({ row, form, law }) => {
    const step = law.decimal('fair.step');
    const steps = countSteps(bestOf(row), form.offer, step);
    if (steps !== null && steps >= 1) return true;
    return {
      datum: 'offer',
      found: form.offer,
      required: `${addSteps(bestOf(row), 1, step)}, or more by whole steps of ${step}`,
      cure: { who: 'your organisation', how: `call ${addSteps(bestOf(row), 1, step)} or more` },
    };
  },
};

export const farCallIsConfirmed: OnForm<CallForm> = {
  name: 'far-call-is-confirmed',
  needs: 'form',
  ref: fairRule('13'),
  text: 'A call that lies more steps above the best offer than the rule allows must be confirmed as typed.',
  check: ({ row, form, law }) => {
    if (form.confirmed === true) return true;
    const limit = law.integer('fair.confirmation-steps');
    const highest = addSteps(bestOf(row), limit, law.decimal('fair.step'));
    if (Rupees.parse(form.offer).compare(Rupees.parse(highest)) <= 0) return true;
    return {
      datum: 'confirmed',
      found: form.confirmed ?? false,
      required: true,
      cure: { who: 'your organisation', how: `send the call again with confirmed: true if ${form.offer} is meant` },
    };
  },
};

export const paymentEqualsBest: OnForm<PayForm> = {
  name: 'payment-equals-best',
  needs: 'form',
  ref: fairRule('14(1)'),
  text: 'The payment recorded must be exactly the best offer.',
  check: ({ row, form }) =>
    Rupees.parse(form.amount).compare(Rupees.parse(bestOf(row))) === 0
      ? true
      : {
          datum: 'amount',
          found: form.amount,
          required: bestOf(row),
          cure: { who: 'platform-operator', how: 'record the payment once the whole amount has arrived' },
        },
};
