/** How far an auction got, as published. */
export type Stage = 'sold' | 'sold-and-lost' | 'failed' | 'open';

/** Every status of a published auction: what it means, once and for all counts. */
export const STATUSES = {
  preferred_bidder: ['sold', 'A preferred bidder was declared, and nothing later was found that undid it.'],
  closing_bid: ['sold', 'The highest closing bid was published; the declaration itself was not found.'],
  preferred_bidder_lapsed: [
    'sold-and-lost',
    'A preferred bidder was declared, who then refused, failed or surrendered.',
  ],
  annulled_after_award: ['sold-and-lost', 'Annulled after a preferred bidder had been declared.'],
  annulled: ['failed', 'Annulled before anybody was declared preferred bidder.'],
  no_bids: ['failed', 'Nobody bid.'],
  not_auctioned: ['failed', 'Taken out, since fewer bid than have to.'],
  not_awarded: ['failed', 'Not among the blocks that were awarded; how it ended was not found.'],
  single_bid: ['open', 'One bid came; what became of it was not found.'],
  bids_received: ['open', 'Bids came; what became of them was not found.'],
  in_progress: ['open', 'Bidding ran when the source was written; its end was not found.'],
  on_hold: ['open', 'Held up by an order.'],
  result_withheld: ['open', 'Bidding ended; the result was held back.'],
  pending: ['open', 'The decision was put off.'],
  offered: ['open', 'Put up for auction; no result was found.'],
  not_known: ['open', 'No source that was read says what became of it.'],
} as const satisfies Record<string, readonly [Stage, string]>;

export type Status = keyof typeof STATUSES;

export const STAGES: Readonly<Record<Stage, string>> = {
  sold: 'A bidder was found, and as far as is known still stands.',
  'sold-and-lost': 'A bidder was found and then lost.',
  failed: 'No bidder was found.',
  open: 'How it ended is not known, or it has not ended.',
};

/** What counts are of. Both are always given: more is sold of the blocks than of the attempts. */
export const DENOMINATORS = {
  attempts: 'Every time that a block was put up for auction.',
  blocks: 'Every block once, however often it was put up, by the status of its latest attempt.',
} as const;

export interface Countable {
  readonly auctionId: string;
  readonly regime: string;
  readonly blockKey: string;
  readonly attempt: number | null;
  readonly status: Status;
  readonly noticeOn: string | null;
  readonly decidedOn: string | null;
}

export interface Count {
  readonly attempts: number;
  readonly blocks: number;
}

export interface RegimeCount extends Count {
  readonly regime: string;
  readonly stages: readonly (Count & { readonly stage: Stage })[];
  readonly statuses: readonly (Count & { readonly status: Status })[];
}

export function isStatus(value: string): value is Status {
  return Object.hasOwn(STATUSES, value);
}

/** Counts out of the rows themselves, for each law under which auctions ran, with both denominators. */
export function countHistory(results: readonly Countable[]): readonly RegimeCount[] {
  const regimes = [...new Set(results.map(({ regime }) => regime))].sort();
  return regimes.map((regime) => {
    const attempts = results.filter((result) => result.regime === regime);
    const blocks = listLatest(attempts);
    const count = (matches: (result: Countable) => boolean): Count => ({
      attempts: attempts.filter(matches).length,
      blocks: blocks.filter(matches).length,
    });
    return {
      regime,
      attempts: attempts.length,
      blocks: blocks.length,
      stages: (Object.keys(STAGES) as Stage[]).map((stage) => ({
        stage,
        ...count(({ status }) => STATUSES[status][0] === stage),
      })),
      statuses: (Object.keys(STATUSES) as Status[])
        .map((status) => ({ status, ...count((result) => result.status === status) }))
        .filter((each) => each.attempts > 0),
    };
  });
}

function listLatest(attempts: readonly Countable[]): readonly Countable[] {
  const latest = new Map<string, Countable>();
  for (const attempt of attempts) {
    const known = latest.get(attempt.blockKey);
    if (known === undefined || compareAttempts(known, attempt) < 0) latest.set(attempt.blockKey, attempt);
  }
  return [...latest.values()];
}

/** Attempts at one block follow each other by their notices, or by their decisions where no notice is known. */
function compareAttempts(a: Countable, b: Countable): number {
  const dates = [a, b].map(({ noticeOn, decidedOn }) => noticeOn ?? decidedOn ?? '') as [string, string];
  if (dates[0] !== dates[1]) return dates[0] < dates[1] ? -1 : 1;
  const ordinals = (a.attempt ?? 0) - (b.attempt ?? 0);
  if (ordinals !== 0) return ordinals;
  return a.auctionId < b.auctionId ? -1 : 1;
}
