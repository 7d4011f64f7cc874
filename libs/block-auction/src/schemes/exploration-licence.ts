import { auctionRule } from '../block-auction.law.js';
import type { Scheme } from './scheme.js';

/** Chapter IIIA of the Rules: a descending auction of the share of the later lease's premium that the explorer seeks. */
export const explorationLicence: Scheme = {
  id: 'exploration-licence',
  title: 'Exploration licence',
  concession: 'EL',
  direction: 'descending',
  boundName: 'ceiling',
  parameterBid: 'share of the auction premium of the later lease',
  prerequisites: auctionRule('r. 19A'),
  bidding: auctionRule('r. 19E'),
  exploration: null,
  knowsValue: false,
  stepParameter: 'auction.step-percent-el',
  leastBoundParameter: 'auction.ceiling-minimum-percent',
  // The security depends on the area; its slabs are not known, so the tender states the sum.
  securityDue: ({ stated }) => stated,
};
