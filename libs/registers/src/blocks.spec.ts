import type { Actor, Role } from '#case-kit';
import { FixedClock } from '#platform';
import { buildLawSnapshot } from '#rulebook';
import { EMPTY_LAW, makeActor, openTestDatabase, type TestDatabase } from '#testing';
import { BlockValues } from './block-values.js';
import { isBeyondTolerance, findLandFault, type BlockContent } from './block.model.js';
import { Blocks, type BlockRecording } from './blocks.js';
import { GeometryDesk } from './geometry/geometry-desk.js';
import type { BlockGeometry, Position } from './geometry/geojson.js';
import { listRegisterRules } from './register-rules.js';
import { AREA_TOLERANCE, registersLaw } from './registers.law.js';
import { seedRegisters } from './seed/seed.js';

/** 23 November 2026, noon in India. */
const NOW = Date.parse('2026-11-23T12:00:00+05:30');

interface World {
  readonly database: TestDatabase;
  readonly clock: FixedClock;
  readonly blocks: Blocks;
  close(): Promise<void>;
}

/** The registers on a database of their own, with what a new installation starts with. */
async function openWorld(): Promise<World> {
  const database = await openTestDatabase();
  const { pool } = database;
  const clock = new FixedClock(NOW);
  await seedRegisters(pool);
  const law = buildLawSnapshot(registersLaw);
  const blocks = new Blocks({ pool, clock, law: () => law, desk: new GeometryDesk() });
  return { database, clock, blocks, close: () => database.close() };
}

const officer = (role: Role = 'central-officer', jurisdiction = 'CENTRE'): Actor => makeActor(role, { jurisdiction });

/** A square of so many degrees, in the sea. */
function square(west: number, south: number, size: number): BlockGeometry {
  const ring: Position[] = [
    [west, south],
    [west + size, south],
    [west + size, south + size],
    [west, south + size],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}

const CONTENT: BlockContent = {
  name: 'Invented Block',
  state: 'OD',
  district: 'Invented',
  concession: 'CL',
  minerals: [{ code: 'GRAPHITE', occurrence: 'OTHER', asPublished: 'Graphite' }],
  areaHa: '100.00',
  geometry: null,
  land: { forestHa: '10.00', governmentHa: '60.00', otherHa: '30.00' },
  demarcated: true,
  explorationLevel: 'G3',
  resources: null,
  geologicalReportDocument: null,
  sources: [],
};

/** 0.01 degrees at 19 degrees north: some 116.5 hectares. */
const GEOMETRY = square(88.5, 19, 0.01);
const SHAPED: BlockContent = { ...CONTENT, geometry: GEOMETRY, areaHa: '116.54', land: null };

const rulesOf = async (work: Promise<unknown>): Promise<string[]> => {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure as { slug: string; extensions: { refusals: { rule: string }[] } },
  );
  expect(error?.slug).toBe('rule-refused');
  return (error?.extensions.refusals ?? []).map(({ rule }) => rule);
};

let world: World;
let blocks: Blocks;

beforeAll(async () => {
  world = await openWorld();
  ({ blocks } = world);
});
afterAll(() => world.close());

let next = 0;
const newId = (): string => `TEST-${(next += 1)}`;
const first = (content: BlockContent = CONTENT, more: Partial<BlockRecording> = {}): BlockRecording => ({
  id: newId(),
  content,
  rehearsal: true,
  basedOn: null,
  ...more,
});

describe('the register of blocks', () => {
  it('keeps every version, and finds the current one and any other', async () => {
    const recording = first();
    const { entry } = await blocks.recordBlock(officer(), recording);
    expect(entry).toMatchObject({
      ...CONTENT,
      id: recording.id,
      version: 1,
      overlaps: [],
      recordedBy: 'person-central-officer',
    });
    const renamed = { ...CONTENT, name: 'Invented Block, renamed' };
    await blocks.recordBlock(officer(), { ...recording, content: renamed, basedOn: 1 });
    expect(await blocks.findBlock(recording.id)).toMatchObject({ version: 2, name: 'Invented Block, renamed' });
    expect(await blocks.findBlock(recording.id, 1)).toMatchObject({ version: 1, name: 'Invented Block' });
    expect((await blocks.listVersions(recording.id)).map(({ version }) => version)).toEqual([2, 1]);
    expect(await blocks.findBlock('NOT-THERE')).toBeUndefined();
    await expect(blocks.getBlock(recording.id, 3)).rejects.toMatchObject({ slug: 'not-found' });
    await expect(blocks.listVersions('NOT-THERE')).rejects.toMatchObject({ slug: 'not-found' });
  });

  it('records what says the same only once', async () => {
    const recording = first(SHAPED);
    const { entry } = await blocks.recordBlock(officer(), recording);
    const again = await blocks.recordBlock(officer(), recording);
    expect(again).toEqual({ entry, unchanged: true });
  });

  it('refuses a second block of one id, and a version that is not based on the current one', async () => {
    const recording = first();
    await blocks.recordBlock(officer(), recording);
    const other = { ...recording, content: { ...CONTENT, name: 'Another' } };
    expect(await rulesOf(blocks.recordBlock(officer(), other))).toEqual(['block-is-new']);
    await blocks.recordBlock(officer(), { ...other, basedOn: 1 });
    const late = { ...recording, content: { ...CONTENT, name: 'Late' }, basedOn: 1 };
    await expect(blocks.recordBlock(officer(), late)).rejects.toMatchObject({ slug: 'precondition-failed' });
    await expect(blocks.recordBlock(officer(), first(CONTENT, { basedOn: 1 }))).rejects.toMatchObject({
      slug: 'not-found',
    });
  });

  it('lets one of two officers who write at once win, and tells the other', async () => {
    const recording = first();
    await blocks.recordBlock(officer(), recording);
    const write = (name: string) =>
      blocks.recordBlock(officer(), { ...recording, content: { ...CONTENT, name }, basedOn: 1 });
    const outcomes = await Promise.allSettled([write('One'), write('Two'), write('Three')]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await blocks.getBlock(recording.id)).version).toBe(2);
  });

  it('is written by officers of the State and of the centre, and by nobody whose log-in has ended', async () => {
    const recording = first();
    const elsewhere = officer('state-officer', 'RJ');
    await expect(blocks.recordBlock(elsewhere, recording)).rejects.toMatchObject({ slug: 'forbidden' });
    await blocks.recordBlock(officer('state-officer', 'OD'), recording);
    const moved = { ...recording, content: { ...CONTENT, state: 'RJ' }, basedOn: 1 };
    await expect(blocks.recordBlock(elsewhere, moved)).rejects.toMatchObject({ slug: 'forbidden' });
    const placeless = { ...CONTENT, state: null };
    await expect(blocks.recordBlock(elsewhere, first(placeless))).rejects.toMatchObject({ slug: 'forbidden' });
    const { pool } = world.database;
    const gone = { recheck: async () => [false] };
    const guarded = new Blocks({
      pool,
      clock: world.clock,
      law: () => EMPTY_LAW,
      desk: new GeometryDesk(),
      authority: gone,
    });
    await expect(guarded.recordBlock(officer(), first())).rejects.toMatchObject({ slug: 'token-expired' });
  });

  it('refuses a mineral that it does not know, by name', async () => {
    const content = { ...CONTENT, minerals: [{ code: 'KRYPTONITE', occurrence: 'OTHER', asPublished: 'x' } as const] };
    await expect(blocks.recordBlock(officer(), first(content))).rejects.toMatchObject({
      slug: 'validation',
      extensions: { errors: [{ field: 'minerals', message: 'KRYPTONITE is no mineral of the register' }] },
    });
  });

  it('takes the report of a block from the organisation that stored it, and leaves it in later versions', async () => {
    const report = 'b'.repeat(64);
    const recording = first({ ...CONTENT, geologicalReportDocument: report });
    expect(await rulesOf(blocks.recordBlock(officer(), recording))).toEqual(['document-is-own']);
    await world.database.pool.query(
      `insert into document (id, organisation_id, name, media_type, bytes, stored_by, status)
       values ($1, $2, 'report.pdf', 'application/pdf', 1, 'p', 'stored')`,
      [report, officer().organisationId],
    );
    await blocks.recordBlock(officer(), recording);
    const renamed = { ...recording.content, name: 'Renamed' };
    await blocks.recordBlock(officer('state-officer', 'OD'), { ...recording, content: renamed, basedOn: 1 });
    expect((await blocks.getBlock(recording.id)).geologicalReportDocument).toBe(report);
  });

  it('keeps practice and real blocks apart for ever', async () => {
    const recording = first();
    await blocks.recordBlock(officer(), recording);
    const real = { ...recording, rehearsal: false, basedOn: 1 };
    expect(await rulesOf(blocks.recordBlock(officer(), real))).toEqual(['practice-mark-stays']);
    const [published] = (await blocks.listBlocks({ limit: 1, rehearsal: false })).items;
    if (published === undefined) throw new Error('no published block');
    const practice = { id: published.id, content: published, rehearsal: true, basedOn: published.version };
    expect(await rulesOf(blocks.recordBlock(officer(), practice))).toEqual(['practice-mark-stays']);
  });
});

describe('the boundary of a block', () => {
  it('gives its area on the ellipsoid, wound as the standard has it', async () => {
    const clockwise = {
      type: 'Polygon',
      coordinates: [[...(GEOMETRY.coordinates[0] ?? [])].reverse()],
    } as typeof GEOMETRY;
    const { entry } = await blocks.recordBlock(officer(), first({ ...SHAPED, geometry: clockwise }));
    expect(entry.geometry).toEqual(GEOMETRY);
    expect(entry.geodesicAreaHa).toBe('116.5464');
  });

  it('agrees with the stated area within the tolerance of the rule book, to the last square metre', async () => {
    expect(isBeyondTolerance('100', '100.5', '0.50')).toBe(false);
    expect(isBeyondTolerance('100', '100.5001', '0.50')).toBe(true);
    expect(isBeyondTolerance('100', '99.4999', '0.50')).toBe(true);
    expect(isBeyondTolerance('0.0000', '0.0001', '0.50')).toBe(true);
    expect(await rulesOf(blocks.recordBlock(officer(), first({ ...SHAPED, areaHa: '117.20' })))).toEqual([
      'area-agrees-with-geometry',
    ]);
    const { pool } = world.database;
    const narrow = registersLaw.map((each) => ({ ...each, value: '0.00' }));
    const strict = new Blocks({
      pool,
      clock: world.clock,
      law: () => buildLawSnapshot(narrow),
      desk: new GeometryDesk(),
    });
    expect(await rulesOf(strict.recordBlock(officer(), first(SHAPED)))).toEqual(['area-agrees-with-geometry']);
  });

  it('waits for a rule book that has the tolerance', async () => {
    const { pool } = world.database;
    const lawless = new Blocks({ pool, clock: world.clock, law: () => EMPTY_LAW, desk: new GeometryDesk() });
    await expect(lawless.recordBlock(officer(), first(SHAPED))).rejects.toMatchObject({
      slug: 'unavailable',
      detail: `The rule book has no value of ${AREA_TOLERANCE}`,
    });
  });

  it('lies in India and is simple, or is refused with the place that is wrong', async () => {
    const swapped = { ...SHAPED, geometry: square(19, 88, 0.01) };
    expect(await rulesOf(blocks.recordBlock(officer(), first(swapped)))).toEqual(['geometry-lies-in-india']);
    const [a, b, c, d] = GEOMETRY.coordinates[0] ?? [];
    const bow = { ...SHAPED, geometry: { type: 'Polygon', coordinates: [[a, c, b, d, a]] } } as BlockContent;
    expect(await rulesOf(blocks.recordBlock(officer(), first(bow)))).toEqual(['geometry-is-simple']);
    // The same block without a boundary is there already: that must not make the bad boundary look unchanged.
    const recording = first({ ...SHAPED, geometry: null });
    await blocks.recordBlock(officer(), recording);
    expect(await rulesOf(blocks.recordBlock(officer(), { ...recording, content: bow, basedOn: 1 }))).toEqual([
      'geometry-is-simple',
    ]);
  });

  it('is told which blocks it overlaps, each of them from both sides, practice blocks among themselves', async () => {
    const at = (west: number, more: Partial<BlockRecording> = {}) =>
      first({ ...SHAPED, geometry: square(west, 10, 0.01), areaHa: null }, more);
    const [left, right, touching, real] = [at(90), at(90.005), at(90.015), at(90, { rehearsal: false })];
    await blocks.recordBlock(officer(), left);
    const { entry } = await blocks.recordBlock(officer(), right);
    expect(entry.overlaps).toEqual([{ blockId: left.id, version: 1, areaHa: '60.6339' }]);
    const later = await blocks.recordBlock(officer(), touching);
    expect(later.entry.overlaps).toEqual([]);
    expect((await blocks.recordBlock(officer(), real)).entry.overlaps).toEqual([]);
    const older = await blocks.getBlock(left.id);
    expect(older.overlaps).toEqual([]);
    expect(await blocks.listOverlaps(older)).toEqual([{ blockId: right.id, version: 1, areaHa: '60.6339' }]);
    expect(await blocks.listOverlaps(entry)).toEqual(entry.overlaps);
  });

  it('misses no overlap when two officers record neighbours at once', async () => {
    const pair = [120, 120.002].map((_, i) =>
      first({ ...SHAPED, geometry: square(91 + i * 0.002, 11, 0.01), areaHa: null }),
    );
    const [one, two] = await Promise.all(pair.map((each) => blocks.recordBlock(officer(), each)));
    expect([...(one?.entry.overlaps ?? []), ...(two?.entry.overlaps ?? [])]).toHaveLength(1);
  });
});

describe('the classes of land', () => {
  it('make up the area when all are known, and never more than it', async () => {
    const land = { forestHa: '10', governmentHa: '60', otherHa: '30' };
    expect(findLandFault('100', land)).toBeUndefined();
    expect(findLandFault('100.0001', land)).toEqual({ found: '100.0000 ha', required: '100.0001 ha' });
    expect(findLandFault('100', { ...land, otherHa: null })).toBeUndefined();
    expect(findLandFault('69', { ...land, otherHa: null })).toEqual({
      found: '70.0000 ha',
      required: 'at most 69.0000 ha',
    });
    expect(await rulesOf(blocks.recordBlock(officer(), first({ ...CONTENT, areaHa: '99' })))).toEqual([
      'land-classes-make-the-area',
    ]);
  });
});

describe('the list of blocks', () => {
  it('is read page by page, each block once, in the order of the ids', async () => {
    const all = (await blocks.listBlocks({ limit: 500 })).items.map(({ id }) => id);
    const paged: string[] = [];
    let after: string | undefined;
    do {
      const page = await blocks.listBlocks({ limit: 7, after });
      paged.push(...page.items.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(paged).toEqual(all);
    expect(all).toEqual([...all].sort());
  });

  it('is narrowed by State, concession, mineral, mark and name', async () => {
    const list = async (query: object) => (await blocks.listBlocks({ limit: 500, ...query })).items;
    const bihar = await list({ state: 'BR', rehearsal: false });
    expect(bihar.map(({ id }) => id)).toEqual(['CM-CHUTIA-NAUHATTA', 'CM-GENJANA', 'CM-PIPRADIH-BHURWA']);
    expect((await list({ concession: 'EL', rehearsal: true })).map(({ id }) => id)).toEqual(['PRACTICE-EL']);
    expect((await list({ mineral: 'LITHIUM' })).map(({ id }) => id)).toEqual(['CM-KATGHORA', 'CM-SALAL-HAIMNA']);
    expect((await list({ text: 'kundol' })).map(({ id }) => id)).toEqual(['CM-KUNDOL']);
    expect(await list({ text: '%' })).toEqual([]);
  });
});

describe('the value of estimated resources', () => {
  const values = () => new BlockValues({ pool: world.database.pool, clock: world.clock });
  const line = { mineral: 'GRAPHITE', grade: null, tonnes: '1000.5', averageSalePrice: '1380', month: '2026-09' };
  const sheet = { amount: '1380690.00', computedOn: '2026-10-12', worksheet: [{ ...line, value: '1380690' }] };

  it('is kept with every figure of its worksheet, version by version, and bound to the version of the block', async () => {
    const recording = first();
    await blocks.recordBlock(officer(), recording);
    const { entry } = await values().recordValue(officer(), recording.id, sheet);
    expect(entry).toMatchObject({
      version: 1,
      blockVersion: 1,
      amount: '1380690.00',
      computedOn: '2026-10-12',
      worksheet: [{ tonnes: '1000.500', averageSalePrice: '1380.00', value: '1380690.00' }],
    });
    expect(await values().recordValue(officer(), recording.id, sheet)).toEqual({ entry, unchanged: true });
    await blocks.recordBlock(officer(), { ...recording, content: { ...CONTENT, name: 'Renamed' }, basedOn: 1 });
    expect(await values().recordValue(officer(), recording.id, sheet)).toMatchObject({
      entry: { version: 2, blockVersion: 2 },
    });
    expect((await values().listValues(recording.id)).map(({ version }) => version)).toEqual([2, 1]);
    expect(await values().findValue(recording.id, 1)).toEqual(entry);
    expect(await values().findValue('NOT-THERE')).toBeUndefined();
  });

  it('is refused with every figure that is wrong, and what it would have to be', async () => {
    const recording = first();
    await blocks.recordBlock(officer(), recording);
    const wrong = {
      amount: '1.00',
      computedOn: '2026-10-12',
      worksheet: [
        { ...line, value: '1380690.01' },
        { ...line, mineral: 'GOLD', month: '2026-10', value: '1380690.00' },
      ],
    };
    const failure = await values()
      .recordValue(officer(), recording.id, wrong)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      slug: 'rule-refused',
      extensions: {
        refusals: [
          { rule: 'line-is-quantity-times-price', datum: 'worksheet[0].value', required: '1380690.00' },
          { rule: 'value-is-of-the-block', datum: 'worksheet[1].mineral', required: ['GRAPHITE'] },
          { rule: 'price-precedes-computation', datum: 'worksheet[1].month', required: 'a month before 2026-10' },
          { rule: 'value-is-the-sum', datum: 'amount', required: '2761380.01' },
        ],
      },
    });
    expect(await values().findValue(recording.id)).toBeUndefined();
  });

  it('is rounded once a line, half up, to the paisa', async () => {
    const recording = first();
    await blocks.recordBlock(officer(), recording);
    const odd = { ...line, tonnes: '0.005', averageSalePrice: '1.00' };
    const half = { amount: '0.01', computedOn: '2026-10-12', worksheet: [{ ...odd, value: '0.01' }] };
    expect(await values().recordValue(officer(), recording.id, half)).toMatchObject({ entry: { amount: '0.01' } });
  });

  it('is none of an exploration licence, of tomorrow, of another State or of nothing', async () => {
    const recording = first({ ...CONTENT, concession: 'EL' });
    await blocks.recordBlock(officer(), recording);
    expect(await rulesOf(values().recordValue(officer(), recording.id, sheet))).toEqual([
      'exploration-licence-has-no-value',
    ]);
    const tomorrow = { ...sheet, computedOn: '2026-11-24' };
    await expect(values().recordValue(officer(), recording.id, tomorrow)).rejects.toMatchObject({ slug: 'validation' });
    const rajasthan = officer('state-officer', 'RJ');
    await expect(values().recordValue(rajasthan, recording.id, sheet)).rejects.toMatchObject({ slug: 'forbidden' });
    await expect(values().recordValue(officer(), 'NOT-THERE', sheet)).rejects.toMatchObject({ slug: 'not-found' });
  });
});

describe('the law of the registers', () => {
  it('can be published, and every rule stands on a provision', () => {
    const book = buildLawSnapshot(registersLaw);
    expect(book.read(AREA_TOLERANCE, '2026-11-23')).toMatchObject({
      value: '0.50',
      confidence: 'policy',
      signed: false,
    });
    for (const { ref, text } of listRegisterRules()) {
      expect(ref.act).not.toBe('');
      expect(ref.provision).toMatch(/\d/);
      expect(text).toMatch(/\.$/);
    }
  });
});
