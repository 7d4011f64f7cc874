import type { Pool } from 'pg';
import {
  canonicalJson,
  hasJurisdiction,
  LawMissing,
  LawReader,
  localDateAt,
  type Actor,
  type LawSnapshot,
  type Sql,
} from '#case-kit';
import { Problem, refuseFields, inTransaction, sqlOf } from '#platform';
import { contentOf, findLandFault, isBeyondTolerance, type Block, type BlockContent } from './block.model.js';
import * as store from './block.store.js';
import { requireOwnDocuments, type NamedDocument } from './documents/own-documents.js';
import type { GeometryDesk } from './geometry/geometry-desk.js';
import { INDIA, type Inspection, type Overlap } from './geometry/inspection.js';
import { listUnknownMinerals } from './minerals.js';
import { describeRefusal, refuse, refuseAll } from './register-rules.js';
import { AREA_TOLERANCE } from './registers.law.js';
import { lockEntry, requireStanding, type StandingCheck } from './sql.js';

export interface RegisterSettings {
  readonly pool: Pool;
  readonly clock: { now(): number };
  /** The law as published now. */
  readonly law: () => LawSnapshot;
  readonly desk: GeometryDesk;
  /** Asked in every transaction that writes in somebody's name. */
  readonly authority?: StandingCheck;
}

export interface BlockRecording {
  readonly id: string;
  readonly content: BlockContent;
  /** For a new block; a block keeps its mark. */
  readonly rehearsal: boolean;
  /** The version on which this one is based; null for a new block. */
  readonly basedOn: number | null;
}

/** What was recorded, or what stood already when nothing would have changed. */
export interface Recorded<T> {
  readonly entry: T;
  readonly unchanged: boolean;
}

const OFFICER = 'the officer who records the block';
const MOST_ATTEMPTS = 5;

/** The register of blocks. Nothing in it is overwritten. */
export class Blocks {
  constructor(private readonly settings: RegisterSettings) {}

  async findBlock(id: string, version?: number): Promise<Block | undefined> {
    return await store.findBlock(this.sql, id, version);
  }

  /** @throws Problem not-found. */
  async getBlock(id: string, version?: number): Promise<Block> {
    const block = await this.findBlock(id, version);
    if (block === undefined) throw new Problem('not-found', { detail: 'There is no such block or version' });
    return block;
  }

  /** Current versions in the order of their ids; `next` is the id after which the next page begins. */
  async listBlocks(query: store.BlockQuery): Promise<{ items: readonly Block[]; next: string | null }> {
    const found = await store.listBlocks(this.sql, query);
    const items = found.slice(0, query.limit);
    return { items, next: found.length > items.length ? (items.at(-1)?.id ?? null) : null };
  }

  /** @throws Problem not-found. */
  async listVersions(id: string): Promise<readonly Block[]> {
    const versions = await store.listVersions(this.sql, id);
    if (versions.length === 0) throw new Problem('not-found', { detail: 'There is no such block' });
    return versions;
  }

  /** Overlaps of a block with others that are current, whichever of the two was recorded later. */
  async listOverlaps(block: Block): Promise<readonly Overlap[]> {
    const later = await store.listOverlapsWith(this.sql, block.id);
    const known = new Set(later.map(({ blockId }) => blockId));
    return [...block.overlaps.filter(({ blockId }) => !known.has(blockId)), ...later];
  }

  /**
   * Records a new block, or the next version of one. What is the same as the current version is not recorded again.
   *
   * @throws Problem forbidden outside the actor's territory, not-found, precondition-failed when the version it is
   * based on is not the current one any more, validation for an unknown mineral, rule-refused with every rule.
   */
  async recordBlock(actor: Actor, recording: BlockRecording): Promise<Recorded<Block>> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const shapes = await this.inspect(recording);
      const recorded = await inTransaction(this.settings.pool, (sql) => this.insert(sql, actor, recording, shapes));
      if (recorded !== undefined) return recorded;
    }
    throw new Problem('unavailable', { detail: 'Other blocks are being recorded; try again' });
  }

  private get sql(): Sql {
    return sqlOf(this.settings.pool);
  }

  /** Outside the transaction: a long inspection must not hold its locks. */
  private async inspect({ id, content, rehearsal }: BlockRecording): Promise<Inspected> {
    if (content.geometry === null) return { seen: null, inspection: null };
    const current = await this.findBlock(id);
    const seen = await store.countVersions(this.sql);
    const neighbours = await store.listNeighbours(this.sql, id, current?.rehearsal ?? rehearsal);
    return { seen, inspection: await this.settings.desk.inspect({ geometry: content.geometry, neighbours }) };
  }

  private async insert(
    sql: Sql,
    actor: Actor,
    recording: BlockRecording,
    { seen, inspection }: Inspected,
  ): Promise<Recorded<Block> | undefined> {
    const { id, content, basedOn } = recording;
    await requireStanding(sql, this.settings.authority, actor);
    requireTerritory(actor, content.state);
    await lockEntry(sql, 'block', 'all');
    // Another block came in between: its overlap with this one is not known.
    if (seen !== null && seen !== (await store.countVersions(sql))) return undefined;
    const current = await store.findBlock(sql, id);
    if (current !== undefined) requireTerritory(actor, current.state);
    if (current === undefined && basedOn !== null) {
      throw new Problem('not-found', { detail: 'There is no such block' });
    }
    const geometry = inspection?.kind === 'sound' ? inspection.geometry : null;
    const wanted = { ...contentOf(content), geometry };
    const isReadable = inspection === null || inspection.kind === 'sound';
    if (current !== undefined && isReadable && isSame(current, wanted, recording.rehearsal)) {
      return { entry: current, unchanged: true };
    }
    if (current !== undefined && basedOn === null) throw refuseKnown(current);
    if (current !== undefined && current.version !== basedOn) {
      throw new Problem('precondition-failed', { detail: `Version ${current.version} is current by now` });
    }
    await requireKnownMinerals(sql, content);
    if (content.geologicalReportDocument !== current?.geologicalReportDocument) {
      const named: NamedDocument = ['geologicalReportDocument', content.geologicalReportDocument];
      await requireOwnDocuments(sql, actor.organisationId, [named]);
    }
    this.requireSound(current, recording, inspection);
    const entry = await store.insertVersion(sql, {
      id,
      version: (current?.version ?? 0) + 1,
      content: wanted,
      geometry,
      geodesicAreaHa: inspection?.kind === 'sound' ? inspection.geodesicAreaHa : null,
      overlaps: inspection?.kind === 'sound' ? inspection.overlaps : [],
      rehearsal: recording.rehearsal,
      recordedBy: actor.personId,
    });
    return { entry, unchanged: false };
  }

  /** @throws Problem rule-refused with every rule that fails. */
  private requireSound(
    current: Block | undefined,
    { content, rehearsal }: BlockRecording,
    inspection: Inspection | null,
  ): void {
    const refusals = [
      current !== undefined && current.rehearsal !== rehearsal
        ? describeRefusal('practice-mark-stays', {
            datum: 'rehearsal',
            found: rehearsal,
            required: current.rehearsal,
            cure: { who: OFFICER, how: 'record a block of its own, under another id' },
          })
        : undefined,
      inspection === null ? undefined : this.judgeShape(content, inspection),
      judgeLand(content),
    ].filter((refusal) => refusal !== undefined);
    if (refusals.length > 0) throw refuseAll(refusals);
  }

  private judgeShape({ areaHa }: BlockContent, inspection: Inspection) {
    if (inspection.kind === 'outside') {
      const { west, east, south, north } = inspection.box;
      return describeRefusal('geometry-lies-in-india', {
        datum: 'geometry',
        found: `longitude ${west} to ${east}, latitude ${south} to ${north}`,
        required: `longitude ${INDIA.west} to ${INDIA.east}, latitude ${INDIA.south} to ${INDIA.north}`,
        cure: { who: OFFICER, how: 'give each position as [longitude, latitude] in degrees, WGS 84' },
      });
    }
    if (inspection.kind === 'not-simple') {
      const { kind, at } = inspection.fault;
      return describeRefusal('geometry-is-simple', {
        datum: 'geometry',
        found: `${SHAPE_FAULTS[kind]} at [${at.join(', ')}]`,
        required: 'a boundary that can be walked around once',
        cure: { who: OFFICER, how: 'correct the order of the positions there, or survey the boundary again' },
      });
    }
    const tolerance = this.readTolerance();
    if (areaHa === null || !isBeyondTolerance(areaHa, inspection.geodesicAreaHa, tolerance)) return undefined;
    return describeRefusal('area-agrees-with-geometry', {
      datum: 'areaHa',
      found: `${areaHa} ha stated, ${inspection.geodesicAreaHa} ha on the ellipsoid`,
      required: `a difference of at most ${tolerance} per cent of the stated area`,
      cure: { who: OFFICER, how: 'correct the area or the boundary, whichever the survey does not bear out' },
    });
  }

  private readTolerance(): string {
    try {
      return new LawReader(this.settings.law(), {}, localDateAt(this.settings.clock.now())).decimal(AREA_TOLERANCE);
    } catch (error) {
      if (!(error instanceof LawMissing)) throw error;
      throw new Problem('unavailable', { detail: `The rule book has no value of ${AREA_TOLERANCE}`, cause: error });
    }
  }
}

interface Inspected {
  readonly seen: number | null;
  readonly inspection: Inspection | null;
}

const SHAPE_FAULTS = {
  'ring-crosses-itself': 'the boundary crosses or touches itself',
  'rings-touch': 'two rings touch or cross',
  'hole-outside': 'a hole lies outside the outline',
  'rings-nested': 'a ring lies within another',
} as const;

function isSame(current: Block, wanted: BlockContent, rehearsal: boolean): boolean {
  return current.rehearsal === rehearsal && canonicalJson(contentOf(current)) === canonicalJson(wanted);
}

/** @throws Problem forbidden. A block whose State is not known is the centre's to complete. */
function requireTerritory(actor: Actor, state: string | null): void {
  if (hasJurisdiction(actor, state ?? 'CENTRE')) return;
  throw new Problem('forbidden', {
    detail: `Your territory is ${actor.jurisdiction ?? 'none'}; the block lies in ${state ?? 'a State that is not known'}`,
  });
}

async function requireKnownMinerals(sql: Sql, { minerals, resources }: BlockContent): Promise<void> {
  const named = [...minerals.map(({ code }) => code), ...(resources ?? []).map(({ mineral }) => mineral)];
  const unknown = await listUnknownMinerals(sql, [...new Set(named.filter((code) => code !== null))]);
  if (unknown.length === 0) return;
  throw refuseFields(unknown.map((code) => ({ field: 'minerals', message: `${code} is no mineral of the register` })));
}

function refuseKnown({ id, version, name }: Block): Problem {
  return refuse('block-is-new', {
    datum: 'id',
    found: `${id}, version ${version}: ${name}`,
    required: 'an id that no block has',
    cure: { who: OFFICER, how: `record a new version of ${id}, or choose another id` },
  });
}

function judgeLand({ areaHa, land }: BlockContent) {
  const fault = areaHa === null || land === null ? undefined : findLandFault(areaHa, land);
  if (fault === undefined) return undefined;
  return describeRefusal('land-classes-make-the-area', {
    datum: 'land',
    ...fault,
    cure: { who: OFFICER, how: 'correct the classes of land from the land record, or the area' },
  });
}
