import type { Actor, SealedEnvelope } from '#case-kit';
import type {
  AttemptFact,
  AuctionFacts,
  Bid,
  BidderFact,
  BlockFact,
  EvaluatedBid,
  OwnBid,
  PaperFact,
  SecurityInstrument,
  TechnicalBid,
} from './block-auction.facts.js';

type Row = Readonly<Record<string, unknown>>;
type Form = Readonly<Record<string, unknown>>;

interface Kept {
  readonly table: string;
  readonly seq: number;
  readonly row: Row;
}

/** What the registers hold for one play. */
export interface Registers {
  block: BlockFact | null;
  attempts: readonly AttemptFact[];
  readonly bidders: Map<string, BidderFact>;
  /** Stored documents by organisation. */
  readonly documents: Map<string, readonly string[]>;
  /** What is known of documents, by id; of those that are missing there is nothing to say. */
  readonly papers: Map<string, PaperFact>;
  /** Purchases in earlier attempts, by organisation. */
  readonly earlierPurchases: Map<string, string>;
}

/** One spelling for the names of parties: enough of what the register does for a play. */
const keyOf = (name: string): string => name.toUpperCase();

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The rows of one case in memory, and the facts that the store would make of them. */
export class AuctionMemory {
  readonly kept: Kept[] = [];

  constructor(
    private readonly caseId: string,
    readonly registers: Registers,
  ) {}

  keep(table: string, seq: number, row: Row): void {
    this.kept.push({ table, seq, row });
  }

  rows(table: string): readonly Kept[] {
    return this.kept.filter((kept) => kept.table === table);
  }

  /** All facts of a viewer or a command. */
  factsFor(actor: Actor, form: Form): AuctionFacts {
    const { registers } = this;
    const own = actor.organisationId;
    const evaluation = this.listEvaluation();
    const technicalBids = this.listTechnicalBids();
    return {
      block: registers.block,
      attempts: registers.attempts,
      bidder: registers.bidders.get(own) ?? null,
      ownPurchases: this.listPurchases(own),
      ownDocuments: registers.documents.get(own) ?? [],
      namedPapers: this.listNamedPapers(form),
      undeclaredLinks: this.listUndeclared(own, form),
      ownBid: this.findOwnBid(own),
      ownFinding: evaluation.find(({ organisationId }) => organisationId === own) ?? null,
      ownOpenedOffer: this.listOpened().find(({ organisationId }) => organisationId === own) ?? null,
      ownStanding: this.findOwnStanding(own),
      queries: this.listQueries(),
      bidCount: this.listBids().length,
      interested: this.listInterested(own),
      bids: this.listBids(),
      evaluation,
      bidInQuestion: technicalBids.find(({ bidId }) => bidId === form['bidId']) ?? null,
      technicalBids,
      clarifications: this.listClarifications(),
      corrigenda: this.rows('auction_schedule').flatMap(({ row }) =>
        row['version'] === 1 ? [] : [row as unknown as AuctionFacts['corrigenda'][number]],
      ),
      screenedAt: this.rows('affiliate_screening').at(-1)?.seq ?? null,
      registerLinks: this.listBids().flatMap(({ organisationId }) =>
        [keyOf(organisationId), ...this.reach(organisationId)].map((party) => ({
          organisationId,
          party,
          relation: 'INDIRECT',
          source: 'register of bidders',
        })),
      ),
      roster: this.listRoster(),
      namedOffer: this.findNamedOffer(own, form),
      standings: this.listStandings(),
      openedOffers: this.listOpened(),
      securities: this.listSecurities(),
      mistakes: this.rows('mistake_report').map(({ row }) => row as unknown as AuctionFacts['mistakes'][number]),
      names: Object.fromEntries([...registers.bidders].map(([id, { legalName }]) => [id, legalName])),
    };
  }

  private listStanding(): readonly Kept[] {
    const newest = new Map<string, Kept>();
    for (const kept of this.rows('bid')) newest.set(text(kept.row['organisationId']), kept);
    return [...newest.values()].filter(({ row }) => row['withdrawn'] === false).sort((a, b) => a.seq - b.seq);
  }

  private listBids(): readonly Bid[] {
    return this.listStanding().map(({ seq, row }) => ({
      bidId: text(row['bidId']),
      organisationId: text(row['organisationId']),
      seq,
      receivedAt: Number(row['receivedAt']),
      envelope: row['envelope'] as SealedEnvelope,
    }));
  }

  private listNamedPapers(form: Form): readonly PaperFact[] {
    const documents = Array.isArray(form['documents']) ? (form['documents'] as { documentId?: unknown }[]) : [];
    const ids = [...documents.map(({ documentId }) => documentId), form['documentId']].map(text);
    return ids.flatMap((id) => this.registers.papers.get(id) ?? []);
  }

  private documentsOf(bidId: string): OwnBid['documents'] {
    return this.rows('bid_document')
      .filter(({ row }) => row['bidId'] === bidId)
      .map(({ row }) => ({ kind: text(row['kind']), documentId: text(row['documentId']) }));
  }

  private findOwnBid(organisationId: string): OwnBid | null {
    const kept = this.listStanding().find(({ row }) => row['organisationId'] === organisationId);
    const bid = this.listBids().find((one) => one.organisationId === organisationId);
    if (kept === undefined || bid === undefined) return null;
    return {
      ...bid,
      documents: this.documentsOf(bid.bidId),
      security: kept.row['security'] as SecurityInstrument,
      affiliates: kept.row['affiliates'] as readonly string[],
    };
  }

  private listTechnicalBids(): readonly TechnicalBid[] {
    return this.listBids().flatMap(({ organisationId }) => {
      const bid = this.findOwnBid(organisationId);
      if (bid === null) return [];
      const bidder = this.registers.bidders.get(organisationId);
      return [
        {
          bidId: bid.bidId,
          organisationId,
          legalName: bidder?.legalName ?? null,
          applicant: bidder?.kind === 'INDIVIDUAL' ? ('INDIVIDUAL' as const) : ('COMPANY' as const),
          receivedAt: bid.receivedAt,
          documents: bid.documents,
          security: bid.security,
          affiliates: bid.affiliates,
          commitment: bid.envelope.commitment,
        },
      ];
    });
  }

  /** Parties to which an organisation leads, in either direction. */
  private reach(organisationId: string): readonly string[] {
    const edges = [...this.registers.bidders].flatMap(([id, { links, legalName }]) =>
      [...links, legalName].map((party) => [keyOf(id), keyOf(party)] as const),
    );
    const reached = new Set([keyOf(organisationId)]);
    for (let before = 0; before !== reached.size;) {
      before = reached.size;
      for (const [a, b] of edges) {
        if (reached.has(a)) reached.add(b);
        if (reached.has(b)) reached.add(a);
      }
    }
    reached.delete(keyOf(organisationId));
    return [...reached].sort();
  }

  private listInterested(own: string): readonly string[] {
    const bidders = this.listBids().map(({ organisationId }) => organisationId);
    const linked = bidders.some((bidder) => this.reach(bidder).includes(keyOf(own)));
    return [...new Set([...bidders, ...(linked ? [own] : [])])];
  }

  private listUndeclared(own: string, form: Form): readonly string[] {
    const declared = ((form['affiliates'] as readonly string[] | undefined) ?? []).map(keyOf);
    return (this.registers.bidders.get(own)?.links ?? []).filter((link) => !declared.includes(keyOf(link)));
  }

  private listEvaluation(): readonly EvaluatedBid[] {
    const screened = this.rows('affiliate_screening').at(-1)?.seq;
    return this.listStanding().map(({ row }) => {
      const bidId = text(row['bidId']);
      const organisationId = text(row['organisationId']);
      const finding = this.rows('bid_finding').findLast((kept) => kept.row['bidId'] === bidId)?.row;
      const asked = this.listClarifications().findLast((one) => one.bidId === bidId && one.answer === null);
      const found = this.rows('affiliate_link').filter(
        (kept) => kept.seq === screened && kept.row['organisationId'] === organisationId,
      );
      const parties = [...(row['affiliates'] as readonly string[]), ...found.map((kept) => text(kept.row['party']))];
      return {
        bidId,
        organisationId,
        result: (finding?.['result'] as EvaluatedBid['result'] | undefined) ?? null,
        reason: finding === undefined ? null : text(finding['reason']),
        grounds: (finding?.['grounds'] as readonly string[] | undefined) ?? [],
        recordedBy: finding === undefined ? null : text(finding['recordedBy']),
        openClarification:
          asked === undefined ? null : { id: asked.id, askedAt: asked.askedAt, answerBy: asked.answerBy },
        affiliates: [...new Set([keyOf(organisationId), ...parties.map(keyOf)])],
      };
    });
  }

  private listClarifications(): AuctionFacts['clarifications'] {
    return this.rows('bid_clarification').map(({ row }) => {
      const answer = this.rows('bid_clarification_answer').find(
        (kept) => kept.row['clarificationId'] === row['clarificationId'],
      )?.row;
      return {
        id: text(row['clarificationId']),
        bidId: text(row['bidId']),
        organisationId: text(row['organisationId']),
        question: text(row['question']),
        askedAt: Number(row['askedAt']),
        answerBy: Number(row['answerBy']),
        answer: answer === undefined ? null : text(answer['answer']),
        documentId: (answer?.['documentId'] as string | null | undefined) ?? null,
        answeredAt: answer === undefined ? null : Number(answer['answeredAt']),
      };
    });
  }

  private listPurchases(organisationId: string): AuctionFacts['ownPurchases'] {
    const earlier = this.registers.earlierPurchases.get(organisationId);
    const here = this.rows('tender_purchase').filter(({ row }) => row['organisationId'] === organisationId);
    return [
      ...(earlier === undefined ? [] : [{ caseId: earlier, purchasedAt: 0, reference: 'UTR N0' }]),
      ...here.map(({ row }) => ({
        caseId: this.caseId,
        purchasedAt: Number(row['purchasedAt']),
        reference: text(row['reference']),
      })),
    ];
  }

  private listQueries(): AuctionFacts['queries'] {
    return this.rows('tender_query').map(({ row }) => {
      const reply = this.rows('tender_reply').find((kept) => kept.row['queryId'] === row['queryId'])?.row;
      return {
        id: text(row['queryId']),
        organisationId: text(row['organisationId']),
        text: text(row['text']),
        askedAt: Number(row['askedAt']),
        reply: reply === undefined ? null : text(reply['text']),
        repliedAt: reply === undefined ? null : Number(reply['repliedAt']),
      };
    });
  }

  private listRoster(): AuctionFacts['roster'] {
    return this.rows('auction_roster').map(({ row }) => ({
      organisationId: text(row['organisationId']),
      alias: text(row['alias']),
    }));
  }

  private listStandings(): AuctionFacts['standings'] {
    const latest = (organisationId: string): Kept | undefined =>
      this.rows('final_offer').findLast(({ row }) => row['organisationId'] === organisationId);
    return [...this.listRoster()]
      .sort((a, b) => (latest(b.organisationId)?.seq ?? 0) - (latest(a.organisationId)?.seq ?? 0))
      .map((place) => {
        const offer = latest(place.organisationId);
        return { ...place, percent: offer === undefined ? null : text(offer.row['percent']) };
      });
  }

  private findOwnStanding(own: string): AuctionFacts['ownStanding'] {
    const standings = this.listStandings();
    const place = standings.findIndex(({ organisationId }) => organisationId === own);
    const standing = standings[place];
    if (standing === undefined) return null;
    const { alias, percent } = standing;
    return { alias, percent, rank: percent === null ? null : place + 1 };
  }

  private findNamedOffer(own: string, form: Form): AuctionFacts['namedOffer'] {
    const offer = this.rows('final_offer').findLast(
      ({ row }) => row['organisationId'] === own && row['percent'] === form['percent'],
    );
    return offer === undefined
      ? null
      : { percent: text(offer.row['percent']), receivedAt: Number(offer.row['receivedAt']) };
  }

  private listOpened(): AuctionFacts['openedOffers'] {
    return this.rows('opened_offer').map(({ row: { bidId, ...offer } }) => {
      void bidId;
      return offer as unknown as AuctionFacts['openedOffers'][number];
    });
  }

  private listSecurities(): AuctionFacts['securities'] {
    const events = this.rows('bid_security_event');
    const given = new Map<string, AuctionFacts['securities'][number]>();
    for (const { row } of this.rows('bid')) {
      const security = row['security'] as SecurityInstrument | null;
      if (security === null) continue;
      const organisationId = text(row['organisationId']);
      const event = events.find(
        (kept) =>
          kept.row['organisationId'] === organisationId && kept.row['guaranteeNumber'] === security.guaranteeNumber,
      );
      const settled = (event?.row['settled'] as 'RETURNED' | 'FORFEITED' | undefined) ?? null;
      given.set(`${organisationId} ${security.guaranteeNumber}`, { ...security, organisationId, settled });
    }
    return [...given.values()];
  }
}
