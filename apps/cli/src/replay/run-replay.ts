import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from '../arguments.js';
import { ApiClient, ApiRefused } from '../drive/api-client.js';
import { People } from '../drive/people.js';
import { DEFAULT_URL, requirePlatform } from '../drive/reach.js';
import { findObstacle } from './obstacles.js';
import { readPublished, type PublishedAuction } from './published.js';
import { replayAuction, tellReplay } from './replay-auction.js';
import { renderTable, summarise, type Entry } from './table.js';

/** Everything outside that a replay may use. */
export interface ReplaySurroundings {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** 0: equal to what was published. 1: not equal, or not to be replayed. 2: the command line is wrong. */
export type ExitCode = 0 | 1 | 2;

const USAGE = `npm run replay -- <auction> | --all [--url URL] [--rounds FILE --results FILE]

Replays a published auction on the running platform, as a rehearsal at its dates and under the law of those dates, given
by the people of the demonstration and by the bidders of the auction, and tells the story with every rule applied.

  <auction>       Its id in data/rounds.csv, for example OD-2020-MAHULSUKHA.
  --all           Every auction of the file, as a table: equal to the published outcome, or why it cannot be.
  --url URL       Where the platform is: ${DEFAULT_URL} unless told otherwise.
  --rounds FILE   Bidders and offers by round, in the columns of data/rounds.csv.
  --results FILE  Outcomes, in the columns of data/results.csv.`;

/** Runs one command line of `npm run replay`. */
export async function runReplay(args: readonly string[], surroundings: ReplaySurroundings): Promise<ExitCode> {
  try {
    const { id, all, url, help, rounds, results } = readArguments(args);
    if (help) {
      surroundings.print(USAGE);
      return 0;
    }
    const published = readPublished(rounds, results);
    await requirePlatform(url);
    const people = new People(new ApiClient(url));
    return all
      ? await replayAll(people, published, surroundings)
      : await replayOne(people, published, id, surroundings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    surroundings.complain(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

interface Arguments {
  readonly id: string;
  readonly all: boolean;
  readonly help: boolean;
  readonly url: string;
  readonly rounds?: string;
  readonly results?: string;
}

/** @throws UsageError */
function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const { all = false, help = false, url = DEFAULT_URL, rounds, results } = values;
  const [id = '', ...rest] = positionals;
  if (help) return { id, all, help, url };
  if (all === (id !== '') || rest.length > 0) throw new UsageError('Name one auction, or --all.');
  if ((rounds === undefined) !== (results === undefined)) throw new UsageError('--rounds and --results go together.');
  if (!URL.canParse(url)) throw new UsageError(`${url} is no address.`);
  if (rounds === undefined || results === undefined) return { id, all, help, url };
  return { id, all, help, url, rounds: readText(rounds), results: readText(results) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        all: { type: 'boolean' },
        help: { type: 'boolean' },
        url: { type: 'string' },
        rounds: { type: 'string' },
        results: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function replayOne(
  people: People,
  published: readonly PublishedAuction[],
  id: string,
  { print, complain }: ReplaySurroundings,
): Promise<ExitCode> {
  const auction = published.find((each) => each.id === id);
  if (auction === undefined) throw new UsageError(`There is no auction ${id} in the file.`);
  const obstacle = findObstacle(auction);
  if (obstacle !== null) {
    complain(`${id} cannot be replayed: ${obstacle}.`);
    return 1;
  }
  const replayed = await replayAuction(people, auction);
  for (const line of await tellReplay(people, replayed)) print(line);
  return replayed.comparison.equal ? 0 : 1;
}

async function replayAll(
  people: People,
  published: readonly PublishedAuction[],
  { print, complain }: ReplaySurroundings,
): Promise<ExitCode> {
  const entries: Entry[] = [];
  for (const auction of published) {
    const obstacle = findObstacle(auction);
    if (obstacle === null) complain(`replaying ${auction.id}`);
    entries.push(obstacle === null ? await tryReplay(people, auction) : { auction, obstacle });
  }
  for (const line of renderTable(entries)) print(line);
  const { replayed, equal } = summarise(entries);
  return replayed === equal ? 0 : 1;
}

/** A refusal by a rule is a finding about this auction; whatever else goes wrong ends the list. */
async function tryReplay(people: People, auction: PublishedAuction): Promise<Entry> {
  try {
    return { auction, replayed: await replayAuction(people, auction) };
  } catch (error) {
    if (error instanceof ApiRefused && error.problem.refusals !== undefined) return { auction, refused: error };
    throw error;
  }
}
