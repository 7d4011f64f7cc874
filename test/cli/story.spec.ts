import { STORIES, runStory } from '../../apps/cli/src/story/run-story.js';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';

describe('the story command', () => {
  let world: ApiWorld;
  const said: string[] = [];
  const complained: string[] = [];
  const tell = async (...args: readonly string[]): Promise<number> => {
    said.length = 0;
    complained.length = 0;
    return await runStory(args, {
      print: (text) => void said.push(text),
      complain: (text) => void complained.push(text),
    });
  };

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_WORKER: 'true' });
  }, 60_000);
  afterAll(() => world.close());

  it('tells the auction of a block: what may be known, why not, a tie, equals, a slip, an outage, an extension', async () => {
    expect(await tell('block-auction', '--fast', '--url', world.baseUrl)).toBe(0);
    const text = said.join('\n').replaceAll(/\s+/g, ' ');
    expect(text).toContain('Anybody asks for it. Refused (404)');
    expect(text).toContain('The officer confirms it himself. Refused (403)');
    expect(text).toContain('tender-was-purchased (Mineral (Auction) Rules, 2015, r. 9(2))');
    expect(text).toContain('bids received not to be known before the opening, to nobody');
    expect(text.match(/5 41\.00 qualified/g)).toHaveLength(2);
    expect(text).toContain('6 30.00 not qualified');
    expect(text).toContain('or better by whole steps of 0.05');
    expect(text).toContain('six hundred and forty-five point zero zero');
    expect(text).toContain('it closes at 2027-02-10 14:00:00 now');
    expect(text).toContain('until 2027-02-10 14:06:00');
    expect(text).toContain('preferred bidder Aravalli Demo Metals Limited final price offer 66.00 %');
    const protocol = /http:\S+\/protocol/.exec(text)?.[0] ?? '';
    const { body } = await world.anybody.get(protocol.replace(world.baseUrl, ''));
    expect(body).toMatchObject({ result: { preferredBidder: { percent: '66.00' } } });
  }, 120_000);

  it('tells every story there is, and each a second time on the same platform', async () => {
    for (const { name } of STORIES) {
      expect([name, await tell(name, '--fast', '--url', world.baseUrl)]).toEqual([name, 0]);
      expect(said.length).toBeGreaterThan(20);
    }
  }, 120_000);

  it('lists its stories, and refuses one that it does not have', async () => {
    expect(await tell('--list')).toBe(0);
    for (const { name, title } of STORIES) expect(said.join('\n')).toContain(`${name.padEnd(13)}  ${title}`);
    expect(await tell('of-my-life')).toBe(2);
    expect(complained.join('\n')).toContain('There is no story of-my-life');
    expect(await tell('block-auction', '--slow')).toBe(2);
    expect(await tell('block-auction', '--url', 'nowhere')).toBe(2);
    expect(await tell()).toBe(2);
  });
});
