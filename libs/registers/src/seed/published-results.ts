import { parseCsv, readDataFile, type CsvRow } from '../data-file.js';
import { isStatus } from '../statuses.js';
import type { SeedRow } from './append-changed.js';
import {
  blockIdOfOffer,
  explorationBlockId,
  explorationOfferId,
  getField,
  readConcession,
} from './published-blocks.js';
import { countOrNull, decimalOrNull, getStateCode, isUnnamed, slugOf, textOrNull, type StateCodes } from './states.js';

/** What offers are a percentage of, by the law that the auction ran under. */
const OFFER_BASIS: Readonly<Record<string, string>> = {
  'central-critical': 'VALUE_OF_MINERAL_DESPATCHED',
  state: 'VALUE_OF_MINERAL_DESPATCHED',
  'central-coal': 'REVENUE_SHARE',
};

/** Every published auction, a row each, with the dates of its offer where the list of offers has them. */
export function readResults(states: StateCodes): readonly SeedRow[] {
  const offers = new Map(parseCsv(readDataFile('blocks.csv')).map((row) => [getField(row, 'block_id'), row]));
  const results = parseCsv(readDataFile('results.csv')).map((row) => readResult(row, states, offers));
  const exploration = parseCsv(readDataFile('el_blocks.csv')).map((row) => readExplorationResult(row, states));
  return [...results, ...exploration];
}

function readResult(row: CsvRow, states: StateCodes, offers: ReadonlyMap<string, CsvRow>): SeedRow {
  const [auctionId, regime, name] = [getField(row, 'auction_id'), getField(row, 'regime'), getField(row, 'block_name')];
  const offer = offers.get(auctionId);
  const state = getStateCode(states, row['state']);
  const blockId = offer === undefined ? null : blockIdOfOffer(auctionId);
  const basis = OFFER_BASIS[regime];
  if (basis === undefined) throw new Error(`${regime} is no regime whose offers are understood`);
  return {
    auction_id: auctionId,
    block_id: blockId,
    block_key: blockId ?? (isUnnamed(name) ? auctionId : `${state ?? 'IN'}/${slugOf(name)}`),
    regime,
    tranche: textOrNull(row['tranche']),
    attempt: countOrNull(offer?.['attempt']),
    block_name: name,
    state,
    minerals: textOrNull(row['mineral']),
    concession: readConcession(textOrNull(row['concession_type'])),
    concession_as_published: textOrNull(row['concession_type']),
    status: readStatus(row['status']),
    preferred_bidder: textOrNull(row['preferred_bidder']),
    offer_basis: basis,
    reserve_price_percent: decimalOrNull(row['reserve_price_pct']),
    floor_price_percent: decimalOrNull(row['floor_price_pct']),
    final_price_offer_percent: decimalOrNull(row['final_price_offer_pct']),
    bids_received: countOrNull(row['bids_received']),
    technically_qualified: countOrNull(row['n_tqb']),
    qualified: countOrNull(row['n_qualified']),
    reason: textOrNull(row['reason']),
    notice_on: textOrNull(offer?.['nit_date']),
    tender_sale_end_on: textOrNull(offer?.['tender_sale_end']),
    bid_due_on: textOrNull(offer?.['bid_due_date']),
    decided_on: textOrNull(row['date']),
    notes: textOrNull(row['notes']),
    sources: listSources(getField(row, 'source_url')),
  };
}

function readExplorationResult(row: CsvRow, states: StateCodes): SeedRow {
  const state = getStateCode(states, row['state']);
  const blockId = explorationBlockId(row, state);
  return {
    auction_id: explorationOfferId(row, state),
    block_id: blockId,
    block_key: blockId,
    regime: 'exploration-licence',
    tranche: getField(row, 'tranche'),
    attempt: null,
    block_name: getField(row, 'block_name'),
    state,
    minerals: getField(row, 'minerals'),
    concession: 'EL',
    concession_as_published: null,
    status: readStatus(row['status']),
    preferred_bidder: textOrNull(row['preferred_bidder']),
    offer_basis: 'SHARE_OF_PREMIUM',
    reserve_price_percent: null,
    floor_price_percent: null,
    final_price_offer_percent: decimalOrNull(row['share_pct_quoted']),
    bids_received: null,
    technically_qualified: null,
    qualified: null,
    reason: null,
    notice_on: textOrNull(row['nit_date']),
    tender_sale_end_on: null,
    bid_due_on: textOrNull(row['bid_due_date']),
    decided_on: textOrNull(row['result_date']),
    notes: textOrNull(row['notes']),
    sources: listSources(getField(row, 'source_url')),
  };
}

/** Bidders and offers by round; `line` is the place of the row among those of its round. */
export function readRounds(text: string = readDataFile('rounds.csv')): readonly SeedRow[] {
  const lines = new Map<string, number>();
  return parseCsv(text).map((row) => {
    const [auctionId, round] = [getField(row, 'auction_id'), getField(row, 'round')];
    const line = (lines.get(`${auctionId} ${round}`) ?? 0) + 1;
    lines.set(`${auctionId} ${round}`, line);
    return {
      auction_id: auctionId,
      round,
      line,
      bidder: textOrNull(row['bidder']),
      offer_percent: decimalOrNull(row['offer_pct']),
      rank: countOrNull(row['rank']),
      qualified: readYesOrNo(row['qualified']),
      source_url: getField(row, 'source_url'),
    };
  });
}

export function readTranches(text: string = readDataFile('tranches.csv')): readonly SeedRow[] {
  return parseCsv(text).map((row) => ({
    id: getField(row, 'tranche'),
    offered: countOrNull(row['offered']),
    first_attempt: countOrNull(row['first_attempt']),
    second_attempt: countOrNull(row['second_attempt']),
    ml: countOrNull(row['ml']),
    cl: countOrNull(row['cl']),
    nit_on: textOrNull(row['nit_date']),
    tender_sale_end_original: textOrNull(row['tender_sale_end_original']),
    tender_sale_end_revised: textOrNull(row['tender_sale_end_revised']),
    bid_due_original: textOrNull(row['bid_due_original']),
    bid_due_revised: textOrNull(row['bid_due_revised']),
    bids_received: countOrNull(row['bids_received']),
    awarded: countOrNull(row['awarded']),
    annulled: countOrNull(row['annulled']),
    of_which_no_bids: countOrNull(row['of_which_no_bids']),
    notes: textOrNull(row['notes']),
    sources: listSources(getField(row, 'source_url')),
  }));
}

function listSources(text: string): readonly { readonly url: string }[] {
  return text.split(/\s+;\s+/).map((url) => ({ url }));
}

/** @throws Error for a status without a definition, which no count could take in. */
function readStatus(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (!isStatus(text)) throw new Error(`${text} is no status with a definition`);
  return text;
}

function readYesOrNo(text: string | undefined): boolean | null {
  if (text === undefined || text === '') return null;
  if (text !== 'Y' && text !== 'N') throw new Error(`${text} is neither Y nor N`);
  return text === 'Y';
}
