export { blockAuction } from './block-auction.case-type.js';
export { blockAuctionLaw } from './block-auction.law.js';
