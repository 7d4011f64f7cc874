import { Percent } from '#case-kit';
import type { PublishedAuction } from './published.js';

/** With fewer named bidders a replay would be an invention with a real outcome at its end. */
const FEWEST_NAMED = 3;

const OUTCOMES: Readonly<Record<string, string>> = {
  bids_received: 'the sources end with the bids: no outcome was published',
  no_bids: 'nobody bid',
  on_hold: 'a court holds it: there is no outcome',
};

/** Why an auction cannot be replayed from what was published of it, as a clause; null when it can. */
export function findObstacle(auction: PublishedAuction): string | null {
  const { regime, concession, status, bidders, preferredBidder, finalPercent, floorPercent } = auction;
  if (regime.includes('coal')) {
    return 'a coal mine: auctioned under the Coal Mines (Special Provisions) Act, 2015, for a share of revenue';
  }
  if (regime !== 'state' && regime !== 'central-critical') return `the law of the regime ${regime} is not this one`;
  const outcome = OUTCOMES[status];
  if (outcome !== undefined) return outcome;
  if (concession === 'EL') return 'an exploration licence: what was published of it has no rounds';
  if (bidders.length < FEWEST_NAMED) return explainFewNames(auction);
  if (concession === null) return 'the sources do not say what was auctioned: a mining lease or a composite licence';
  if (auction.state === null) return 'the sources name no State';
  if (preferredBidder === null) return 'the sources name no preferred bidder';
  if (finalPercent === null) return 'the final price offer was not published';
  const winner = bidders.find(({ name }) => name === preferredBidder);
  if (winner === undefined || winner.qualified === false) {
    return 'the sources contradict each other: the preferred bidder is not among the qualified bidders that they name';
  }
  if (floorPercent !== null && Percent.parse(finalPercent).compare(Percent.parse(floorPercent)) <= 0) {
    return `the sources contradict each other: the final offer ${finalPercent} is not above the floor ${floorPercent}`;
  }
  return null;
}

function explainFewNames({ bidders, bidsReceived, preferredBidder, status }: PublishedAuction): string {
  if (status === 'annulled')
    return 'annulled with a single bid in a second attempt; its first attempt was not published';
  const count =
    bidsReceived === null ? 'how many bid was not published' : `the other ${bidsReceived - 1} are not named`;
  if (bidders.length === 0 || bidders.every(({ name }) => name === preferredBidder)) {
    return `the sources name only the preferred bidder; ${count}`;
  }
  return `the sources name ${bidders.length} of the bidders; ${count}`;
}
