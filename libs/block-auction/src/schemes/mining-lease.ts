import { computeBidSecurity } from '#rulebook';
import { auctionRule } from '../block-auction.law.js';
import type { Scheme } from './scheme.js';

/** Chapter II of the Rules: an ascending auction of a share of the value of mineral despatched. */
export const miningLease: Scheme = {
  id: 'mining-lease',
  title: 'Mining lease',
  concession: 'ML',
  direction: 'ascending',
  boundName: 'reserve price',
  parameterBid: 'percentage of the value of mineral despatched',
  prerequisites: auctionRule('r. 5'),
  bidding: auctionRule('r. 9'),
  exploration: { parameter: 'auction.exploration-level-ml', orRecommendation: false },
  knowsValue: true,
  stepParameter: 'auction.step-percent',
  leastBoundParameter: null,
  securityDue: ({ value }, law) =>
    value === null
      ? null
      : computeBidSecurity({ concession: 'ML', valueOfEstimatedResources: value }, law).result.amount,
};
