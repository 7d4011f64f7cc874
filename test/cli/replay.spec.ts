import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runReplay } from '../../apps/cli/src/replay/run-replay.js';
import { ApiClient } from '../../apps/cli/src/drive/api-client.js';
import { People } from '../../apps/cli/src/drive/people.js';
import { explainUnreachable } from '../../apps/cli/src/drive/reach.js';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';

const ROUNDS = [
  'auction_id,round,bidder,offer_pct,rank,qualified,source_url',
  'X-1,1,Alpha Invented Limited,40.01,1,Y,https://example.org/1',
  'X-1,1,Beta Invented Limited,38.00,2,Y,https://example.org/1',
  'X-1,1,Gamma Invented Limited,,,Y,https://example.org/1',
  'X-1,2,Gamma Invented Limited,99.02,1,Y,https://example.org/2',
  'X-2,1,,80.00,1,Y,https://example.org/3',
].join('\n');
const RESULTS = [
  'auction_id,regime,tranche,block_name,state,mineral,concession_type,status,preferred_bidder,reserve_price_pct,floor_price_pct,final_price_offer_pct,bids_received,n_tqb,n_qualified,reason,date,source_url,notes',
  'X-1,state,Goa NIT 2022-09-30,Invented Block,Goa,Iron ore,CL,preferred_bidder,Gamma Invented Limited,30,40.01,,,4,3,,2022-12,https://example.org/1,',
  'X-2,central-coal,,Invented Mine,Odisha,Coal,,closing_bid,,,,,,,,,,https://example.org/3,',
].join('\n');

/** Lines as one text, so that it does not matter where they were broken. */
const onOneLine = (lines: readonly string[]): string => lines.join('\n').replaceAll(/\s+/g, ' ');

describe('the replay command', () => {
  let world: ApiWorld;
  let folder: string;
  const said: string[] = [];
  const complained: string[] = [];
  const replay = async (...args: readonly string[]): Promise<number> => {
    said.length = 0;
    complained.length = 0;
    return await runReplay([...args, '--url', world.baseUrl], {
      print: (text) => void said.push(text),
      complain: (text) => void complained.push(text),
    });
  };

  beforeAll(async () => {
    world = await openApiWorld();
    folder = mkdtempSync(join(tmpdir(), 'adit-replay-'));
    writeFileSync(join(folder, 'rounds.csv'), ROUNDS);
    writeFileSync(join(folder, 'results.csv'), RESULTS);
  }, 60_000);
  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leads the seven finalists of Mahulsukha to the published outcome, twice on one platform', async () => {
    for (const time of ['first', 'second']) {
      expect([time, await replay('OD-2020-MAHULSUKHA')]).toEqual([time, 0]);
      const text = onOneLine(said);
      expect(text).toContain('under the law of 2019-12-06');
      expect(text).toContain('applied: study-period-suffices (Mineral (Auction) Rules, 2015, r. 9(3))');
      expect(text).toContain('2 76.70 qualified LTA [published]');
      expect(text).toContain('2 76.70 qualified GV Mines Minerals & Metals Pvt Ltd [published]');
      expect(text).toContain('6 56.00 qualified Shyam Ore (Jharkhand) Pvt Ltd [published]');
      expect(text).toContain('7 55.50 Filled-in bidder 8 [filled in]');
      expect(text).toContain('50.00 % of 11 is ranks 1 to 6; offer number 5 has rank 4: 7 go on.');
      expect(text).toContain('Patnaik Minerals Pvt Ltd is 6 in print, which counts, and 5 by the Rules');
      expect(text).toContain(
        '2020-02-08 12:57:00 Patnaik Minerals Pvt Ltd offers 92.70 % [published]; it extends the round to 13:05:00',
      );
      expect(text).toContain('Declared preferred bidder: Patnaik Minerals Pvt Ltd at 92.70 %');
      expect(text).toContain('Equal to the published outcome: 92.70 %, Patnaik Minerals Pvt Ltd (https://odishabytes');
      expect(text).toContain('auction.extension-minutes: 8 minutes');
    }
  }, 120_000);

  it('marks in the case itself what was filled in', async () => {
    const { body: block } = await world.anybody.get('/v1/blocks/REPLAY-OD-2020-MAHULSUKHA');
    expect(block).toMatchObject({
      rehearsal: true,
      name: 'Mahulsukha Iron Ore & Manganese Block (practice copy for a replay)',
      sources: expect.arrayContaining([
        {
          url: 'https://indiawhispers.com/?p=20221',
          note: expect.stringContaining('Filled in for a replay') as string,
        },
      ]) as unknown,
    });
    const { rows } = await world.database.pool.query<{ name: string }>(
      `select name from organisation where name like 'Filled-in bidder %' order by name`,
    );
    expect(rows.map(({ name }) => name)).toEqual([10, 11, 8, 9].map((number) => `Filled-in bidder ${number}`));
  });

  it('reads any file of the same columns, a jump and an odd step included, and makes a table of it', async () => {
    const files = ['--rounds', join(folder, 'rounds.csv'), '--results', join(folder, 'results.csv')];
    expect(await replay('--all', ...files)).toBe(0);
    expect(said[0]).toMatch(/^X-1 {2}equal {6}Gamma Invented Limited 99\.02; 3 of 4 bidders named, 2 initial offers/);
    expect(said[0]).toContain('a question: 3 qualified in print, 4 by the rule of qualification');
    expect(said[1]).toMatch(/^X-2 {2}cannot be {2}a coal mine/);
    expect(said.join('\n')).toContain('2 auctions: 1 replayed, 1 of them equal');
  }, 60_000);

  it('replays the real ones where a tie, a question and a refusal come up, and says so in the table', async () => {
    const ids = ['OD-2020-THAKURANI', 'OD-2020-BALDA', 'RJ-2024-BHUKIA-JAGPURA', 'OD-2020-NARAYANPOSHI'];
    const [heading = '', ...rows] = readFileSync('data/rounds.csv', 'utf8').split('\n');
    const chosen = rows.filter((row) => ids.some((id) => row.startsWith(`${id},`)));
    const path = join(folder, 'chosen.csv');
    writeFileSync(path, [heading, ...chosen, ''].join('\n'));
    expect(await replay('--all', '--rounds', path, '--results', 'data/results.csv')).toBe(0);
    const lineOf = (id: string): string => said.find((line) => line.startsWith(id)) ?? '';
    expect(lineOf('OD-2020-THAKURANI')).toMatch(/ equal {6}ArcelorMittal India Pvt Ltd 107\.55; 6 of 10 bidders named/);
    expect(lineOf('OD-2020-BALDA')).toMatch(
      / equal {6}Serajuddin & Co 118\.05; .*a question: 5 qualified in print, 7 by/,
    );
    // Nickel and cobalt are of Part D since 2023, and yet it was the State that auctioned this block.
    expect(lineOf('RJ-2024-BHUKIA-JAGPURA')).toContain('a question, the platform refuses: authority-may-draft');
    expect(lineOf('OD-2020-NARAYANPOSHI')).toContain('cannot be  the final price offer was not published');
    expect(said.join('\n')).toContain(
      '4 auctions: 2 replayed, 2 of them equal to the published outcome, 1 with a figure',
    );
  }, 120_000);

  it('says why an auction cannot be replayed', async () => {
    expect(await replay('COAL-2020-URTAN')).toBe(1);
    expect(complained.join('\n')).toContain('COAL-2020-URTAN cannot be replayed: a coal mine');
  });

  it('says at once that there is no platform, and in words what else went wrong', async () => {
    const explain = (run: () => Promise<number>): Promise<number> =>
      explainUnreachable((text) => void complained.push(text), run);
    const nowhere = ['OD-2020-MAHULSUKHA', '--url', 'http://127.0.0.1:9'];
    complained.length = 0;
    const answered = await explain(() => runReplay(nowhere, { print: () => undefined, complain: () => undefined }));
    expect(answered).toBe(1);
    expect(complained[0]).toContain('Nobody answers at http://127.0.0.1:9. Start the platform');
    const stranger = new People(new ApiClient(world.baseUrl)).as('stranger');
    expect(await explain(() => stranger.get('/v1/me'))).toBe(1);
    expect(complained[1]).toContain('The people of the demonstration are not on this platform');
  });

  it('refuses a command line that it does not understand', async () => {
    expect(await replay('OD-1999-NOWHERE')).toBe(2);
    expect(await replay()).toBe(2);
    expect(await replay('OD-2020-MAHULSUKHA', '--all')).toBe(2);
    expect(await replay('--all', '--rounds', 'rounds.csv')).toBe(2);
    expect(await replay('--all', '--rounds', '/nowhere', '--results', '/nowhere')).toBe(2);
    expect(complained.join('\n')).toContain('/nowhere cannot be read');
  });
});
