import { parseArgs } from 'node:util';
import { UsageError } from '../arguments.js';
import { ApiClient } from '../drive/api-client.js';
import { tabulate } from '../drive/lines.js';
import { People } from '../drive/people.js';
import { DEFAULT_URL, requirePlatform } from '../drive/reach.js';
import { blockAuctionStory } from './block-auction.js';
import { fairStallStory } from './fair-stall.js';
import { Storyteller, type Story } from './storyteller.js';

/** Every story that can be watched; a kind of case adds a file and a line. */
export const STORIES: readonly Story[] = [blockAuctionStory, fairStallStory];

export interface StorySurroundings {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

const USAGE = `npm run story -- <story> [--fast] [--url URL]
npm run story -- --list

Drives the running platform through a case, as each of its people, and tells what happens and why.

  --list     Which stories there are.
  --fast     Without pauses to read in.
  --url URL  Where the platform is: ${DEFAULT_URL} unless told otherwise.`;

/** Runs one command line of `npm run story`. 0: told. 2: the command line is wrong. */
export async function runStory(args: readonly string[], { print, complain }: StorySurroundings): Promise<0 | 2> {
  try {
    const { values, positionals } = parse(args);
    if (values.help === true || values.list === true) {
      print(values.help === true ? USAGE : listStories());
      return 0;
    }
    const { url = DEFAULT_URL, fast = false } = values;
    if (!URL.canParse(url)) throw new UsageError(`${url} is no address.`);
    const story = find(positionals);
    await requirePlatform(url);
    await story.tell(new Storyteller(print, fast), new People(new ApiClient(url)));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

/** @throws UsageError */
function find(names: readonly string[]): Story {
  const [name] = names;
  if (name === undefined || names.length > 1) throw new UsageError(`Name one story:\n${listStories()}`);
  const story = STORIES.find((each) => each.name === name);
  if (story === undefined) throw new UsageError(`There is no story ${name}, but:\n${listStories()}`);
  return story;
}

function listStories(): string {
  return tabulate(STORIES.map(({ name, title }) => [name, title])).join('\n');
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        list: { type: 'boolean' },
        fast: { type: 'boolean' },
        help: { type: 'boolean' },
        url: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
