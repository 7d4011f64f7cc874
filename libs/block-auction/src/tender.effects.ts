import { parseInstant, Rupees, sha256Hex, type Decided, type Effect } from '#case-kit';
import type { AuctionFacts } from './block-auction.facts.js';
import type { AuctionContext } from './block-auction.model.js';
import { bidIdOf, getEnvelope } from './block-auction.ranking.js';
import type {
  AnswerClarificationForm,
  RecordFindingForm,
  RecordScreeningForm,
  RequestClarificationForm,
} from './evaluation.forms.js';
import type {
  AskQueryForm,
  IssueCorrigendumForm,
  PublishRepliesForm,
  PurchaseTenderForm,
  SubmitBidForm,
} from './tender.forms.js';

type After<Form = unknown> = Decided<AuctionContext, AuctionFacts, Form>;
type Row = Readonly<Record<string, unknown>>;

function row(table: string, values: Row): Effect {
  return { kind: 'row', table, row: values };
}

/** Names a row to people; only a secret among the parts keeps others from finding out what is in them. */
function nameRow(prefix: string, ...parts: readonly string[]): string {
  return `${prefix}-${sha256Hex(...parts).slice(0, 16)}`;
}

export function keepCorrigendum({ after, at, form }: After<IssueCorrigendumForm>): readonly Effect[] {
  const { schedule } = after.context;
  const { text, documentId = null } = form;
  return [row('auction_schedule', { version: schedule.version, issuedAt: at, text, documentId, schedule })];
}

export function keepPurchase({ actor, at, form }: After<PurchaseTenderForm>): readonly Effect[] {
  const { organisationId } = actor;
  return [
    row('tender_purchase', {
      organisationId,
      purchasedAt: at,
      amount: Rupees.parse(form.amount).format(),
      reference: form.paymentReference,
    }),
    { kind: 'party', party: { organisationId, capacity: 'buyer', alias: null } },
  ];
}

export function keepQuery(after: After<AskQueryForm>): readonly Effect[] {
  const { actor, at, facts, form } = after;
  const { organisationId } = actor;
  const purchase = facts.ownPurchases.find(({ caseId }) => caseId === after.row.id);
  // Whoever reads the question may not find out by trial which organisation asked it: the payment is its secret.
  const secret = `${purchase?.reference ?? ''} ${purchase?.purchasedAt ?? ''}`;
  const queryId = nameRow('q', after.row.id, organisationId, secret, String(at), form.text);
  return [row('tender_query', { queryId, organisationId, text: form.text, askedAt: at })];
}

export function keepReplies({ at, form }: After<PublishRepliesForm>): readonly Effect[] {
  return form.replies.map(({ queryId, text }) => row('tender_reply', { queryId, text, repliedAt: at }));
}

/** A later bid of the same organisation replaces the earlier one: the newest row is the one that stands. */
export function keepBid(after: After<SubmitBidForm>): readonly Effect[] {
  const { actor, at, form } = after;
  const { organisationId } = actor;
  const envelope = getEnvelope(form.initialPriceOffer);
  const bidId = bidIdOf(after.row.id, organisationId, envelope);
  return [
    row('bid', {
      bidId,
      organisationId,
      receivedAt: at,
      withdrawn: false,
      envelope,
      security: { ...form.security, amount: Rupees.parse(form.security.amount).format() },
      affiliates: form.affiliates ?? [],
    }),
    ...form.documents.map(({ kind, documentId }, index) =>
      row('bid_document', { bidId, place: index + 1, kind, documentId }),
    ),
    // Until the second round the bidder's alias is the name of his bid: so notices find him, and nobody else does.
    { kind: 'party', party: { organisationId, capacity: 'bidder', alias: bidId } },
  ];
}

/** A withdrawal is a row as well: nothing is taken out of the record, and its envelope is never opened. */
export function keepWithdrawal({ actor, at, facts }: After): readonly Effect[] {
  const { organisationId } = actor;
  const bidId = facts.ownBid?.bidId ?? '';
  return [
    row('bid', {
      bidId,
      organisationId,
      receivedAt: at,
      withdrawn: true,
      envelope: null,
      security: null,
      affiliates: [],
    }),
    { kind: 'party', party: { organisationId, capacity: 'buyer', alias: null } },
  ];
}

function bidderOf(facts: AuctionFacts, bidId: string): string {
  const bid = facts.evaluation.find((one) => one.bidId === bidId);
  if (bid === undefined) throw new TypeError(`no bid ${bidId} stands`);
  return bid.organisationId;
}

export function keepClarification(after: After<RequestClarificationForm>): readonly Effect[] {
  const { at, facts, form } = after;
  return [
    row('bid_clarification', {
      clarificationId: nameRow('c', after.row.id, form.bidId, String(at), form.question),
      bidId: form.bidId,
      organisationId: bidderOf(facts, form.bidId),
      question: form.question,
      askedAt: at,
      answerBy: parseInstant(form.answerBy),
    }),
  ];
}

export function keepAnswer({ at, form }: After<AnswerClarificationForm>): readonly Effect[] {
  const { clarificationId, answer, documentId = null } = form;
  return [row('bid_clarification_answer', { clarificationId, answer, documentId, answeredAt: at })];
}

/** A later finding on the same bid counts instead of the earlier one, until the evaluation is frozen. */
export function keepFinding({ actor, facts, form }: After<RecordFindingForm>): readonly Effect[] {
  const { bidId, result, grounds = [], assessedNetWorth, reason } = form;
  return [
    row('bid_finding', {
      bidId,
      organisationId: bidderOf(facts, bidId),
      result,
      grounds,
      assessedNetWorth,
      reason,
      recordedBy: actor.personId,
    }),
  ];
}

/** The newest screening counts. The links of the register are copied into it: they are evidence of that day. */
export function keepScreening({ actor, facts, form }: After<RecordScreeningForm>): readonly Effect[] {
  return [
    row('affiliate_screening', { method: form.method, recordedBy: actor.personId }),
    ...facts.registerLinks.map((link, index) => row('affiliate_link', { place: index + 1, ...link })),
    ...form.links.map(({ bidId, party, relation, source }, index) =>
      row('affiliate_link', {
        place: facts.registerLinks.length + index + 1,
        organisationId: bidderOf(facts, bidId),
        party,
        relation,
        source,
      }),
    ),
  ];
}
