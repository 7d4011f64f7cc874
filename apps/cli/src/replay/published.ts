import { Percent } from '#case-kit';
import { CONCESSIONS, parseCsv, readDataFile, readMineralNames, readStates, type Concession } from '#registers';

/** A bidder of the first round as a source names it. */
export interface PublishedBidder {
  readonly name: string;
  /** Initial price offer, percentage with two decimals; null where none was published. */
  readonly percent: string | null;
  /** As printed: counted, 1, 2, 2, 4. */
  readonly printedRank: number | null;
  /** Whether it was in the second round; null where the source does not say. */
  readonly qualified: boolean | null;
}

/** One auction as it was published: what a replay has to go by. Null is not published. */
export interface PublishedAuction {
  readonly id: string;
  readonly regime: string;
  readonly blockName: string;
  /** ISO 3166-2:IN without its country part. */
  readonly state: string | null;
  readonly stateName: string;
  /** Codes of the register of minerals. */
  readonly minerals: readonly string[];
  readonly mineralsAsPublished: string;
  readonly concession: Concession | null;
  readonly status: string;
  readonly preferredBidder: string | null;
  readonly reservePercent: string | null;
  /** Highest initial price offer, from which the second round begins. */
  readonly floorPercent: string | null;
  readonly finalPercent: string | null;
  readonly bidsReceived: number | null;
  readonly technicallyQualified: number | null;
  readonly qualified: number | null;
  /** Date of the notice: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
  readonly noticeOn: string | null;
  /** Date of the outcome, as precise as its source. */
  readonly decidedOn: string | null;
  readonly bidders: readonly PublishedBidder[];
  /** Offers that were published while the second round ran; by whom is not known. */
  readonly quotes: readonly string[];
  readonly sources: readonly string[];
  /** Where the outcome was read. */
  readonly outcomeSource: string;
}

type Row = Readonly<Record<string, string>>;

const DATE = /\b(\d{4}(?:-\d{2}(?:-\d{2})?)?)$/;
/** Another mineral, for a name of which the register has no code. */
const UNCODED = 'OTHER_MAJOR';

/**
 * Reads every auction of which rounds were published, in the order of the file.
 *
 * @throws Error naming the row that cannot be read, or the auction of which there is no result.
 */
export function readPublished(
  rounds: string = readDataFile('rounds.csv'),
  results: string = readDataFile('results.csv'),
): readonly PublishedAuction[] {
  const resultRows = new Map(parseCsv(results).map((row) => [row['auction_id'] ?? '', row]));
  const byAuction = new Map<string, Row[]>();
  for (const row of parseCsv(rounds)) {
    const id = row['auction_id'] ?? '';
    byAuction.set(id, [...(byAuction.get(id) ?? []), row]);
  }
  const states = readStates();
  return [...byAuction].map(([id, rows]) => {
    const result = resultRows.get(id);
    if (result === undefined) throw new Error(`${id} has rounds, but no result`);
    return readAuction(id, result, rows, states);
  });
}

function readAuction(
  id: string,
  result: Row,
  rows: readonly Row[],
  states: ReadonlyMap<string, string>,
): PublishedAuction {
  const first = rows.filter(({ round }) => round === '1');
  const [last] = rows.filter(({ round, bidder }) => round === '2' && bidder !== '');
  // A priced row without a bidder is the highest initial offer.
  const unnamed = first.find(({ bidder, offer_pct: percent }) => bidder === '' && percent !== '');
  const bidders = first.filter(({ bidder }) => bidder !== '').map((row) => readBidder(id, row));
  return {
    id,
    regime: result['regime'] ?? '',
    blockName: result['block_name'] ?? '',
    state: states.get(result['state'] ?? '') ?? null,
    stateName: result['state'] ?? '',
    minerals: [...new Set(readMineralNames(result['mineral'] ?? '').map(({ code }) => code ?? UNCODED))],
    mineralsAsPublished: result['mineral'] ?? '',
    concession: CONCESSIONS.find((each) => each === result['concession_type']) ?? null,
    status: result['status'] ?? '',
    preferredBidder: textOf(last?.['bidder']) ?? textOf(result['preferred_bidder']),
    reservePercent: percentOf(id, result['reserve_price_pct']),
    floorPercent: percentOf(id, unnamed?.['offer_pct']) ?? percentOf(id, result['floor_price_pct']) ?? bestOf(bidders),
    finalPercent: percentOf(id, last?.['offer_pct']) ?? percentOf(id, result['final_price_offer_pct']),
    bidsReceived: countOf(id, result['bids_received']),
    technicallyQualified: countOf(id, result['n_tqb']),
    qualified: countOf(id, result['n_qualified']),
    noticeOn: DATE.exec(result['tranche'] ?? '')?.[1] ?? null,
    decidedOn: textOf(result['date']),
    bidders,
    quotes: rows
      .filter(({ round }) => round === '2-interim')
      .flatMap(({ offer_pct: percent }) => percentOf(id, percent) ?? []),
    outcomeSource: last?.['source_url'] ?? listUrls(result)[0] ?? '',
    sources: [...new Set([...rows, result].flatMap(listUrls))],
  };
}

function listUrls({ source_url: urls = '' }: Row): readonly string[] {
  return urls.split(/\s+;\s+/).filter((url) => url !== '');
}

function readBidder(id: string, row: Row): PublishedBidder {
  const qualified = row['qualified'] ?? '';
  if (!['', 'Y', 'N'].includes(qualified)) throw new Error(`${id}: ${qualified} is neither Y nor N`);
  return {
    name: row['bidder'] ?? '',
    percent: percentOf(id, row['offer_pct']),
    printedRank: countOf(id, row['rank']),
    qualified: qualified === '' ? null : qualified === 'Y',
  };
}

function bestOf(bidders: readonly PublishedBidder[]): string | null {
  // The best of some offers is not known to be the best of all.
  if (bidders.some(({ percent }) => percent === null)) return null;
  const offers = bidders.map(({ percent }) => Percent.parse(percent ?? '')).sort((a, b) => b.compare(a));
  return offers[0]?.format() ?? null;
}

function textOf(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function percentOf(id: string, text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const percent = Percent.find(text);
  if (percent === undefined) throw new Error(`${id}: ${text} is no percentage of at most two decimals`);
  return percent.format();
}

function countOf(id: string, text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  if (!/^\d+$/.test(text)) throw new Error(`${id}: ${text} is no whole number`);
  return Number(text);
}
