import {
  addDays,
  localDateAt,
  parseLocalDate,
  Rupees,
  sayCode,
  sayCount,
  sayDay,
  sayList,
  type CaseRule,
  type FormRule,
} from '#case-kit';
import { phaseOf, scheduledEnd } from './block-auction.clock.js';
import type { AuctionFacts } from './block-auction.facts.js';
import { makeFinding, NOTHING_TO_DO, refuseLate, YOU } from './block-auction.findings.js';
import { auctionPolicy, auctionRule } from './block-auction.law.js';
import type { AuctionContext } from './block-auction.model.js';
import { securityDueFrom } from './block-auction.schemes.js';
import type { SubmitBidForm } from './tender.forms.js';

type OnCase = CaseRule<AuctionContext, AuctionFacts>;
type OnBid = FormRule<AuctionContext, AuctionFacts, SubmitBidForm>;
type NamesDocuments = Partial<Pick<SubmitBidForm, 'documents'>> & { readonly documentId?: string };

export const bidIsInTime: OnCase = {
  name: 'bid-is-in-time',
  needs: 'case',
  ref: auctionRule('r. 9(4)'),
  text: 'A bid, its replacement or its withdrawal arrives at the latest at the very due time.',
  check: ({ row, at }) => refuseLate(at, scheduledEnd(row, 'bidsDueAt'), 'what arrives after the due time is no bid'),
};

export const bidderIsNotDebarred: OnCase = {
  name: 'bidder-is-not-debarred',
  needs: 'case',
  ref: auctionPolicy('debarment'),
  text: 'An organisation that an order debars from auctions does not bid while the order stands.',
  check: ({ facts: { bidder }, at }) => {
    const today = localDateAt(at);
    const order = bidder?.debarments.find(({ from, until }) => from <= today && (until === null || today < until));
    if (order === undefined) return true;
    const required = `no order of debarment in force on ${sayDay(today)}`;
    return makeFinding('debarment', `${order.basis}, by ${order.issuedBy}`, required, {
      who: order.issuedBy,
      how: order.until === null ? 'only a further order ends it' : `it ends by itself on ${sayDay(order.until)}`,
      by: order.until,
    });
  },
};

export const bidStands: OnCase = {
  name: 'bid-stands',
  needs: 'case',
  ref: auctionRule('r. 9(4)'),
  text: 'Only a bid that stands can be withdrawn.',
  check: ({ facts, row }) =>
    facts.ownBid !== null
      ? true
      : makeFinding('bid', 'no bid of your organisation stands', 'a standing bid of your organisation', {
          who: YOU,
          how: 'bid before the due time',
          by: scheduledEnd(row, 'bidsDueAt'),
        }),
};

/** Serves bids, answers and corrigenda alike: whoever names a document must have stored it himself. */
export const documentsAreOwn: FormRule<AuctionContext, AuctionFacts, NamesDocuments> = {
  name: 'documents-are-own',
  needs: 'form',
  ref: auctionPolicy('documents'),
  text: 'A command names only documents that its own organisation has stored, for this case or for any.',
  check: ({ row, facts, form }) => {
    const named = [...(form.documents ?? []).map(({ documentId }) => documentId), form.documentId];
    const foreign = named.filter((id) => id !== undefined && !facts.ownDocuments.includes(id));
    if (foreign.length === 0) return true;
    const found = `${sayCount(foreign.length, 'document')} that your organisation has not stored: ${foreign.map((id) => `${String(id).slice(0, 12)}…`).join(', ')}`;
    return makeFinding('documents', found, 'stored documents of your own organisation', {
      who: YOU,
      how: 'upload the documents in your own capacity and name them by the ids that are answered',
      by: phaseOf(row.state) === 'bidding' ? scheduledEnd(row, 'bidsDueAt') : null,
    });
  },
};

const sayPaper = (kind: string): string => (kind === 'INCORPORATION' ? 'certificate of incorporation' : sayCode(kind));

export const documentsAreComplete: OnBid = {
  name: 'documents-are-complete',
  needs: 'form',
  ref: auctionRule('rr. 6, 9(4), Schedule I'),
  text: 'The technical bid holds every paper that the tender asks for.',
  check: ({ row, form, law }) => {
    const asked = law.read('auction.bid-documents').value as readonly string[];
    const missing = asked.filter((kind) => !form.documents.some((document) => document.kind === kind)).map(sayPaper);
    if (missing.length === 0) return true;
    return makeFinding('documents', `missing: ${sayList(missing)}`, sayList(asked.map(sayPaper)), {
      who: YOU,
      how: `add what is missing (${sayList(missing)}) and send the bid again`,
      by: scheduledEnd(row, 'bidsDueAt'),
    });
  },
};

export const securityCoversTheAmount: OnBid = {
  name: 'security-covers-the-amount',
  needs: 'form',
  ref: auctionRule('rr. 9, 17, 19E'),
  text: 'The bid security is at least the amount that follows from the value of estimated resources.',
  check: ({ row, form, actor, law }) => {
    const due = securityDueFrom(actor.organisationId, row.context, law);
    if (due === null || Rupees.parse(form.security.amount).compare(Rupees.parse(due)) >= 0) return true;
    const least = Rupees.parse(due).formatGrouped();
    return makeFinding('security.amount', Rupees.parse(form.security.amount).formatGrouped(), `${least} or more`, {
      who: YOU,
      how: `furnish a guarantee for ${least}`,
      by: scheduledEnd(row, 'bidsDueAt'),
    });
  },
};

export const securityOutlivesTheBid: OnBid = {
  name: 'security-outlives-the-bid',
  needs: 'form',
  ref: auctionPolicy('validity of the bid security'),
  text: 'The bid security stands for the days of the rule after the bids are due.',
  check: ({ row, form, law }) => {
    const days = law.integer('auction.security-validity-days');
    const due = scheduledEnd(row, 'bidsDueAt') ?? row.context.schedule.bidsDueAt;
    const least = addDays(localDateAt(due), days);
    if (parseLocalDate(form.security.expiresOn) >= least) return true;
    return makeFinding(
      'security.expiresOn',
      `expires on ${sayDay(form.security.expiresOn)}`,
      `expires on ${sayDay(least)} or later, ${sayCount(days, 'day')} after the due date`,
      {
        who: YOU,
        how: 'have the guarantee extended, or furnish another',
        by: scheduledEnd(row, 'bidsDueAt'),
      },
    );
  },
};

export const affiliatesAreDeclared: OnBid = {
  name: 'affiliates-are-declared',
  needs: 'form',
  ref: auctionRule('r. 9'),
  text: 'A bid declares every affiliate of its bidder, those of the register of bidders among them.',
  check: ({ row, facts }) =>
    facts.undeclaredLinks.length === 0
      ? true
      : makeFinding(
          'affiliates',
          `not declared: ${sayList(facts.undeclaredLinks)}`,
          'every registered affiliate declared',
          {
            who: YOU,
            how: 'declare them, or have a link that is no more ended in the register',
            by: scheduledEnd(row, 'bidsDueAt'),
          },
        ),
};

/** What was found is concealed: whether an organisation has bid is sealed like its price. */
export const committeeHasNoInterest: OnCase = {
  name: 'committee-has-no-interest',
  needs: 'case',
  ref: auctionPolicy('conflict of interest'),
  text: 'Nobody opens, evaluates or approves whose own organisation has bid or is linked with a bidder.',
  check: ({ facts, actor }) =>
    facts.interested.includes(actor.organisationId)
      ? {
          ...makeFinding('organisation', actor.organisationId, 'an organisation without an interest in this block', {
            who: 'another member of the committee',
            how: `act instead; for the officer himself ${NOTHING_TO_DO}`,
          }),
          concealed: true,
        }
      : true,
};
