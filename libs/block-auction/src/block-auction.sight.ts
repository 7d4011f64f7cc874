import { hasJurisdiction, type CaseRow, type Role, type Situation } from '#case-kit';
import { phaseOf } from './block-auction.clock.js';
import type { AuctionContext, Phase } from './block-auction.model.js';

type Row = CaseRow<AuctionContext>;
/** Who looks, at what, and for which party. */
type Looking = Pick<Situation<AuctionContext>, 'row' | 'actor' | 'party'>;

/** Those who conduct, evaluate, decide and audit: they learn who bid once the technical bids are open. */
const TRUSTED: readonly Role[] = [
  'central-officer',
  'state-officer',
  'approving-officer',
  'evaluation-chair',
  'evaluation-member',
  'auditor',
];

const OFFICIAL: readonly Role[] = [...TRUSTED, 'platform-operator', 'administrator'];

/** Sight of a public case is not enough: the capacity must be for its territory and without an interest in it. */
function looksAs(roles: readonly Role[], { row, actor, party }: Looking): boolean {
  const isInterested = party !== undefined && party.capacity !== 'authority';
  return roles.includes(actor.role) && hasJurisdiction(actor, row.jurisdiction) && !isInterested;
}

const isTrusted = (looking: Looking): boolean => looksAs(TRUSTED, looking);
export const isOfficial = (looking: Looking): boolean => looksAs(OFFICIAL, looking);

/** Technical bids are open, and nobody bids under an alias yet. */
const TECHNICAL: readonly Phase[] = ['technicalEvaluation', 'priceOpening', 'decideProceed', 'qualified'];
/** The attempt has led somewhere: nobody can be influenced by knowing who bid. */
const OVER: readonly Phase[] = ['preferredBidderDeclared', 'annulled', 'concluded', 'annulmentConcluded'];
const ROUND_TWO: readonly Phase[] = ['roundTwoScheduled', 'roundTwoLive', 'roundTwoPaused'];
const AFTER_RANKING: readonly Phase[] = ['decideProceed', 'qualified', ...ROUND_TWO];

export const isOver = (row: Row): boolean => OVER.includes(phaseOf(row.state));
export const isRoundTwo = (row: Row): boolean => ROUND_TWO.includes(phaseOf(row.state));

/** Whether bids, findings and screening may be seen with names; never while bidders stand under aliases. */
export function areTechnicalBidsSeen(looking: Looking): boolean {
  const { row } = looking;
  return isTrusted(looking) && (TECHNICAL.includes(phaseOf(row.state)) || isOver(row));
}

/** Whether prices that were opened may be seen; until the attempt is over, without names. */
export function arePricesOpen(row: Row): boolean {
  return AFTER_RANKING.includes(phaseOf(row.state)) || (isOver(row) && row.context.technicallyQualified !== null);
}

/** Whether names, offers and rejected acts may be seen together. */
export function areNamesOpen(looking: Looking): boolean {
  return isTrusted(looking) && isOver(looking.row);
}

/** The evaluation of a bid is told to its bidder once nothing can be found on it any more. */
export function isEvaluationFrozen(row: Row): boolean {
  const phase = phaseOf(row.state);
  return phase === 'priceOpening' || AFTER_RANKING.includes(phase) || isOver(row);
}
