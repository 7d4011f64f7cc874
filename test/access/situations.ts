import type { AnyCaseType, CaseRow, Party } from '#case-kit';
import { blockAuction } from '#block-auction';
import { fairStall } from '#fair-stall';
import { stallInspection } from '#stall-inspection';
import { AuctionPlay } from '../../libs/block-auction/src/play.fixture.js';
import { playUntil } from '../../libs/block-auction/src/stages.fixture.js';
import { blockOf, CENTRAL } from '../../libs/block-auction/src/world.fixture.js';
import { FairPlay } from '../../libs/fair-stall/src/fair-stall.fixture.js';
import { ABROAD, HOME } from './callers.js';

/** A case at a point at which it tells who may know of it. */
export interface Situation {
  /** As the policy and the page name it: `block-auction: in draft`. */
  readonly name: string;
  readonly caseType: AnyCaseType;
  readonly row: CaseRow;
  readonly parties: readonly Party[];
}

const POTASH = [{ code: 'POTASH', periods: [{ part: 'D', from: null, until: null }] }] as const;

/** The cases of the page, made up in memory by the case types' own machines and effects. */
export function listSituations(): readonly Situation[] {
  const auction = (name: string, { row, parties }: AuctionPlay): Situation => ({
    name: `block-auction: ${name}`,
    caseType: blockAuction,
    row,
    parties,
  });
  const stall = (name: string, { row, parties }: FairPlay): Situation => ({
    name: `fair-stall: ${name}`,
    caseType: fairStall,
    row,
    parties,
  });
  const published = new FairPlay();
  published.mustGive('PUBLISH', published.opener);
  return [
    auction('in draft', playUntil('draft')),
    auction('in draft at the Centre, for a block of the other State', draftAtTheCentre()),
    auction('bids may come', playUntil('bidding')),
    auction('over', playUntil('preferredBidderDeclared')),
    stall('in draft', new FairPlay()),
    stall('published', published),
    {
      name: 'stall-inspection: to be visited',
      caseType: stallInspection,
      row: {
        ...published.row,
        state: 'visiting',
        context: { stallName: 'Corner stall' },
        anchors: {},
        jurisdiction: HOME,
      },
      parties: [],
    },
  ];
}

function draftAtTheCentre(): AuctionPlay {
  const block = blockOf({ state: ABROAD, minerals: POTASH });
  return new AuctionPlay({ opener: CENTRAL, registers: { block } });
}
