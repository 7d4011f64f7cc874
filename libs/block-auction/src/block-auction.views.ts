import { formatInstant, type CaseRow, type LawReader, type Situation, type Views } from '#case-kit';
import { phaseOf, roundTwoEnd, roundTwoStart, resumptionOf, scheduledEnd } from './block-auction.clock.js';
import type { AuctionFacts } from './block-auction.facts.js';
import { getPublished, nextOfferOf } from './block-auction.offers.js';
import { SCHEDULE_DATES, type AuctionContext } from './block-auction.model.js';
import { statusOf } from './block-auction.states.js';
import { schemeOf, securityDueFrom } from './block-auction.schemes.js';
import * as sight from './block-auction.sight.js';
import { showTransition } from './block-auction.acts.js';
import { findPreferredBidder } from './closing.rules.js';
import { feeDue } from './tender.rules.js';

type Row = CaseRow<AuctionContext>;
type Shown = Readonly<Record<string, unknown>>;
type Viewing = Situation<AuctionContext, AuctionFacts>;
type Looking = Pick<Viewing, 'row' | 'actor' | 'party'>;

const instantOf = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : formatInstant(at);

function showSchedule(row: Row): Shown {
  const isRunning = ['saleOpen', 'bidding'].includes(phaseOf(row.state));
  const dates = SCHEDULE_DATES.map((date) => [
    date,
    instantOf(isRunning ? scheduledEnd(row, date) : row.context.schedule[date]),
  ]);
  return { version: row.context.schedule.version, ...(Object.fromEntries(dates) as Shown) };
}

function showTerms({ context }: Row, law: LawReader): Shown {
  const { terms, published } = context;
  const scheme = schemeOf(context);
  return {
    scheme: terms.scheme,
    rules: { prerequisites: scheme.prerequisites, bidding: scheme.bidding },
    offers: scheme.parameterBid,
    direction: scheme.direction,
    [scheme.direction === 'ascending' ? 'reservePrice' : 'ceiling']: terms.bound,
    tenderFee: terms.tenderFee,
    repeatFee: terms.repeatFee,
    step: published?.step ?? terms.step,
    extensionMinutes: published?.extensionMinutes ?? terms.extensionMinutes,
    roundTwoMinutes: published?.roundTwoMinutes ?? terms.roundTwoMinutes,
    confirmationSteps: published?.jumpSteps ?? null,
    valueOfEstimatedResources: published?.value ?? null,
    bidSecurity: published === null ? terms.statedSecurity : securityDueFrom(null, context, law),
    potentialBasis: terms.potentialBasis,
    centralGround: terms.centralGround,
  };
}

/** What the second round shows to everybody: no name, no alias and no number of bidders. */
function showRound(row: Row): Shown | null {
  const { round } = row.context;
  if (round === null) return null;
  const phase = phaseOf(row.state);
  const isLive = phase === 'roundTwoLive';
  return {
    floor: round.floor,
    startsAt: phase === 'roundTwoScheduled' ? instantOf(roundTwoStart(row)) : instantOf(round.startsAt),
    ...(isLive || phase === 'roundTwoPaused' ? { best: round.best } : {}),
    ...(isLive ? { next: nextOfferOf(row.context), closesAt: instantOf(roundTwoEnd(row)) } : {}),
    ...(phase === 'roundTwoPaused' ? { resumesAt: instantOf(resumptionOf(row)) } : {}),
    ...(sight.isOver(row) ? { best: round.best, offers: round.offers } : {}),
  };
}

/** How the attempt ended: the row of the public register, annulments with their reason and provision. */
function showEnd({ row, parties, facts }: Pick<Viewing, 'row' | 'parties' | 'facts'>): Shown {
  const { annulment, declared, bidsReceived, technicallyQualified, qualified } = row.context;
  if (!sight.isOver(row)) return {};
  const preferred = parties.find(({ alias }) => alias !== null && alias === declared?.alias)?.organisationId;
  return {
    bidsReceived,
    technicallyQualified,
    qualified,
    annulment: annulment === null ? null : { ...annulment, at: formatInstant(annulment.at) },
    preferredBidder:
      declared === null
        ? null
        : {
            organisation: preferred ?? null,
            name: preferred === undefined ? null : (facts.names[preferred] ?? null),
            percent: declared.percent,
            declaredAt: formatInstant(declared.at),
          },
  };
}

/** While offers come in the case is shown at each of them, without what no bidder can act on any more. */
const isOfferedLive = (row: Row): boolean => phaseOf(row.state) === 'roundTwoLive';

function showCorrigenda({ corrigenda }: AuctionFacts): readonly Shown[] {
  return corrigenda.map(({ version, issuedAt, text, documentId }) => ({
    version,
    issuedAt: formatInstant(issuedAt),
    text,
    documentId,
  }));
}

/** What everybody may see; before the attempt is over it counts, names and prices nothing that is sealed. */
function showPublic(viewing: Viewing): Shown {
  const { row, facts, law } = viewing;
  const { block, attempt } = row.context;
  const replied = facts.queries.filter(({ reply }) => reply !== null);
  return {
    block,
    attempt: { ordinal: attempt.ordinal, kind: attempt.kind, previousCaseId: attempt.previousCaseId },
    status: statusOf(row),
    terms: showTerms(row, law),
    schedule: showSchedule(row),
    publishedAt: instantOf(row.context.published?.at),
    ...(isOfferedLive(row) ? {} : { corrigenda: showCorrigenda(facts) }),
    queries: replied.map(({ id, text, reply, repliedAt }) => ({ id, text, reply, repliedAt: instantOf(repliedAt) })),
    round: showRound(row),
    ...showEnd(viewing),
  };
}

/** Bids with their findings, for those who evaluate, decide and audit. */
function showTechnicalBids({ facts }: Viewing): Shown {
  const found = new Map(facts.evaluation.map((bid) => [bid.bidId, bid]));
  return {
    bids: facts.technicalBids.map(({ bidId, receivedAt, ...bid }) => ({
      bidId,
      ...bid,
      receivedAt: formatInstant(receivedAt),
      finding: found.get(bidId)?.result ?? null,
      grounds: found.get(bidId)?.grounds ?? [],
      reason: found.get(bidId)?.reason ?? null,
      linkedWith: found.get(bidId)?.affiliates ?? [],
    })),
    screened: facts.screenedAt !== null,
    clarifications: facts.clarifications.map(({ askedAt, answerBy, answeredAt, ...clarification }) => ({
      ...clarification,
      askedAt: formatInstant(askedAt),
      answerBy: formatInstant(answerBy),
      answeredAt: instantOf(answeredAt),
    })),
  };
}

/** What officials see besides the public: questions without askers, then bids, then prices without names, then all. */
function showOfficial(viewing: Viewing): Shown {
  const { row, facts, parties } = viewing;
  const { bidsReceived, technicallyQualified, qualified, round } = row.context;
  const named = sight.areNamesOpen(viewing);
  return {
    openQueries: facts.queries
      .filter(({ reply }) => reply === null)
      .map(({ id, text, askedAt }) => ({ id, text, askedAt: formatInstant(askedAt) })),
    bidsReceived,
    technicallyQualified,
    qualified,
    ...(sight.areTechnicalBidsSeen(viewing) ? showTechnicalBids(viewing) : {}),
    ...(sight.arePricesOpen(row)
      ? {
          openedOffers: facts.openedOffers.map(({ organisationId, ...offer }) =>
            named ? { organisation: organisationId, name: facts.names[organisationId] ?? null, ...offer } : offer,
          ),
        }
      : {}),
    ...(sight.isRoundTwo(row) && round !== null ? { holder: round.holder, offers: round.offers } : {}),
    ...(sight.isRoundTwo(row)
      ? {
          mistakes: facts.mistakes.map(({ alias, percent, reportedAt, explanation }) => ({
            alias,
            percent,
            reportedAt: formatInstant(reportedAt),
            explanation,
          })),
        }
      : {}),
    ...(named
      ? {
          standings: facts.standings,
          securities: facts.securities,
          mistakes: facts.mistakes,
          securityHeldOf: findPreferredBidder(row, parties),
          intimatedAt: instantOf(row.context.intimatedAt),
        }
      : {}),
  };
}

/** What a bidder sees of his own bid: the receipt with its exact instant, and the finding once it is frozen. */
function showOwnBid({ row, facts }: Viewing): Shown {
  const bid = facts.ownBid;
  if (bid === null) return { bid: null };
  const opened = sight.arePricesOpen(row) ? facts.ownOpenedOffer : null;
  return {
    bid: {
      bidId: bid.bidId,
      receivedAt: formatInstant(bid.receivedAt),
      commitment: bid.envelope.commitment,
      documents: bid.documents,
      security: bid.security,
      affiliates: bid.affiliates,
    },
    ...(sight.isEvaluationFrozen(row)
      ? {
          finding: {
            result: facts.ownFinding?.result ?? null,
            grounds: facts.ownFinding?.grounds ?? [],
            reason: facts.ownFinding?.reason ?? null,
          },
        }
      : {}),
    ...(opened !== null
      ? {
          initialOffer: {
            percent: opened.percent,
            rank: opened.rank,
            qualified: opened.qualified,
            rejection: opened.rejection,
          },
        }
      : {}),
  };
}

/** Own alias, own offer and own rank; of the others not even an alias. */
function showOwnRound({ row, facts, party }: Viewing): Shown {
  const { round } = row.context;
  if (round === null || facts.ownStanding === null) return {};
  const { alias, percent, rank } = facts.ownStanding;
  return {
    alias: party?.alias ?? alias,
    offer: percent,
    rank,
    holdsBest: rank !== null && round.holder === alias,
  };
}

function showOwn(viewing: Viewing): Shown {
  const { row, facts, actor, party } = viewing;
  const mine = <Item extends { readonly organisationId: string }>(items: readonly Item[]): readonly Item[] =>
    items.filter(({ organisationId }) => organisationId === actor.organisationId);
  const purchase = facts.ownPurchases.find(({ caseId }) => caseId === row.id);
  return {
    own: {
      purchasedAt: instantOf(purchase?.purchasedAt),
      feeDue: purchase === undefined && row.context.published !== null ? feeDue(row.context, facts, row.id) : null,
      queries: mine(facts.queries).map(({ id, text, reply }) => ({ id, text, reply })),
      ...showOwnBid(viewing),
      clarifications: mine(facts.clarifications).map(({ id, question, answerBy, answer, documentId, answeredAt }) => ({
        id,
        question,
        answerBy: formatInstant(answerBy),
        answer,
        documentId,
        answeredAt: instantOf(answeredAt),
      })),
      ...showOwnRound(viewing),
      mistakes: mine(facts.mistakes).map(({ percent, reportedAt }) => ({
        percent,
        reportedAt: formatInstant(reportedAt),
      })),
      securities: sight.isOver(row) ? mine(facts.securities) : [],
      capacity: party?.capacity ?? null,
    },
  };
}

const isBidder = ({ actor, party }: Looking): boolean => actor.role === 'bidder' && party?.capacity !== 'authority';

function showCase(viewing: Viewing): Shown {
  const shown = showPublic(viewing);
  if (sight.isOfficial(viewing)) return { ...shown, ...showOfficial(viewing) };
  return isBidder(viewing) ? { ...shown, ...showOwn(viewing) } : shown;
}

/**
 * What the parts above read for this viewer now. In a live round hundreds of bidders are shown the case at every offer:
 * each costs what is his own, and never what the others have in common.
 */
function listFacts(looking: Looking): readonly (keyof AuctionFacts)[] {
  const { row } = looking;
  const kinds: (keyof AuctionFacts)[] = ['queries'];
  if (!isOfferedLive(row)) kinds.push('corrigenda');
  if (sight.isOver(row)) kinds.push('names');
  if (sight.isOfficial(looking)) {
    const named = sight.areNamesOpen(looking);
    if (sight.areTechnicalBidsSeen(looking)) kinds.push('technicalBids', 'evaluation', 'screenedAt', 'clarifications');
    if (sight.arePricesOpen(row)) kinds.push('openedOffers');
    if (sight.isRoundTwo(row) || named) kinds.push('mistakes');
    if (named) kinds.push('standings', 'securities');
  } else if (isBidder(looking)) {
    kinds.push('ownPurchases', 'ownBid', 'clarifications', 'mistakes');
    if (sight.isEvaluationFrozen(row)) kinds.push('ownFinding');
    if (sight.arePricesOpen(row)) kinds.push('ownOpenedOffer');
    if (row.context.round !== null) kinds.push('ownStanding');
    if (sight.isOver(row)) kinds.push('securities');
  }
  return kinds;
}

/** The snapshot that all the world may watch: the same for everybody, and nothing in it says who. */
function showLive(row: Row): Shown | null {
  const phase = phaseOf(row.state);
  if (phase !== 'roundTwoLive' && phase !== 'roundTwoPaused') return null;
  const { step } = getPublished(row.context);
  return { status: statusOf(row), step, ...showRound(row) };
}

export const blockAuctionViews: Views<AuctionContext, AuctionFacts> = {
  facts: [
    'ownPurchases',
    'ownBid',
    'queries',
    'corrigenda',
    'evaluation',
    'technicalBids',
    'clarifications',
    'screenedAt',
    'openedOffers',
    'standings',
    'securities',
    'mistakes',
    'names',
    'ownFinding',
    'ownOpenedOffer',
    'ownStanding',
  ],
  factsFor: listFacts,
  case: showCase,
  live: showLive,
  transition: showTransition,
};
