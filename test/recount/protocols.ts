import { playRandomAuction } from '../../apps/cli/src/recount/random-auction.js';

/** A protocol as a test reads and falsifies it; docs/protocol.md says what its fields are. */
export interface ToldEntry {
  no: number;
  seq: number;
  hash: string;
  type: string;
  at: string;
  alias?: string | null;
  percent?: string | null;
  outcome?: string;
  rules?: string[];
  best: string | null;
  closesAt: string | null;
  [field: string]: unknown;
}

export interface ToldProtocol {
  firstRound: {
    bids: { bid: string; alias: string | null; percent: string | null; rank: number | null; qualified: boolean }[];
    ranking: { result: { qualified: string[]; [field: string]: unknown } };
  };
  roundTwo: { bidders: string[]; entries: ToldEntry[]; [field: string]: unknown };
  result: {
    outcome: string;
    qualified: number;
    preferredBidder: { percent: string } | null;
    [field: string]: unknown;
  };
  hashes: { seq: number; hash: string }[];
  [field: string]: unknown;
}

/** Places of the offers of a kind among the entries of the second round. */
export function placesOf({ roundTwo }: ToldProtocol, outcome: string): readonly number[] {
  return roundTwo.entries.flatMap((entry, index) =>
    entry.type === 'OFFER' && entry.outcome === outcome ? [index] : [],
  );
}

/**
 * An auction that ended with a preferred bidder after five accepted offers and more, of more than five technically
 * qualified not all of whom went on: large enough that every kind of fault can be planted in it.
 */
export function findLargeAuction(): ToldProtocol {
  for (let number = 1; number < 5_000; number += 1) {
    const protocol = playRandomAuction(7, number) as ToldProtocol;
    if (protocol.result.outcome !== 'PREFERRED_BIDDER_DECLARED') continue;
    const isCut = protocol.firstRound.bids.some(({ rank, qualified }) => rank !== null && !qualified);
    const isPlain = protocol.roundTwo.entries.every(({ type }) => type !== 'ORDER' && type !== 'ANNULLED');
    if (isCut && isPlain && placesOf(protocol, 'ACCEPTED').length >= 5) return protocol;
  }
  throw new Error('no such auction was drawn');
}
