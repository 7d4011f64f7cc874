import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { canonicalJson } from '#case-kit';
import { openTestDatabase, type TestDatabase } from '#testing';
import { parseCsv, readDataFile } from '../data-file.js';
import { isBeyondTolerance } from '../block.model.js';
import { Documents } from '../documents/documents.js';
import { isStatus } from '../statuses.js';
import { MINERALS } from '../minerals.data.js';
import { Minerals } from '../minerals.js';
import { PRACTICE_BLOCKS } from './practice-blocks.js';
import { readCentralBlocks, readExplorationBlocks } from './published-blocks.js';
import { readResults, readRounds, readTranches } from './published-results.js';
import { listMinerals, seedRegisters } from './seed.js';
import { getStateCode, readStates } from './states.js';

const rowsOf = (file: string) => parseCsv(readDataFile(file));
const states = readStates();
const central = readCentralBlocks(states);
const exploration = readExplorationBlocks(states);

describe('a table of comma-separated values', () => {
  it('has quoted fields with commas, quotes and line breaks, with and without a last line end', () => {
    expect(parseCsv('a,b\r\n"x, ""y""\nz",2\r\n,3')).toEqual([
      { a: 'x, "y"\nz', b: '2' },
      { a: '', b: '3' },
    ]);
  });

  it('is refused when a row has other columns than the heading or a quote does not end', () => {
    expect(() => parseCsv('a,b\n1\n')).toThrow('record 1 has 1 fields, the heading has 2');
    expect(() => parseCsv('a\n"1\n')).toThrow('does not end');
  });
});

describe('the published blocks', () => {
  it('are one for each block, and every offer of the table is an offer of exactly one', () => {
    const offers = rowsOf('blocks.csv').map((row) => row['block_id']);
    expect(offers).toHaveLength(57);
    expect(central.flatMap((block) => block.offers).sort()).toEqual([...offers].sort());
    // Seven blocks of the first tranche came again in the third, six of the second in the fourth.
    expect(central).toHaveLength(57 - 7 - 6);
    expect(new Set(central.map(({ id }) => id)).size).toBe(central.length);
  });

  it('state what the latest offer states, and what only an earlier one does', () => {
    const genjana = central.find(({ id }) => id === 'CM-GENJANA');
    expect(genjana).toMatchObject({
      offers: ['CMI-GENJANA', 'CMIII-GENJANA'],
      content: { state: 'BR', concession: 'CL', areaHa: '788.85', explorationLevel: 'G3' },
    });
    expect(genjana?.content.sources.map(({ field }) => field)).toEqual(['offer CMI-GENJANA', 'offer CMIII-GENJANA']);
    expect(central.find(({ id }) => id === 'CM-KATGHORA')?.content.land).toEqual({
      forestHa: '84.86',
      governmentHa: null,
      otherHa: null,
    });
  });

  it('leave unknown what the sources do not say, and nothing without a source', () => {
    for (const { content } of [...central, ...exploration]) {
      expect(content.geometry).toBeNull();
      expect(content.demarcated).toBeNull();
      expect(content.sources.length).toBeGreaterThan(0);
      for (const { url } of content.sources) expect(url).toMatch(/^https?:\/\//);
    }
    const stated = new Set(rowsOf('blocks.csv').map((row) => row['concession_type'] !== '' && row['block_name']));
    for (const { content } of central) expect(content.concession !== null).toBe(stated.has(content.name));
    expect(central.find(({ id }) => id === 'CM-KUNDOL')?.content).toMatchObject({
      areaHa: null,
      district: null,
      land: null,
    });
    expect(
      rowsOf('blocks.csv').filter((row) => row['reserve_price_pct'] !== '' || row['vre_inr_crore'] !== ''),
    ).toEqual([]);
  });

  it('keep the published words of their minerals beside the code, and give no code to what is none', () => {
    const minerals = (id: string) => central.find((block) => block.id === id)?.content.minerals;
    expect(minerals('CM-KURCHHA')).toEqual([
      { code: 'GLAUCONITE', occurrence: 'OTHER', asPublished: 'Glauconite (potash)' },
    ]);
    expect(minerals('CM-BAHERA-GORIARA')?.map(({ code }) => code)).toEqual(['GRAPHITE', null]);
    const codes = [...central, ...exploration].flatMap(({ content }) => content.minerals.map(({ code }) => code));
    const known = new Set(MINERALS.map(({ code }) => code));
    expect(codes.filter((code) => code !== null && !known.has(code))).toEqual([]);
    const unread = [...central, ...exploration].flatMap(({ content }) =>
      content.minerals.filter(({ code }) => code === null),
    );
    expect([...new Set(unread.map(({ asPublished }) => asPublished))].sort()).toEqual(['base metals', 'halite']);
  });

  it('are for exploration licences where the table says so, in hectares, one for each row', () => {
    expect(exploration).toHaveLength(18);
    expect(new Set(exploration.map(({ id }) => id)).size).toBe(18);
    expect(exploration.find(({ id }) => id === 'EL-ONTILLU-CHANDRAGIRI-REE')?.content).toMatchObject({
      concession: 'EL',
      areaHa: '20962',
      state: 'AP',
    });
    expect(exploration.find(({ id }) => id === 'EL-I-CG-DIAMOND-2')?.content.areaHa).toBeNull();
    expect(exploration.find(({ id }) => id === 'EL-KHANDAP-SEWALI-REE')?.content.state).toBeNull();
  });

  it('are refused when a State is misspelt or two offers of one block differ', () => {
    expect(() => getStateCode(states, 'Orrisa')).toThrow('Orrisa is no State');
    const [heading, first] = readDataFile('blocks.csv').split('\n');
    const other = first?.replace('CMI-', 'CMIII-').replace('Bihar', 'Odisha');
    expect(() => readCentralBlocks(states, `${heading}\n${first}\n${other}\n`)).toThrow('differ in state');
  });
});

describe('the published results', () => {
  const results = readResults(states);

  it('are a row for each row of the tables, each with a source and a status that is defined', () => {
    expect(results).toHaveLength(rowsOf('results.csv').length + rowsOf('el_blocks.csv').length);
    expect(new Set(results.map((row) => row['auction_id'])).size).toBe(results.length);
    for (const { sources, status } of results) {
      expect(sources).not.toEqual([]);
      expect(status === null || (typeof status === 'string' && isStatus(status))).toBe(true);
    }
  });

  it('name the block of every offer, and one block for all attempts at it', () => {
    const blockIds = new Set([...central, ...exploration].map(({ id }) => id));
    const named = results.filter((row) => row['block_id'] !== null);
    expect(named).toHaveLength(57 + 18);
    expect(named.filter((row) => !blockIds.has(String(row['block_id'])))).toEqual([]);
    const keyOf = (id: string) => results.find((row) => row['auction_id'] === id)?.['block_key'];
    expect(keyOf('CMI-KURCHHA')).toBe(keyOf('CMIII-KURCHHA'));
    expect(keyOf('JH-2019-LODHAPAT-A1')).toBe(keyOf('JH-2020-LODHAPAT-A2'));
    expect(keyOf('CMV-OTHER-R')).not.toBe(keyOf('CMV-OTHER-RAMGAD'));
  });

  it('say of what an offer is a percentage', () => {
    const basis = (regime: string) =>
      new Set(results.filter((row) => row['regime'] === regime).map((row) => row['offer_basis']));
    expect([...basis('central-critical')]).toEqual(['VALUE_OF_MINERAL_DESPATCHED']);
    expect([...basis('central-coal')]).toEqual(['REVENUE_SHARE']);
    expect([...basis('exploration-licence')]).toEqual(['SHARE_OF_PREMIUM']);
  });

  it('have the dates of their offers', () => {
    expect(results.find((row) => row['auction_id'] === 'CMIII-KURCHHA')).toMatchObject({
      attempt: 2,
      notice_on: '2024-03-14',
      bid_due_on: '2024-05-14',
    });
  });

  it('join every row of the rounds and the tranches', () => {
    const ids = new Set(results.map((row) => row['auction_id']));
    const rounds = readRounds();
    expect(rounds).toHaveLength(278);
    expect(rounds.filter((row) => !ids.has(row['auction_id']))).toEqual([]);
    expect(readTranches()).toHaveLength(7);
    expect(readTranches()[0]).toMatchObject({ id: 'I', offered: 20, sources: [{}, {}] });
  });
});

describe('the practice blocks', () => {
  it('are plainly invented, one at least for each kind of auction', () => {
    expect(new Set(PRACTICE_BLOCKS.map(({ content }) => content.concession))).toEqual(new Set(['ML', 'CL', 'EL']));
    for (const { id, content } of PRACTICE_BLOCKS) {
      expect(id).toMatch(/^PRACTICE-/);
      expect(content.name).toContain('(invented)');
      expect(content.sources[0]?.note).toContain('Invented for practice');
    }
  });
});

describe('the seed of the registers', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const count = async (sql: string): Promise<number> => {
    const { rows } = await database.pool.query<{ count: number }>(`select count(*)::int as count from ${sql}`);
    return rows[0]?.count ?? -1;
  };

  it('puts every row of the tables into the registers once, however often and from however many processes it runs', async () => {
    const runs = await Promise.all([seedRegisters(database.pool), seedRegisters(database.pool)]);
    const first = {
      minerals: MINERALS.length,
      blocks: central.length + exploration.length,
      practiceBlocks: PRACTICE_BLOCKS.length,
      tranches: 7,
      results: 181 + 18,
      rounds: 278,
    };
    const none = { minerals: 0, blocks: 0, practiceBlocks: 0, tranches: 0, results: 0, rounds: 0 };
    const byBlocks = [...runs].sort((a, b) => b.blocks - a.blocks);
    expect(byBlocks).toEqual([first, none]);
    expect(await seedRegisters(database.pool)).toEqual(none);
    expect(await count('block where not rehearsal')).toBe(first.blocks);
    expect(await count('block_value')).toBe(PRACTICE_BLOCKS.filter(({ value }) => value !== null).length);
    expect(await count('published_result')).toBe(199);
    expect(await count('published_round')).toBe(278);
    expect(await count('tranche')).toBe(7);
  });

  it('keeps the boundaries of the practice blocks, whose areas agree with what is stated', async () => {
    const { rows } = await database.pool.query<{
      area_ha: string;
      geodesic_area_ha: string;
      geometry: { type: string };
    }>('select id, area_ha, geodesic_area_ha, land, geometry from block_current where rehearsal');
    expect(rows).toHaveLength(PRACTICE_BLOCKS.length);
    for (const row of rows) {
      expect(isBeyondTolerance(row.area_ha, row.geodesic_area_ha, '0.01')).toBe(false);
      expect(row.geometry.type).toBe('Polygon');
    }
  });

  it('stores the reports of the practice blocks once, where there is a place for documents', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'adit-seed-'));
    await seedRegisters(database.pool, directory);
    await seedRegisters(database.pool, directory);
    expect(await count('document_upload')).toBe(PRACTICE_BLOCKS.length);
    const documents = new Documents({ pool: database.pool, directory });
    for (const { content, report } of PRACTICE_BLOCKS) {
      const stored = await documents.findDocument(content.geologicalReportDocument ?? '', 'seed', null);
      if (stored === undefined) throw new Error(`no report of ${content.name}`);
      expect(await text(await documents.openContent(stored))).toBe(report);
      expect(report).toContain('INVENTED FOR PRACTICE');
    }
    rmSync(directory, { recursive: true });
  });

  it('appends a version where a file says something new, and leaves alone what an officer recorded since', async () => {
    await database.pool.query(`
      insert into block select (jsonb_populate_record(b, jsonb_build_object('version', 2, 'name', 'Renamed', 'recorded_by', p))).*
      from block b, (values ('CM-KUNDOL', 'seed'), ('CM-BABJA', 'person-of-an-officer')) changed(id, p)
      where b.id = changed.id`);
    expect(await seedRegisters(database.pool)).toMatchObject({ blocks: 1 });
    const { rows } = await database.pool.query(
      `select id, version, name from block_current where id in ('CM-KUNDOL', 'CM-BABJA') order by id`,
    );
    expect(rows).toEqual([
      { id: 'CM-BABJA', version: 2, name: 'Renamed' },
      { id: 'CM-KUNDOL', version: 3, name: 'Kundol Nickel and Chromium Block' },
    ]);
  });

  it('cannot be changed by the application afterwards', async () => {
    for (const table of [
      'block',
      'block_value',
      'bidder',
      'bidder_link',
      'document',
      'published_result',
      'mineral_entry',
    ]) {
      for (const statement of [
        `update ${table} set recorded_at = now()`,
        `delete from ${table}`,
        `truncate ${table}`,
      ]) {
        await expect(database.pool.query(statement)).rejects.toMatchObject({
          code: expect.stringMatching(/^42(501|703)$/),
        });
      }
    }
  });
});

describe('the register of minerals', () => {
  let database: TestDatabase;
  let minerals: Minerals;

  beforeAll(async () => {
    database = await openTestDatabase();
    await seedRegisters(database.pool);
    minerals = new Minerals(database.pool);
  });
  afterAll(() => database.close());

  it('has each code in both periods, without a gap or a day in two', async () => {
    const all = await minerals.list();
    expect(all).toHaveLength(listMinerals().length);
    const byCode = new Map<string, typeof all>();
    for (const each of all) {
      const key = `${each.code} ${each.occurrence}`;
      byCode.set(key, [...(byCode.get(key) ?? []), each]);
    }
    for (const periods of byCode.values()) {
      expect(periods.map(({ inForceFrom, inForceUntil }) => [inForceFrom, inForceUntil])).toEqual([
        [null, '2023-08-17'],
        ['2023-08-17', null],
      ]);
    }
  });

  it('moves a mineral on the day of the amendment and not a day before', async () => {
    expect(await minerals.find('LITHIUM', '2023-08-16')).toMatchObject({ part: 'B', seventhSchedule: false });
    expect(await minerals.find('LITHIUM', '2023-08-17')).toMatchObject({ part: 'D', seventhSchedule: true });
    expect(await minerals.find('GRAPHITE', '2023-08-16')).toMatchObject({ part: null });
    expect(await minerals.find('GLAUCONITE', '2026-01-01')).toMatchObject({ part: 'D', seventhSchedule: false });
    expect(await minerals.find('UNOBTAINIUM', '2026-01-01')).toBeUndefined();
  });

  it('has beach sand apart: Part B, and in no Seventh Schedule', async () => {
    expect(await minerals.find('ILMENITE', '2026-01-01')).toMatchObject({ part: 'D', seventhSchedule: true });
    expect(await minerals.find('ILMENITE', '2026-01-01', 'BEACH_SAND')).toMatchObject({
      part: 'B',
      seventhSchedule: false,
    });
    expect(await minerals.find('GARNET', '2026-01-01', 'BEACH_SAND')).toMatchObject({ part: 'B' });
    expect((await minerals.list('2026-01-01')).filter(({ occurrence }) => occurrence === 'BEACH_SAND')).toHaveLength(9);
  });

  it('counts the minerals of Part D as the Act does, ores of beach sand and of titanium and zirconium as one each', async () => {
    const part = (await minerals.list('2026-01-01')).filter((each) => each.part === 'D' && each.occurrence === 'OTHER');
    const ores = ['ILMENITE', 'RUTILE', 'LEUCOXENE', 'ZIRCON'];
    expect(part.filter(({ code }) => !ores.includes(code))).toHaveLength(24);
  });

  it('takes an amendment as one more row', async () => {
    await database.pool.query(
      `insert into mineral_entry (code, occurrence, in_force_from, part, seventh_schedule, name, provision, source)
       values ('COPPER', 'OTHER', '2030-01-01', 'D', true, 'Copper', 'invented', 'invented')`,
    );
    expect(await minerals.find('COPPER', '2029-12-31')).toMatchObject({ part: 'C', inForceUntil: '2030-01-01' });
    expect(await minerals.find('COPPER', '2030-01-01')).toMatchObject({ part: 'D', inForceUntil: null });
  });
});

describe('the table of contents', () => {
  it('says in the note of the data how many rows there are', () => {
    const readme = readDataFile('README.md');
    for (const file of ['blocks', 'el_blocks', 'results', 'rounds', 'tranches', 'states']) {
      expect(readme).toContain(`| \`${file}.csv\` | ${rowsOf(`${file}.csv`).length} |`);
    }
    expect(canonicalJson(states.get('Odisha') ?? null)).toBe('"OD"');
  });
});
