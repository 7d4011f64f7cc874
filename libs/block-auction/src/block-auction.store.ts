import type { AppliedRow, CaseTypeStore, FactLoader, Sql } from '#case-kit';
import type { AuctionFacts } from './block-auction.facts.js';
import * as registers from './register.store.js';
import * as round from './round.store.js';
import * as tender from './tender.store.js';

type Column = readonly [column: string, member: string, type: string];

/** Columns that are stored as JSON are handed over as text. */
function valuesOf(rows: readonly AppliedRow[], [, member, type]: Column): unknown[] {
  return rows.map(({ row }) => {
    const value = row[member] ?? null;
    return type === 'jsonb' && value !== null ? JSON.stringify(value) : value;
  });
}

/** Inserts all rows of a table with one statement. The names are those of the tables below, never a caller's. */
function inserts(
  table: string,
  ...columns: readonly Column[]
): (sql: Sql, rows: readonly AppliedRow[]) => Promise<void> {
  const names = columns.map(([column]) => column).join(', ');
  const casts = columns.map(([column, , type]) => (type === 'jsonb' ? `${column}::jsonb` : column)).join(', ');
  const arrays = columns.map(([, , type], index) => `$${index + 3}::${type === 'jsonb' ? 'text' : type}[]`).join(', ');
  const text = `insert into ${table} (case_id, seq, ${names})
     select case_id, seq, ${casts} from unnest($1::text[], $2::bigint[], ${arrays}) as t(case_id, seq, ${names})`;
  return async (sql, rows) => {
    await sql.query(text, [
      rows.map(({ caseId }) => caseId),
      rows.map(({ seq }) => seq),
      ...columns.map((column) => valuesOf(rows, column)),
    ]);
  };
}

const ORGANISATION: Column = ['organisation_id', 'organisationId', 'text'];
const BID: Column = ['bid_id', 'bidId', 'text'];
const ALIAS: Column = ['alias', 'alias', 'text'];
const PERCENT: Column = ['percent', 'percent', 'numeric'];
const PLACE: Column = ['place', 'place', 'int'];

/** The only part of this case type with SQL; rows are inserted, what is current is a query. */
export const blockAuctionStore = {
  facts: {
    block: registers.loadBlock,
    attempts: registers.loadAttempts,
    bidder: registers.loadBidder,
    ownPurchases: registers.loadOwnPurchases,
    ownDocuments: registers.loadOwnDocuments,
    namedPapers: registers.loadNamedPapers,
    undeclaredLinks: registers.loadUndeclaredLinks,
    registerLinks: registers.loadRegisterLinks,
    interested: registers.loadInterested,
    queries: registers.perCase(tender.loadQueries),
    ownBid: tender.loadOwnBid,
    ownFinding: tender.loadOwnFinding,
    ownOpenedOffer: round.loadOwnOpenedOffer,
    ownStanding: round.loadOwnStanding,
    bidCount: registers.perCase(tender.loadBidCount),
    bids: registers.perCase(tender.loadBids),
    evaluation: registers.perCase(tender.loadEvaluation),
    bidInQuestion: tender.loadBidInQuestion,
    technicalBids: registers.perCase(tender.loadTechnicalBids),
    clarifications: registers.perCase(tender.loadClarifications),
    corrigenda: registers.perCase(tender.loadCorrigenda),
    screenedAt: registers.perCase(tender.loadScreenedAt),
    roster: registers.perCase(round.loadRoster),
    namedOffer: round.loadNamedOffer,
    standings: registers.perCase(round.loadStandings),
    openedOffers: registers.perCase(round.loadOpenedOffers),
    securities: registers.perCase(round.loadSecurities),
    mistakes: registers.perCase(round.loadMistakes),
    names: registers.perCase(round.loadNames),
  } satisfies Record<keyof AuctionFacts, FactLoader>,
  apply: {
    auction_attempt: inserts(
      'auction_attempt',
      ['block_id', 'blockId', 'text'],
      ['lineage_id', 'lineageId', 'text'],
      ['ordinal', 'ordinal', 'int'],
      ['kind', 'kind', 'text'],
      ['scheme', 'scheme', 'text'],
      ['previous_case_id', 'previousCaseId', 'text'],
      ['rehearsal', 'rehearsal', 'boolean'],
      ['phase', 'phase', 'text'],
      ['reason', 'reason', 'text'],
      ['had_tqb', 'hadTqb', 'boolean'],
      ['next_attempts', 'nextAttempts', 'jsonb'],
      ['record', 'record', 'jsonb'],
    ),
    auction_schedule: inserts(
      'auction_schedule',
      ['version', 'version', 'int'],
      ['issued_at', 'issuedAt', 'bigint'],
      ['text', 'text', 'text'],
      ['document_id', 'documentId', 'text'],
      ['schedule', 'schedule', 'jsonb'],
    ),
    tender_purchase: inserts(
      'tender_purchase',
      ORGANISATION,
      ['purchased_at', 'purchasedAt', 'bigint'],
      ['amount', 'amount', 'numeric'],
      ['reference', 'reference', 'text'],
    ),
    tender_query: inserts(
      'tender_query',
      ['query_id', 'queryId', 'text'],
      ORGANISATION,
      ['text', 'text', 'text'],
      ['asked_at', 'askedAt', 'bigint'],
    ),
    tender_reply: inserts(
      'tender_reply',
      ['query_id', 'queryId', 'text'],
      ['text', 'text', 'text'],
      ['replied_at', 'repliedAt', 'bigint'],
    ),
    bid: inserts(
      'bid',
      BID,
      ORGANISATION,
      ['received_at', 'receivedAt', 'bigint'],
      ['withdrawn', 'withdrawn', 'boolean'],
      ['envelope', 'envelope', 'jsonb'],
      ['security', 'security', 'jsonb'],
      ['affiliates', 'affiliates', 'jsonb'],
    ),
    bid_document: inserts('bid_document', BID, PLACE, ['kind', 'kind', 'text'], ['document_id', 'documentId', 'text']),
    bid_clarification: inserts(
      'bid_clarification',
      ['clarification_id', 'clarificationId', 'text'],
      BID,
      ORGANISATION,
      ['question', 'question', 'text'],
      ['asked_at', 'askedAt', 'bigint'],
      ['answer_by', 'answerBy', 'bigint'],
    ),
    bid_clarification_answer: inserts(
      'bid_clarification_answer',
      ['clarification_id', 'clarificationId', 'text'],
      ['answer', 'answer', 'text'],
      ['document_id', 'documentId', 'text'],
      ['answered_at', 'answeredAt', 'bigint'],
    ),
    bid_finding: inserts(
      'bid_finding',
      BID,
      ORGANISATION,
      ['result', 'result', 'text'],
      ['grounds', 'grounds', 'jsonb'],
      ['assessed_net_worth', 'assessedNetWorth', 'numeric'],
      ['reason', 'reason', 'text'],
      ['recorded_by', 'recordedBy', 'text'],
    ),
    affiliate_screening: inserts(
      'affiliate_screening',
      ['method', 'method', 'text'],
      ['recorded_by', 'recordedBy', 'text'],
    ),
    affiliate_link: inserts(
      'affiliate_link',
      PLACE,
      ORGANISATION,
      ['party', 'party', 'text'],
      ['relation', 'relation', 'text'],
      ['source', 'source', 'text'],
    ),
    opened_offer: inserts(
      'opened_offer',
      ORGANISATION,
      BID,
      PERCENT,
      ['rank', 'rank', 'int'],
      ['qualified', 'qualified', 'boolean'],
      ['rejection', 'rejection', 'text'],
    ),
    auction_roster: inserts('auction_roster', ORGANISATION, ALIAS),
    final_offer: inserts('final_offer', ORGANISATION, ALIAS, ['received_at', 'receivedAt', 'bigint'], PERCENT),
    mistake_report: inserts(
      'mistake_report',
      ORGANISATION,
      ALIAS,
      PERCENT,
      ['reported_at', 'reportedAt', 'bigint'],
      ['explanation', 'explanation', 'text'],
    ),
    bid_security_event: inserts(
      'bid_security_event',
      ORGANISATION,
      ['guarantee_number', 'guaranteeNumber', 'text'],
      ['settled', 'settled', 'text'],
      ['recorded_by', 'recordedBy', 'text'],
      ['record', 'record', 'jsonb'],
    ),
  },
} satisfies CaseTypeStore;
