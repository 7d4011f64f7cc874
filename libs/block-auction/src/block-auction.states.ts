import type { CaseRow, ProvisionRef } from '#case-kit';
import { phaseOf } from './block-auction.clock.js';
import { auctionPolicy, auctionRule, mmdrSection } from './block-auction.law.js';
import type { Phase } from './block-auction.model.js';

interface StateProvision {
  /** What people call the state: its status, for everybody. */
  readonly title: string;
  readonly ref: ProvisionRef;
  readonly text: string;
}

/** The provision of each state and its sentence. */
export const blockAuctionStates: Readonly<Record<Phase, StateProvision>> = {
  draft: {
    title: 'Draft notice',
    ref: auctionRule('rr. 5, 16, 19A'),
    text: 'The authority drafts the notice; it is published once the block is demarcated, classified, explored and valued.',
  },
  saleOpen: {
    title: 'Tender document on sale; study period',
    ref: auctionRule('r. 9(1)-(3)'),
    text: 'The tender document is on sale and is studied; questions are answered to all, and no bid is taken yet.',
  },
  bidding: {
    title: 'Open for bids',
    ref: auctionRule('r. 9(3)-(4)'),
    text: 'The study period is over; buyers of the document bid, replace and withdraw their bids until the due time.',
  },
  opening: {
    title: 'Bids are in; the technical bids wait for their opening',
    ref: auctionRule('r. 9(4)'),
    text: 'The due time is past; the committee opens the technical bids, two of its members together.',
  },
  technicalEvaluation: {
    title: 'Technical bids are being evaluated',
    ref: auctionRule('rr. 6, 9(4), Schedule I'),
    text: 'The committee finds, with reasons, for each bid whether its bidder is eligible; every price stays sealed.',
  },
  priceOpening: {
    title: 'Evaluation frozen; the prices wait for their opening',
    ref: auctionRule('rr. 8(1), 9(4)'),
    text: 'The evaluation is frozen; the prices of the bids that passed, and of no other, are to be opened.',
  },
  decideProceed: {
    title: 'The authority decides whether the attempt goes on',
    ref: auctionRule('r. 9(12)'),
    text: 'In this second attempt too few are technically qualified; the authority decides, with reasons, whether it goes on.',
  },
  qualified: {
    title: 'Bidders are qualified; the second round is to be scheduled',
    ref: auctionRule('r. 9(4)-(5)'),
    text: 'The qualified bidders are known by rank; the second round is to be scheduled from the best initial offer on.',
  },
  roundTwoScheduled: {
    title: 'Second round announced',
    ref: auctionRule('r. 9(9)'),
    text: 'The second round is announced to the qualified bidders and begins by itself at its time.',
  },
  roundTwoLive: {
    title: 'Second round under way',
    ref: auctionRule('r. 9(9)(i)'),
    text: 'The qualified bid openly under aliases; each offer must improve on the best and keeps the round open.',
  },
  roundTwoPaused: {
    title: 'Second round paused',
    ref: auctionPolicy('outage'),
    text: 'The second round is paused for an outage; the time lost is given back when it goes on.',
  },
  preferredBidderDeclared: {
    title: 'Preferred bidder declared',
    ref: auctionRule('r. 9(9)(iii)'),
    text: 'The bidder with the best final offer is declared preferred bidder, for all to see; other securities go back.',
  },
  annulled: {
    title: 'Annulled',
    ref: auctionRule('r. 9(10)-(11)'),
    text: 'The attempt is annulled, with its reason for all to see; the securities go back.',
  },
  concluded: {
    title: 'Concluded with a preferred bidder',
    ref: mmdrSection('ss. 10B, 11, 11D'),
    text: 'The attempt led to a preferred bidder and nothing remains to be done in it.',
  },
  annulmentConcluded: {
    title: 'Annulled and concluded',
    ref: auctionRule('r. 9(11)'),
    text: 'The attempt led to nothing and nothing remains to be done in it; the block may be auctioned again.',
  },
};

/** Where the case stands, in words. */
export const statusOf = ({ state }: Pick<CaseRow, 'state'>): string => blockAuctionStates[phaseOf(state)].title;
