import type { Pool } from 'pg';
import type { Sql } from '#case-kit';
import { sqlOf } from '#platform';
import type { Occurrence, SchedulePart } from './minerals.data.js';

/** A mineral in one period. */
export interface Mineral {
  readonly code: string;
  readonly occurrence: Occurrence;
  readonly part: SchedulePart | null;
  readonly seventhSchedule: boolean;
  /** First day, or null for since ever. */
  readonly inForceFrom: string | null;
  /** First day no longer in it, or null for until further notice. */
  readonly inForceUntil: string | null;
  readonly name: string;
  readonly provision: string;
  readonly source: string;
}

const SELECT = `
  select code, occurrence, part, seventh_schedule as "seventhSchedule",
         nullif(in_force_from, '-infinity') as "inForceFrom", in_force_until as "inForceUntil", name, provision, source
  from mineral`;

/** The minerals by the schedules of the Act, each in its periods. */
export class Minerals {
  constructor(private readonly pool: Pool) {}

  /** Every period of every mineral, or the one in force on a date (`YYYY-MM-DD`). */
  async list(on?: string): Promise<readonly Mineral[]> {
    return await sqlOf(this.pool).query<Mineral>(
      `${SELECT} where $1::date is null or (in_force_from <= $1 and (in_force_until is null or in_force_until > $1))
       order by code, occurrence desc, mineral.in_force_from`,
      [on ?? null],
    );
  }

  /** What a mineral is on a date, or undefined for a code that there is not. */
  async find(code: string, on: string, occurrence: Occurrence = 'OTHER'): Promise<Mineral | undefined> {
    const [mineral] = await sqlOf(this.pool).query<Mineral>(
      `${SELECT} where code = $1 and occurrence = $2 and in_force_from <= $3
         and (in_force_until is null or in_force_until > $3)`,
      [code, occurrence, on],
    );
    return mineral;
  }
}

/** Which of these codes the register does not have. */
export async function listUnknownMinerals(sql: Sql, codes: readonly string[]): Promise<readonly string[]> {
  const rows = await sql.query<{ code: string }>(
    'select code from unnest($1::text[]) as asked(code) where not exists (select from mineral m where m.code = asked.code)',
    [codes],
  );
  return rows.map(({ code }) => code);
}
