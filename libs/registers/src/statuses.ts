/** How far an attempt got. */
export type Stage = 'sold' | 'sold-and-lost' | 'failed' | 'open';

/** One meaning of one status, for every row, count and page. */
export interface StatusDefinition {
  readonly stage: Stage;
  readonly definition: string;
  /** Who publishes that an attempt has come this far. */
  readonly publisher: string;
  /** What the sources that were read call it. */
  readonly inSources: string;
  /** Which attempts of this platform have it; null: none, since here an end is always recorded as what it is. */
  readonly onPlatform: string | null;
}

const AUTHORITY = 'the Ministry of Mines for the auctions of the Centre, the State for its own';
const COAL = 'the Ministry of Coal';
const NOBODY = 'nobody: the sources stop before the end';

/** Every status of an attempt: what it means, once and for all counts. */
export const STATUSES = {
  preferred_bidder: {
    stage: 'sold',
    definition: 'A preferred bidder was declared, and nothing later was found that undid it.',
    publisher: `${AUTHORITY}; listed companies in their filings`,
    inSources: 'preferred bidder; successful bidder; winner; bags, wins or secures the block',
    onPlatform: 'declared, or concluded after it',
  },
  closing_bid: {
    stage: 'sold',
    definition: 'The highest closing bid was published; the declaration itself was not found.',
    publisher: COAL,
    inSources: 'closing bid; final offer; highest offer in per cent',
    onPlatform: null,
  },
  preferred_bidder_lapsed: {
    stage: 'sold-and-lost',
    definition: 'A preferred bidder was declared, who then refused, failed or surrendered.',
    publisher: 'the State, when it offers the block again; newspapers',
    inSources: 'surrendered; security forfeited; barred from the auction that followed',
    onPlatform: null,
  },
  annulled_after_award: {
    stage: 'sold-and-lost',
    definition: 'Annulled after a preferred bidder had been declared.',
    publisher: AUTHORITY,
    inSources: 'annulled, cancelled or scrapped, of a block that had been awarded',
    onPlatform: 'annulled after the declaration, whatever the ground',
  },
  annulled: {
    stage: 'failed',
    definition: 'An annulment was published before anybody was declared preferred bidder; why is in its reason.',
    publisher: `${AUTHORITY}, by a notice of annulment`,
    inSources:
      'annulled; cancelled; scrapped; fewer than three technically qualified bidders; no bids, in such a notice',
    onPlatform: 'annulled before a declaration: by the Rules, by the authority or after an order',
  },
  no_bids: {
    stage: 'failed',
    definition: 'Nobody bid, and no annulment was found in the sources.',
    publisher: AUTHORITY,
    inSources: 'no bids; nil bids',
    onPlatform: null,
  },
  not_auctioned: {
    stage: 'failed',
    definition: 'Taken out, since fewer bid than have to.',
    publisher: COAL,
    inSources: 'single bid, where two or more are needed',
    onPlatform: null,
  },
  not_awarded: {
    stage: 'failed',
    definition: 'Not among the blocks that were awarded; how it ended was not found.',
    publisher: `${NOBODY}; the list of awards is from the Ministry of Mines`,
    inSources: 'left out of the list of awarded blocks',
    onPlatform: null,
  },
  single_bid: {
    stage: 'open',
    definition: 'One bid came; what became of it was not found.',
    publisher: `${COAL}, at the opening of the technical bids`,
    inSources: 'one bid received',
    onPlatform: null,
  },
  bids_received: {
    stage: 'open',
    definition: 'Bids came; what became of them was not found.',
    publisher: `${COAL} at the opening of the technical bids; a State by its tender`,
    inSources: 'bids received; bids opened; bids due on a day that has passed',
    onPlatform: null,
  },
  in_progress: {
    stage: 'open',
    definition: 'Bidding ran when the source was written; its end was not found.',
    publisher: COAL,
    inSources: 'second round still running',
    onPlatform: null,
  },
  on_hold: {
    stage: 'open',
    definition: 'Held up by an order of a court when the source was written.',
    publisher: 'the court; newspapers',
    inSources: 'interim order; stay',
    onPlatform: null,
  },
  result_withheld: {
    stage: 'open',
    definition: 'Bidding ended; the result was held back.',
    publisher: 'the State; newspapers',
    inSources: 'result withheld after a complaint',
    onPlatform: null,
  },
  pending: {
    stage: 'open',
    definition: 'The decision was put off.',
    publisher: 'the Ministry of Mines',
    inSources: 'decision deferred; clearance awaited',
    onPlatform: null,
  },
  offered: {
    stage: 'open',
    definition: 'Put up for auction by a notice; no result is known.',
    publisher: `${AUTHORITY}, by the notice inviting tenders`,
    inSources: 'notice inviting tenders; launched; on offer',
    onPlatform: 'from the publication of the notice to the declaration or annulment, a stay included',
  },
  not_known: {
    stage: 'open',
    definition: 'No source that was read says what became of it.',
    publisher: NOBODY,
    inSources: 'not mentioned',
    onPlatform: null,
  },
} as const satisfies Readonly<Record<string, StatusDefinition>>;

export type Status = keyof typeof STATUSES;

export const STAGES: Readonly<Record<Stage, string>> = {
  sold: 'A bidder was found, and as far as is known still stands.',
  'sold-and-lost': 'A bidder was found and then lost.',
  failed: 'No bidder was found.',
  open: 'How it ended is not known, or it has not ended.',
};

/** The laws and authorities under which attempts ran; what offers are a percentage of differs between them. */
export const REGIMES = {
  'central-critical': 'Leases and composite licences of Part D minerals, auctioned by the Centre.',
  'central-other': 'Blocks that are a State’s to auction, auctioned by the Centre on a ground that its notice states.',
  'exploration-licence': 'Exploration licences, for which the lowest share of the premium wins.',
  state: 'Leases and composite licences auctioned by a State.',
  'central-coal': 'Coal blocks, under the law of coal: other rules, another share; here for comparison only.',
} as const;

export type Regime = keyof typeof REGIMES;

/** Grounds of annulments of this platform, in words; published annulments keep the words of their source. */
export const ANNULMENT_GROUNDS: Readonly<Record<string, string>> = {
  NIL_BIDS: 'No bids',
  NO_TQB: 'No technically qualified bidder',
  LT3_TQB: 'Fewer than three technically qualified bidders',
  NO_FINAL_OFFER: 'No final offer in the second round',
  AUTHORITY_DECIDED: 'The authority decided that a second attempt does not go on',
  COURT_ORDER: 'Order of a court',
  CENTRAL_DIRECTION: 'Direction of the Centre',
  BLOCK_CHANGED: 'The block was changed',
  IRREGULARITY: 'Irregularity in the auction',
  PREFERRED_BIDDER_DEFAULT: 'The preferred bidder did not do what the declaration asks of him',
  ADMINISTRATIVE: 'Administrative reasons',
};

export function isStatus(value: string): value is Status {
  return Object.hasOwn(STATUSES, value);
}

export const stageOf = (status: Status): Stage => STATUSES[status].stage;
