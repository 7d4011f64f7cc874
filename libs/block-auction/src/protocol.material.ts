import type { ProtocolMaterial } from '#case-kit';
import type { AuctionFacts } from './block-auction.facts.js';
import type { AuctionContext } from './block-auction.model.js';

/** What the protocol of an auction is written from. */
export type AuctionProtocolMaterial = ProtocolMaterial<AuctionContext, AuctionFacts>;
