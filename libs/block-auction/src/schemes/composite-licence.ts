import { computeBidSecurity } from '#rulebook';
import { auctionRule } from '../block-auction.law.js';
import type { Scheme } from './scheme.js';

/** Chapter III of the Rules: prospecting first, then a lease; auctioned like a lease, open to blocks explored less. */
export const compositeLicence: Scheme = {
  id: 'composite-licence',
  title: 'Composite licence',
  concession: 'CL',
  direction: 'ascending',
  boundName: 'reserve price',
  parameterBid: 'percentage of the value of mineral despatched',
  prerequisites: auctionRule('r. 16'),
  bidding: auctionRule('r. 17'),
  exploration: { parameter: 'auction.exploration-level-cl', orRecommendation: true },
  knowsValue: true,
  stepParameter: 'auction.step-percent',
  leastBoundParameter: null,
  securityDue: ({ value, proposer }, law) =>
    value === null
      ? null
      : computeBidSecurity({ concession: 'CL', valueOfEstimatedResources: value, proposer }, law).result.amount,
};
