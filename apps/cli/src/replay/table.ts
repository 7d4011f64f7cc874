import type { ApiRefused } from '../drive/api-client.js';
import { cite, tabulate } from '../drive/lines.js';
import type { PublishedAuction } from './published.js';
import type { Replayed } from './replay-auction.js';

/** What became of an auction of the list. */
export type Entry =
  | { readonly auction: PublishedAuction; readonly obstacle: string }
  /** The platform refused a step that the real auction took: a question to one of the two. */
  | { readonly auction: PublishedAuction; readonly refused: ApiRefused }
  | { readonly auction: PublishedAuction; readonly replayed: Replayed };

export interface TableSummary {
  readonly replayed: number;
  readonly equal: number;
  readonly withQuestions: number;
  readonly impossible: number;
}

export function summarise(entries: readonly Entry[]): TableSummary {
  const replayed = entries.flatMap((entry) => ('replayed' in entry ? [entry.replayed.comparison] : []));
  return {
    replayed: replayed.length,
    equal: replayed.filter(({ equal }) => equal).length,
    withQuestions: replayed.filter(({ questions }) => questions.length > 0).length,
    impossible: entries.length - replayed.length,
  };
}

/** The list with a verdict for each auction, and the sums below it. */
export function renderTable(entries: readonly Entry[]): readonly string[] {
  const { replayed, equal, withQuestions, impossible } = summarise(entries);
  return [
    ...tabulate(entries.map((entry) => [entry.auction.id, ...describe(entry)])),
    '',
    `${entries.length} auctions: ${replayed} replayed, ${equal} of them equal to the published outcome, ` +
      `${withQuestions} with a figure in print that the Rules do not yield; ${impossible} cannot be replayed.`,
    'Only what was published is compared. Where no initial offer was, a replay shows that the outcome is possible under the',
    'Rules, not that it had to come.',
    'Published ranks are by count (1, 2, 2, 4); those of the Rules, and of the replays, are dense (1, 2, 2, 3).',
  ];
}

function describe(entry: Entry): readonly string[] {
  if ('obstacle' in entry) return ['cannot be', entry.obstacle];
  if ('refused' in entry) return ['cannot be', `a question, the platform refuses: ${explain(entry.refused)}`];
  const { comparison, performance } = entry.replayed;
  const { auction, field } = performance;
  const named = field.bidders.filter(({ filledIn }) => filledIn !== 'bidder').length;
  const offers = field.bidders.filter(({ filledIn }) => filledIn === 'nothing').length;
  const basis =
    `${named} of ${field.bidders.length} bidders named, ` +
    `${offers === 0 ? 'no' : offers} initial offers published, ` +
    `floor ${auction.floorPercent === null ? 'filled in' : 'published'}`;
  const winner = `${auction.preferredBidder ?? ''} ${auction.finalPercent ?? ''}`;
  const differences = comparison.differences.map(
    ({ datum, published, replayed }) => `${datum}: ${published} in print, ${replayed} here`,
  );
  const remarks = [...differences, ...comparison.questions.map((each) => `a question: ${each}`)];
  return [comparison.equal ? 'equal' : 'NOT EQUAL', [winner, basis, ...remarks].join('; ')];
}

function explain({ message, problem: { refusals = [] } }: ApiRefused): string {
  if (refusals.length === 0) return message;
  return refusals.map(({ rule, ref, text }) => `${rule} (${cite(ref)}): ${text}`).join('; ');
}
