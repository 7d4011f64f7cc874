import type { Sql } from '#case-kit';
import { getOnlyRow } from '#platform';
import type { Block, BlockContent, Concession } from './block.model.js';
import type { BlockGeometry } from './geometry/geojson.js';
import type { Neighbour, Overlap } from './geometry/inspection.js';

const COLUMNS = `
  id, version, name, state, district, concession, minerals, area_ha as "areaHa", geometry,
  geodesic_area_ha as "geodesicAreaHa", overlapping as "overlaps", land, demarcated,
  exploration_level as "explorationLevel", resources, geological_report_document as "geologicalReportDocument",
  rehearsal, sources, recorded_at as "recordedAt", recorded_by as "recordedBy"`;

export interface BlockQuery {
  readonly state?: string | undefined;
  readonly concession?: Concession | undefined;
  /** Code of a mineral. */
  readonly mineral?: string | undefined;
  readonly rehearsal?: boolean | undefined;
  /** Part of the name. */
  readonly text?: string | undefined;
  /** The last id of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A version of a block; the current one when none is named. */
export async function findBlock(sql: Sql, id: string, version?: number): Promise<Block | undefined> {
  const [block] = await sql.query<Block>(
    `select ${COLUMNS} from block where id = $1 and ($2::int is null or version = $2) order by version desc limit 1`,
    [id, version ?? null],
  );
  return block;
}

/** Current versions in the order of their ids, one more than asked for when there are more. */
export async function listBlocks(sql: Sql, query: BlockQuery): Promise<readonly Block[]> {
  const { state, concession, mineral, rehearsal, text, after, limit } = query;
  return await sql.query<Block>(
    `select ${COLUMNS} from block_current
     where ($1::text is null or state = $1) and ($2::text is null or concession = $2)
       and ($3::jsonb is null or minerals @> $3) and ($4::boolean is null or rehearsal = $4)
       and ($5::text is null or position(lower($5) in lower(name)) > 0) and ($6::text is null or id > $6)
     order by id limit $7`,
    [
      state ?? null,
      concession ?? null,
      mineral === undefined ? null : JSON.stringify([{ code: mineral }]),
      rehearsal ?? null,
      text ?? null,
      after ?? null,
      limit + 1,
    ],
  );
}

/** All versions of a block, the newest first. */
export async function listVersions(sql: Sql, id: string): Promise<readonly Block[]> {
  return await sql.query<Block>(`select ${COLUMNS} from block where id = $1 order by version desc`, [id]);
}

/** The other blocks of the same kind, real or invented, that have a shape. */
export async function listNeighbours(sql: Sql, id: string, rehearsal: boolean): Promise<readonly Neighbour[]> {
  return await sql.query<Neighbour>(
    `select id as "blockId", version, geometry from block_current
     where id <> $1 and rehearsal = $2 and geometry is not null order by id`,
    [id, rehearsal],
  );
}

/** Changes whenever any block is recorded: what was computed from all shapes is then computed again. */
export async function countVersions(sql: Sql): Promise<number> {
  return getOnlyRow(await sql.query<{ count: number }>('select count(*)::int as count from block')).count;
}

/** Current blocks whose recorded overlaps name this one, as overlaps of this one. */
export async function listOverlapsWith(sql: Sql, id: string): Promise<readonly Overlap[]> {
  return await sql.query<Overlap>(
    `select b.id as "blockId", b.version, o.value ->> 'areaHa' as "areaHa"
     from block_current b, jsonb_array_elements(b.overlapping) o
     where b.overlapping @> $1 and o.value ->> 'blockId' = $2 order by b.id`,
    [JSON.stringify([{ blockId: id }]), id],
  );
}

export interface NewVersion {
  readonly id: string;
  readonly version: number;
  readonly content: BlockContent;
  readonly geometry: BlockGeometry | null;
  readonly geodesicAreaHa: string | null;
  readonly overlaps: readonly Overlap[];
  readonly rehearsal: boolean;
  readonly recordedBy: string;
}

export async function insertVersion(sql: Sql, block: NewVersion): Promise<Block> {
  const { content } = block;
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return getOnlyRow(
    await sql.query<Block>(
      `insert into block (id, version, name, state, district, concession, minerals, area_ha, geometry,
         geodesic_area_ha, overlapping, land, demarcated, exploration_level, resources, geological_report_document,
         rehearsal, sources, recorded_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
       returning ${COLUMNS}`,
      [
        block.id,
        block.version,
        content.name,
        content.state,
        content.district,
        content.concession,
        json(content.minerals),
        content.areaHa,
        json(block.geometry),
        block.geodesicAreaHa,
        json(block.overlaps),
        json(content.land),
        content.demarcated,
        content.explorationLevel,
        json(content.resources),
        content.geologicalReportDocument,
        block.rehearsal,
        json(content.sources),
        block.recordedBy,
      ],
    ),
  );
}
