import { Rupees, sayCount, sayList, type CaseRule, type FormRule } from '#case-kit';
import { scheduledEnd } from './block-auction.clock.js';
import type { AuctionFacts } from './block-auction.facts.js';
import { AUTHORITY, makeFinding, NOTHING_TO_DO, refuseLate, YOU } from './block-auction.findings.js';
import { auctionPolicy, auctionRule } from './block-auction.law.js';
import type { AuctionContext } from './block-auction.model.js';
import type { PublishRepliesForm, PurchaseTenderForm } from './tender.forms.js';

type OnCase = CaseRule<AuctionContext, AuctionFacts>;
type OnForm<Form> = FormRule<AuctionContext, AuctionFacts, Form>;

export const bidderIsRegistered: OnCase = {
  name: 'bidder-is-registered',
  needs: 'case',
  ref: auctionRule('rr. 6, 9(4)'),
  text: 'An organisation takes part under its own entry in the register of bidders.',
  check: ({ facts: { bidder }, row }) =>
    bidder !== null
      ? true
      : makeFinding('bidder', 'none', 'an entry of your organisation in the register of bidders', {
          who: YOU,
          how: 'record its name, kind and net worth in the register of bidders',
          by: scheduledEnd(row, 'purchaseClosesAt'),
        }),
};

export const bidderIsNoOrganiser: OnCase = {
  name: 'bidder-is-no-organiser',
  needs: 'case',
  ref: auctionPolicy('conflict of interest'),
  text: 'An organisation whose officers conduct the auction takes no part in it as a bidder.',
  check: ({ party }) =>
    party?.capacity !== 'authority'
      ? true
      : makeFinding(
          'organisation',
          'an organisation that conducts this auction',
          'an organisation without a part in conducting it',
          {
            who: 'nobody',
            how: NOTHING_TO_DO,
          },
        ),
};

export const purchaseIsInTime: OnCase = {
  name: 'purchase-is-in-time',
  needs: 'case',
  ref: auctionRule('r. 9(2)'),
  text: 'The tender document is bought at the latest at the very instant at which its sale closes.',
  check: ({ row, at }) => refuseLate(at, scheduledEnd(row, 'purchaseClosesAt'), 'the sale of this document is over'),
};

export const documentIsNotBoughtTwice: OnCase = {
  name: 'document-is-not-bought-twice',
  needs: 'case',
  ref: auctionPolicy('sale of the tender document'),
  text: 'An organisation buys the tender document of an attempt once.',
  check: ({ row, facts }) =>
    facts.ownPurchases.every(({ caseId }) => caseId !== row.id)
      ? true
      : makeFinding('purchase', 'your organisation has bought it', 'no purchase yet', {
          who: 'nobody',
          how: 'nothing needs to be done: your organisation may bid',
        }),
};

/** What the caller pays: less where he bought the document of an earlier attempt and the tender allows for it. */
export function feeDue(context: AuctionContext, facts: Pick<AuctionFacts, 'ownPurchases'>, caseId: string): string {
  const { tenderFee, repeatFee } = context.terms;
  const boughtBefore = facts.ownPurchases.some((purchase) => purchase.caseId !== caseId);
  return boughtBefore && repeatFee !== null ? repeatFee : tenderFee;
}

export const feeIsPaidInFull: OnForm<PurchaseTenderForm> = {
  name: 'fee-is-paid-in-full',
  needs: 'form',
  ref: auctionRule('r. 9(2)'),
  text: 'The price of the tender document is paid exactly.',
  check: ({ row, facts, form }) => {
    const due = feeDue(row.context, facts, row.id);
    if (Rupees.parse(form.amount).compare(Rupees.parse(due)) === 0) return true;
    const price = Rupees.parse(due).formatGrouped();
    return makeFinding('amount', Rupees.parse(form.amount).formatGrouped(), `exactly ${price}`, {
      who: YOU,
      how: `pay ${price} in all and give the reference of the payment`,
      by: scheduledEnd(row, 'purchaseClosesAt'),
    });
  },
};

export const tenderWasPurchased: OnCase = {
  name: 'tender-was-purchased',
  needs: 'case',
  ref: auctionRule('r. 9(2)'),
  text: 'Only an organisation that has bought the tender document of this attempt asks questions and bids.',
  check: ({ row, facts, at }) => {
    if (facts.ownPurchases.some(({ caseId }) => caseId === row.id)) return true;
    const end = scheduledEnd(row, 'purchaseClosesAt');
    const isOpen = end !== null && at <= end;
    return makeFinding('purchase', 'none', 'a purchase of the tender document by your organisation', {
      who: isOpen ? YOU : 'nobody',
      how: isOpen ? 'buy the tender document' : 'the sale of the document is over',
      by: isOpen ? end : null,
    });
  },
};

export const queryIsInTime: OnCase = {
  name: 'query-is-in-time',
  needs: 'case',
  ref: auctionRule('r. 9(3)'),
  text: 'A question arrives at the latest at the very instant at which questions close.',
  check: ({ row, at }) => refuseLate(at, scheduledEnd(row, 'queriesCloseAt'), 'the time for questions is over'),
};

export const queriesAreUnanswered: OnForm<PublishRepliesForm> = {
  name: 'queries-are-unanswered',
  needs: 'form',
  ref: auctionPolicy('replies'),
  text: 'Each reply answers one question of this tender that has no reply yet; a published reply is not rewritten.',
  check: ({ facts, form }) => {
    const open = new Set(facts.queries.filter(({ reply }) => reply === null).map(({ id }) => id));
    const wrong = form.replies
      .map(({ queryId }) => queryId)
      .filter((id, index, ids) => !open.has(id) || ids.indexOf(id) !== index);
    if (wrong.length === 0) return true;
    const found = `${sayCount(wrong.length, 'question')} answered already, not asked here or named twice: ${sayList(wrong)}`;
    return makeFinding('replies', found, 'questions without a reply, each named once', {
      who: AUTHORITY,
      how: 'name open questions only; what a reply got wrong is put right by a corrigendum',
    });
  },
};
