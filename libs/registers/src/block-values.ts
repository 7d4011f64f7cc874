import type { Pool } from 'pg';
import { canonicalJson, hasJurisdiction, localDateAt, type Actor, type Sql } from '#case-kit';
import { Problem, refuseFields, getOnlyRow, inTransaction, sqlOf } from '#platform';
import * as store from './block.store.js';
import type { Recorded } from './blocks.js';
import { refuseAll } from './register-rules.js';
import { lockEntry, requireStanding, type StandingCheck } from './sql.js';
import { judgeWorksheet, normaliseValue, type ValueRecording } from './worksheet.js';

/** A value of estimated resources as recorded. */
export interface BlockValue extends ValueRecording {
  readonly blockId: string;
  readonly version: number;
  /** The version of the block that was current then. */
  readonly blockVersion: number;
  readonly recordedAt: Date;
  readonly recordedBy: string;
}

const COLUMNS = `
  block_id as "blockId", version, block_version as "blockVersion", amount, computed_on as "computedOn", worksheet,
  recorded_at as "recordedAt", recorded_by as "recordedBy"`;

/** Values of estimated resources, each with the worksheet that makes it. A notice copies one; none is overwritten. */
export class BlockValues {
  constructor(
    private readonly settings: {
      readonly pool: Pool;
      readonly clock: { now(): number };
      readonly authority?: StandingCheck;
    },
  ) {}

  /** A version of the value of a block; the newest when none is named. */
  async findValue(blockId: string, version?: number): Promise<BlockValue | undefined> {
    return await findValue(sqlOf(this.settings.pool), blockId, version);
  }

  /** The newest first. */
  async listValues(blockId: string): Promise<readonly BlockValue[]> {
    return await sqlOf(this.settings.pool).query<BlockValue>(
      `select ${COLUMNS} from block_value where block_id = $1 order by version desc`,
      [blockId],
    );
  }

  /**
   * Records a value after checking every figure. The same value is not recorded twice for the same block version.
   *
   * @throws Problem validation for a day to come, not-found, forbidden outside the actor's territory, rule-refused with every figure that is wrong.
   */
  async recordValue(actor: Actor, blockId: string, recording: ValueRecording): Promise<Recorded<BlockValue>> {
    if (recording.computedOn > localDateAt(this.settings.clock.now())) {
      throw refuseFields([{ field: 'computedOn', message: 'must not lie in the future' }]);
    }
    return await inTransaction(this.settings.pool, async (sql) => {
      await requireStanding(sql, this.settings.authority, actor);
      await lockEntry(sql, 'block-value', blockId);
      const block = await store.findBlock(sql, blockId);
      if (block === undefined) throw new Problem('not-found', { detail: 'There is no such block' });
      if (!hasJurisdiction(actor, block.state ?? 'CENTRE')) {
        throw new Problem('forbidden', {
          detail: `The block lies outside your territory, ${actor.jurisdiction ?? ''}`,
        });
      }
      const refusals = judgeWorksheet(block, recording);
      if (refusals.length > 0) throw refuseAll(refusals);
      const wanted = normaliseValue(recording);
      const current = await findValue(sql, blockId);
      if (current !== undefined && current.blockVersion === block.version && isSame(current, wanted)) {
        return { entry: current, unchanged: true };
      }
      const version = (current?.version ?? 0) + 1;
      const { amount, computedOn, worksheet } = wanted;
      const rows = await sql.query<BlockValue>(
        `insert into block_value (block_id, version, block_version, amount, computed_on, worksheet, recorded_by)
         values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
        [blockId, version, block.version, amount, computedOn, JSON.stringify(worksheet), actor.personId],
      );
      return { entry: getOnlyRow(rows), unchanged: false };
    });
  }
}

async function findValue(sql: Sql, blockId: string, version?: number): Promise<BlockValue | undefined> {
  const [value] = await sql.query<BlockValue>(
    `select ${COLUMNS} from block_value where block_id = $1 and ($2::int is null or version = $2)
     order by version desc limit 1`,
    [blockId, version ?? null],
  );
  return value;
}

function isSame(current: BlockValue, wanted: ValueRecording): boolean {
  const { amount, computedOn, worksheet } = current;
  return canonicalJson({ amount, computedOn, worksheet }) === canonicalJson(wanted);
}
