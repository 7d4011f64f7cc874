import type { Pool } from 'pg';
import type { Sql } from '#case-kit';
import { inTransaction } from '#platform';
import type { BlobStore } from '../documents/blob-store.js';
import { contentOf, type BlockContent } from '../block.model.js';
import { inspectGeometry } from '../geometry/inspection.js';
import { MINERALS } from '../minerals.data.js';
import { lockEntry } from '../sql.js';
import { appendChanged, SEED, type SeedRow } from './append-changed.js';
import { PRACTICE_BLOCKS, type PracticeBlock } from './practice-blocks.js';
import { storeReports } from './practice-reports.js';
import { readCentralBlocks, readExplorationBlocks } from './published-blocks.js';
import { readResults, readRounds, readTranches } from './published-results.js';
import { readStates } from './states.js';

/** How many versions were appended to each register. */
export interface SeedCounts {
  readonly minerals: number;
  readonly blocks: number;
  readonly practiceBlocks: number;
  readonly tranches: number;
  readonly results: number;
  readonly rounds: number;
}

/**
 * Puts the published facts into the registers: minerals, blocks, tranches, results, rounds, and the invented blocks for
 * practice. What is there already and says the same stays; what the files say differently becomes a new version, unless
 * an officer has recorded one since. The reports of the practice blocks are stored where a directory of documents is
 * given. Safe when two processes do it at once.
 */
export async function seedRegisters(pool: Pool, directory?: string, blobs?: BlobStore): Promise<SeedCounts> {
  if (directory !== undefined) {
    await storeReports(
      { pool, directory, ...(blobs && { blobs }) },
      new Map(PRACTICE_BLOCKS.map(({ id, report }) => [id, report])),
    );
  }
  const states = readStates();
  const published = [...readCentralBlocks(states), ...readExplorationBlocks(states)];
  const results = readResults(states);
  return await inTransaction(pool, async (sql) => {
    await lockEntry(sql, 'block', 'all');
    const minerals = await appendChanged(sql, { table: 'mineral_entry', key: MINERAL_KEY, rows: listMinerals() });
    const blocks = await appendBlocks(
      sql,
      published.map(({ id, content }) => toBlockRow(id, content, false)),
    );
    const practiceBlocks = await appendBlocks(
      sql,
      PRACTICE_BLOCKS.map(({ id, content }) => toBlockRow(id, content, true)),
    );
    await appendValues(sql, PRACTICE_BLOCKS);
    return {
      minerals,
      blocks,
      practiceBlocks,
      tranches: await appendChanged(sql, { table: 'tranche', key: ['id'], rows: readTranches() }),
      results: await appendChanged(sql, { table: 'published_result', key: ['auction_id'], rows: results }),
      rounds: await appendChanged(sql, {
        table: 'published_round',
        key: ['auction_id', 'round', 'line'],
        rows: readRounds(),
      }),
    };
  });
}

const MINERAL_KEY = ['code', 'occurrence', 'in_force_from'];

/** The schedules of the Act as rows of their table. */
export function listMinerals(): readonly SeedRow[] {
  return MINERALS.map(({ code, occurrence, part, seventhSchedule, inForceFrom, name, provision, source }) => ({
    code,
    occurrence,
    in_force_from: inForceFrom,
    part,
    seventh_schedule: seventhSchedule,
    name,
    provision,
    source,
  }));
}

async function appendBlocks(sql: Sql, rows: readonly SeedRow[]): Promise<number> {
  return await appendChanged(sql, { table: 'block', key: ['id'], rows, onlyOwn: true });
}

/** @throws Error when a boundary of the seed is not sound. */
function toBlockRow(id: string, content: BlockContent, rehearsal: boolean): SeedRow {
  const inspection = content.geometry === null ? null : inspectGeometry({ geometry: content.geometry, neighbours: [] });
  if (inspection !== null && inspection.kind !== 'sound')
    throw new Error(`the boundary of ${id} is ${inspection.kind}`);
  const { areaHa, explorationLevel, geologicalReportDocument, ...same } = contentOf(content);
  return {
    id,
    ...same,
    area_ha: areaHa,
    geometry: inspection?.geometry ?? null,
    geodesic_area_ha: inspection?.geodesicAreaHa ?? null,
    overlapping: [],
    exploration_level: explorationLevel,
    geological_report_document: geologicalReportDocument,
    rehearsal,
    recorded_by: SEED,
  };
}

/** Values belong to the version of the block that is current now. */
async function appendValues(sql: Sql, blocks: readonly PracticeBlock[]): Promise<void> {
  const versions = await sql.query<{ id: string; version: number }>(
    'select id, version from block_current where id = any($1)',
    [blocks.map(({ id }) => id)],
  );
  const versionOf = new Map(versions.map(({ id, version }) => [id, version]));
  const rows = blocks.flatMap(({ id, value }): SeedRow[] =>
    value === null
      ? []
      : [
          {
            block_id: id,
            block_version: versionOf.get(id),
            amount: value.amount,
            computed_on: value.computedOn,
            worksheet: value.worksheet,
            recorded_by: SEED,
          },
        ],
  );
  await appendChanged(sql, { table: 'block_value', key: ['block_id'], rows, onlyOwn: true });
}
