import {
  parseInstant,
  Rupees,
  sayCode,
  sayCount,
  sayInstant,
  sayList,
  type CaseRow,
  type CaseRule,
  type FormRule,
} from '#case-kit';
import { DAY, endOf } from './block-auction.clock.js';
import type { AuctionFacts, EvaluatedBid } from './block-auction.facts.js';
import { COMMITTEE, makeFinding, refuseLate, YOU } from './block-auction.findings.js';
import { auctionPolicy, auctionRule } from './block-auction.law.js';
import type { AuctionContext } from './block-auction.model.js';
import { judgeNetWorth } from './block-auction.schemes.js';
import type {
  AnswerClarificationForm,
  RecordFindingForm,
  RecordScreeningForm,
  RequestClarificationForm,
} from './evaluation.forms.js';

type OnCase = CaseRule<AuctionContext, AuctionFacts>;
type OnForm<Form> = FormRule<AuctionContext, AuctionFacts, Form>;

export const bidIsUnderEvaluation: OnForm<{ readonly bidId: string }> = {
  name: 'bid-is-under-evaluation',
  needs: 'form',
  ref: auctionRule('r. 9(4)'),
  text: 'The committee asks and finds about bids that stand in this attempt.',
  check: ({ facts, form }) =>
    facts.evaluation.some(({ bidId }) => bidId === form.bidId)
      ? true
      : makeFinding('bidId', `no bid ${form.bidId}`, 'a bid that stands in this attempt', {
          who: COMMITTEE,
          how: 'name the bid by the id that the case shows',
        }),
};

export const answerTimeSuffices: OnForm<RequestClarificationForm> = {
  name: 'answer-time-suffices',
  needs: 'form',
  ref: auctionPolicy('time to answer a clarification'),
  text: 'A bidder gets the days of the rule to answer.',
  check: ({ form, law, at }) => {
    const days = law.integer('auction.clarification-days');
    const earliest = at + days * DAY;
    if (parseInstant(form.answerBy) >= earliest) return true;
    const required = `${sayInstant(earliest)} or later, ${sayCount(days, 'day')} from now`;
    return makeFinding('answerBy', sayInstant(parseInstant(form.answerBy)), required, {
      who: COMMITTEE,
      how: 'name a later instant',
    });
  },
};

export const clarificationIsOwnAndOpen: OnForm<AnswerClarificationForm> = {
  name: 'clarification-is-own-and-open',
  needs: 'form',
  ref: auctionPolicy('clarifications'),
  text: 'A bidder answers what it was asked, once.',
  check: ({ facts, form, actor }) => {
    const asked = facts.clarifications.find(
      ({ id, organisationId }) => id === form.clarificationId && organisationId === actor.organisationId,
    );
    if (asked !== undefined && asked.answer === null) return true;
    return makeFinding(
      'clarificationId',
      asked === undefined ? `no question ${form.clarificationId} to your organisation` : 'the question is answered',
      'an open question to your organisation',
      {
        who: asked === undefined ? YOU : 'nobody',
        how:
          asked === undefined ? 'name the clarification by the id that the case shows' : 'the answer stands as given',
      },
    );
  },
};

export const answerIsInTime: OnForm<AnswerClarificationForm> = {
  name: 'answer-is-in-time',
  needs: 'form',
  ref: auctionPolicy('clarifications'),
  text: 'The answer arrives at the latest at the very instant that the committee named.',
  check: ({ row, facts, form, at }) => {
    const asked = facts.clarifications.find(({ id }) => id === form.clarificationId);
    if (asked === undefined) return true;
    const end = endOf(asked.answerBy, asked.askedAt, row.holds);
    return refuseLate(at, end, 'the committee finds on the papers as they are');
  },
};

const describeGrounds = (grounds: readonly string[]): string =>
  grounds.length === 0 ? 'no ground' : `${sayCount(grounds.length, 'ground')}: ${sayList(grounds.map(sayCode))}`;

export const groundsMatchTheResult: OnForm<RecordFindingForm> = {
  name: 'grounds-match-the-result',
  needs: 'form',
  ref: auctionRule('r. 9(4)'),
  text: 'A bid fails on stated grounds, and one that passes has none.',
  check: ({ form }) => {
    const grounds = form.grounds ?? [];
    if ((form.result === 'FAILED') === grounds.length > 0) return true;
    return makeFinding(
      'grounds',
      describeGrounds(grounds),
      form.result === 'FAILED' ? 'at least one ground' : 'no ground',
      {
        who: COMMITTEE,
        how: form.result === 'FAILED' ? 'name the grounds on which the bid fails' : 'leave the grounds out',
      },
    );
  },
};

/** Net worth in rupees; a committee that wants to depart from the Schedule must say what it assessed. */
export const resultAgreesWithNetWorth: OnForm<RecordFindingForm> = {
  name: 'result-agrees-with-net-worth',
  needs: 'form',
  ref: auctionRule('r. 6, Schedule I'),
  text: 'A bid passes only with the net worth of Schedule I, and fails for want of it only without.',
  check: ({ row, facts, form, law }) => {
    const bid = facts.bidInQuestion;
    const netWorth = Rupees.findSigned(form.assessedNetWorth);
    if (bid === null || netWorth === undefined) return true;
    const { eligible, required, comparison } = judgeNetWorth(row.context, bid.applicant, netWorth, law);
    const cited = (form.grounds ?? []).includes('NET_WORTH');
    if (form.result === 'PASSED' ? eligible : eligible !== cited) return true;
    const least = `${comparison === 'MORE_THAN' ? 'more than' : 'at least'} ${Rupees.parse(required).formatGrouped()}`;
    const outcome =
      form.result === 'PASSED' ? 'a bid that passes' : `a bid that fails on ${describeGrounds(form.grounds ?? [])}`;
    const found = `${outcome}, with a net worth of ${netWorth.formatGrouped()}`;
    return makeFinding('assessedNetWorth', found, `a result that agrees with Schedule I: ${least}`, {
      who: COMMITTEE,
      how: eligible
        ? 'leave the net worth out of the grounds, for it suffices'
        : 'let the bid fail with the net worth among its grounds, for it does not suffice',
    });
  },
};

function whereOpen(bids: readonly EvaluatedBid[], row: Pick<CaseRow, 'holds'>, at: number) {
  return bids.filter(({ openClarification }) => {
    if (openClarification === null) return false;
    const { answerBy, askedAt } = openClarification;
    const end = endOf(answerBy, askedAt, row.holds);
    return end === null || at <= end;
  });
}

export const findingWaitsForTheAnswer: OnForm<RecordFindingForm> = {
  name: 'finding-waits-for-the-answer',
  needs: 'form',
  ref: auctionPolicy('clarifications'),
  text: 'While a bidder may still answer, nothing is found on its bid.',
  check: ({ row, facts, form, at }) => {
    const [open] = whereOpen(
      facts.evaluation.filter(({ bidId }) => bidId === form.bidId),
      row,
      at,
    );
    if (open === undefined) return true;
    return makeFinding('clarification', 'a question to the bidder is open', 'no question that may still be answered', {
      who: 'the bidder',
      how: 'answer; afterwards, or when the time is over, the finding can be recorded',
      by: open.openClarification?.answerBy ?? null,
    });
  },
};

export const linksNameBids: OnForm<RecordScreeningForm> = {
  name: 'links-name-bids',
  needs: 'form',
  ref: auctionRule('r. 9'),
  text: 'Each link that was found is one of a bidder of this attempt.',
  check: ({ facts, form }) => {
    const known = new Set(facts.evaluation.map(({ bidId }) => bidId));
    const unknown = form.links.map(({ bidId }) => bidId).filter((id) => !known.has(id));
    return unknown.length === 0
      ? true
      : makeFinding('links', `no bid ${sayList(unknown, 'or')}`, 'bids that stand in this attempt', {
          who: COMMITTEE,
          how: 'name each bid by the id that the case shows',
        });
  },
};

export const everyBidHasAFinding: OnCase = {
  name: 'every-bid-has-a-finding',
  needs: 'case',
  ref: auctionRule('r. 9(4)'),
  text: 'The evaluation is frozen only when each bid has its reasoned finding.',
  check: ({ facts }) => {
    const open = facts.evaluation.filter(({ result }) => result === null).length;
    if (open === 0) return true;
    // Numbers only: whoever asks why not may be an officer who has no sight of the bids.
    return makeFinding(
      'findings',
      `missing for ${open} of ${sayCount(facts.evaluation.length, 'bid')}`,
      'a finding on every bid',
      {
        who: COMMITTEE,
        how: 'record the findings that are missing; the case shows on which bids',
      },
    );
  },
};

export const affiliatesAreScreened: OnCase = {
  name: 'affiliates-are-screened',
  needs: 'case',
  ref: auctionRule('r. 9'),
  text: 'The bidders are screened for affiliates among them before the evaluation is frozen.',
  check: ({ facts }) =>
    facts.screenedAt !== null
      ? true
      : makeFinding('screening', 'none recorded', 'a recorded screening for affiliates', {
          who: COMMITTEE,
          how: 'compare declarations and registers and record the screening, even when no link is found',
        }),
};

export const clarificationsAreClosed: OnCase = {
  name: 'clarifications-are-closed',
  needs: 'case',
  ref: auctionPolicy('clarifications'),
  text: 'The evaluation is not frozen while a bidder may still answer.',
  check: ({ row, facts, at }) => {
    const open = whereOpen(facts.evaluation, row, at);
    if (open.length === 0) return true;
    const by = Math.max(...open.map(({ openClarification }) => openClarification?.answerBy ?? 0));
    return makeFinding(
      'clarifications',
      `${sayCount(open.length, 'question')} that may still be answered`,
      'no question that may still be answered',
      {
        who: 'the bidders that were asked',
        how: 'answer, or let the time pass',
        by,
      },
    );
  },
};

export const approverRecordedNoFinding: OnCase = {
  name: 'approver-recorded-no-finding',
  needs: 'case',
  ref: auctionPolicy('segregation of duties'),
  text: 'Whoever recorded a finding does not approve the list that rests on it.',
  check: ({ facts, actor }) =>
    actor.role !== 'approving-officer' || facts.evaluation.every(({ recordedBy }) => recordedBy !== actor.personId)
      ? true
      : makeFinding('approver', 'this officer has recorded a finding', 'an approving officer who has recorded none', {
          who: 'another approving officer',
          how: 'approve the evaluation instead',
        }),
};
