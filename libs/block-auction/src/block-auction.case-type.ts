import { defineCaseType } from '#case-kit';
import { listBlockAuctionAudiences } from './block-auction.audiences.js';
import { blockAuctionCommands } from './block-auction.commands.js';
import type { AuctionFacts } from './block-auction.facts.js';
import { blockAuctionMachine } from './block-auction.machine.js';
import type { AuctionContext } from './block-auction.model.js';
import { listBlockAuctionNotices } from './block-auction.notices.js';
import { blockAuctionProtocol } from './block-auction.protocol.js';
import { blockAuctionStates } from './block-auction.states.js';
import { blockAuctionStore } from './block-auction.store.js';
import { listBlockAuctionTimers } from './block-auction.timers.js';
import { blockAuctionViews } from './block-auction.views.js';
import type { OpenBlockAuctionForm } from './draft.forms.js';
import { approvedBySecondPerson, AUTHORITIES, openBlockAuction } from './tender.commands.js';

/**
 * The auction of one block, one attempt: from the draft of the notice to the preferred bidder or to an annulment.
 *
 * Reading order:
 * 1. block-auction.machine.ts, block-auction.states.ts   what can happen, and the provision of each state
 * 2. tender, evaluation and round .commands.ts           who may, with what form, under which rules
 * 3. the .rules.ts files, in the order of an auction:    when not, and what cures it
 *    lineage, publication, schedule, tender, bid, evaluation, round, closing
 * 4. block-auction.timers.ts, block-auction.clock.ts     what the clock does, and how orders and outages stop it
 * 5. the .effects.ts files                               what else a decision writes
 * 6. block-auction.ranking.ts, block-auction.offers.ts   where the public calculators are asked
 * 7. schemes/                                            what differs by concession
 * 8. block-auction.sight.ts, .views.ts, .acts.ts, .audiences.ts   who sees what, and when
 * 9. block-auction.notices.ts                            who is told
 * 10. block-auction.protocol.ts, the protocol.*.ts files  what everybody can compute again once it is over
 * block-auction.law.ts holds the numbers, the .store.ts files the only SQL.
 */
export const blockAuction = defineCaseType<
  AuctionContext,
  AuctionFacts,
  typeof blockAuctionMachine,
  OpenBlockAuctionForm
>({
  id: 'block-auction',
  plural: 'block-auctions',
  prefix: 'AUCTION',
  title: 'Auction of a mineral block',
  version: '1',
  machine: blockAuctionMachine,
  open: openBlockAuction,
  commands: blockAuctionCommands,
  orders: { roles: AUTHORITIES, secondPerson: approvedBySecondPerson },
  timers: listBlockAuctionTimers,
  audiences: listBlockAuctionAudiences,
  views: blockAuctionViews,
  protocol: blockAuctionProtocol,
  notices: listBlockAuctionNotices,
  store: blockAuctionStore,
  stateProvisions: blockAuctionStates,
});
