import fc from 'fast-check';
import type { Pool, PoolClient } from 'pg';
import { verifyRecord, type Finding } from '#audit';
import { createCommandPool } from '#platform';
import { openTestDatabase, type TestDatabase } from '#testing';
import { FAIR_STALL_STORIES } from './fair-stall.story.js';
import { setStage, VERIFY_SOURCES } from './support.js';
import { TALLY_STORIES } from './tally.story.js';
import { snapshotsWithin, tamper } from './tampering.js';

/**
 * Columns of which nothing else tells what they ought to be: a keyed digest and its time, and when a list entry was
 * last written.
 */
const UNTOLD: Readonly<Record<string, readonly string[]>> = {
  transition: ['key_hash', 'mac'],
  case_sight: ['changed_at', 'changed_xid'],
};

const TABLES = [
  'transition',
  'case_identity',
  'case_position',
  'case_party',
  'case_due',
  'case_sight',
  'fact_text',
  'fair_application',
  'fair_roster',
  'fair_call',
  'fair_payment',
] as const;

interface Column {
  readonly name: string;
  readonly type: string;
}

/** An expression that gives a column another value. */
function otherValue({ name, type }: Column, draw: number): string {
  const nudge = 1 + (draw % 5);
  switch (type) {
    case 'bigint':
    case 'integer':
    case 'numeric':
      return `coalesce(${name}, 0) + ${nudge}`;
    case 'boolean':
      return `not coalesce(${name}, false)`;
    case 'timestamp with time zone':
      return `coalesce(${name}, now()) + interval '${nudge} milliseconds'`;
    case 'jsonb':
      return draw % 2 === 0 ? `jsonb_build_object('tampered', ${nudge})` : `jsonb_build_array(${name}, ${nudge})`;
    case 'ARRAY':
      return `${name} || 'bidder'::text`;
    default:
      // Somewhere in the text a character becomes another one.
      return `coalesce(overlay(${name} placing (case when substr(${name}, ${place(name, draw)}, 1) = '0' then '1' else '0' end)
                from ${place(name, draw)} for 1), 'tampered')`;
  }
}

const place = (name: string, draw: number): string => `1 + ${draw % 9973} % greatest(length(${name}), 1)`;

describe('random edits by a superuser', () => {
  let database: TestDatabase;
  let pool: Pool;
  let admin: PoolClient;
  const columns = new Map<string, Column[]>();

  beforeAll(async () => {
    database = await openTestDatabase();
    const stage = setStage(database.pool);
    for (const tell of Object.values({ ...TALLY_STORIES, ...FAIR_STALL_STORIES })) await tell(stage);
    await stage.engine.close();
    pool = createCommandPool(database.adminUrl, { max: 1 });
    admin = await pool.connect();
    const { rows } = await admin.query<{ table_name: string; name: string; type: string }>(
      `select table_name, column_name as name, data_type as type from information_schema.columns
       where table_schema = 'public' and table_name = any($1) order by table_name, ordinal_position`,
      [TABLES],
    );
    for (const { table_name, ...column } of rows) {
      if (UNTOLD[table_name]?.includes(column.name)) continue;
      columns.set(table_name, [...(columns.get(table_name) ?? []), column]);
    }
  });

  afterAll(async () => {
    admin.release();
    await pool.end();
    await database.close();
  });

  interface Edit {
    readonly table: string;
    readonly verb: 'update' | 'delete' | 'repeat';
    readonly row: number;
    readonly column: number;
    readonly draw: number;
  }

  const edits = fc.record({
    table: fc.constantFrom(...TABLES),
    verb: fc.constantFrom<Edit['verb']>('update', 'update', 'update', 'delete', 'repeat'),
    row: fc.nat(),
    column: fc.nat(),
    draw: fc.nat(),
  });

  /** The row that an edit touches, or repeats. */
  const pickOf = ({ table, row }: Edit): string =>
    `ctid = (select ctid from ${table} order by ${table}::text offset ${row} % (select count(*) from ${table}) limit 1)`;

  /** The statement for an edit, or null where it would be no forgery. */
  const statementOf = (edit: Edit): string | null => {
    const { table, verb, column, draw } = edit;
    const pick = pickOf(edit);
    const own = columns.get(table) ?? [];
    const target = own[column % own.length];
    if (target === undefined) throw new Error(table);
    // What a decision never asked for is not in the record either.
    if (table === 'fact_text' && verb === 'repeat') return null;
    if (verb === 'delete') return `delete from ${table} where ${pick}`;
    if (verb === 'update') return `update ${table} set ${target.name} = ${otherValue(target, draw)} where ${pick}`;
    const all = [...own.map(({ name }) => name)];
    const values = own.map((each) => (each === target ? otherValue(each, draw) : each.name));
    return `insert into ${table} (${all.join(', ')}) select ${values.join(', ')} from ${table} where ${pick}`;
  };

  it('are found, all 200 of them, in the case where they were made', async () => {
    const done = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(edits, async (edit) => {
        const statement = statementOf(edit);
        fc.pre(statement !== null);
        let touched: string[] = [];
        let findings: readonly Finding[] = [];
        try {
          await tamper(
            admin,
            async () => {
              await admin.query("set local session_replication_role = 'replica'");
              const caseColumn =
                edit.table === 'case_identity' ? 'id' : edit.table === 'fact_text' ? 'null' : 'case_id';
              const { rows: before } =
                edit.verb === 'repeat'
                  ? { rows: [] }
                  : await admin.query(`select ${caseColumn} as id from ${edit.table} where ${pickOf(edit)}`);
              const { rows: after } = await admin.query(`${statement} returning ${caseColumn} as id`);
              touched = [...before, ...after].flatMap(({ id }) => (id === null ? [] : [id as string]));
            },
            async () => {
              findings = (await verifyRecord(snapshotsWithin(admin), VERIFY_SOURCES)).findings;
            },
          );
        } catch (error) {
          // A constraint of the schema has kept the edit out: then it was none.
          fc.pre(!/violates|duplicate key|out of range/.test(String(error)));
          throw error;
        }
        expect(findings).not.toHaveLength(0);
        // What was moved from one case to another is found in either.
        if (touched.length > 0) expect(findings.some(({ caseId }) => touched.includes(caseId ?? ''))).toBe(true);
        done.set(edit.table, (done.get(edit.table) ?? 0) + 1);
      }),
      { numRuns: 200, seed: 20260105, maxSkipsPerRun: 50 },
    );
    expect([...done.keys()].sort()).toEqual([...TABLES].sort());
    expect([...done.values()].reduce((sum, count) => sum + count, 0)).toBe(200);
  }, 120_000);
});
