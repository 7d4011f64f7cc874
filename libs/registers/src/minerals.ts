import type { Pool } from 'pg';
import type { Sql } from '#case-kit';
import { MINERALS, type MineralEntry, type Occurrence, type SchedulePart } from './minerals.data.js';
import { inTransaction, lockEntry, sqlOf } from './sql.js';

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

/** Puts the schedules as they are known into the register, and what has changed in them as new versions. */
export async function seedMinerals(pool: Pool, entries: readonly MineralEntry[] = MINERALS): Promise<void> {
  await inTransaction(pool, async (sql) => {
    await lockEntry(sql, 'mineral', 'seed');
    const columns = (pick: (entry: MineralEntry) => string | boolean | null) => entries.map(pick);
    await sql.query(
      `insert into mineral_entry
         (code, occurrence, in_force_from, version, part, seventh_schedule, name, provision, source)
       select wanted.code, wanted.occurrence, wanted.in_force_from, coalesce(current.version, 0) + 1, wanted.part,
              wanted.seventh_schedule, wanted.name, wanted.provision, wanted.source
       from unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[])
            as wanted(code, occurrence, in_force_from, part, seventh_schedule, name, provision, source)
       left join lateral (
         select * from mineral_entry e
         where (e.code, e.occurrence, e.in_force_from) = (wanted.code, wanted.occurrence, wanted.in_force_from)
         order by e.version desc limit 1) current on true
       where (current.part, current.seventh_schedule, current.name, current.provision, current.source)
             is distinct from (wanted.part, wanted.seventh_schedule, wanted.name, wanted.provision, wanted.source)`,
      [
        columns(({ code }) => code),
        columns(({ occurrence }) => occurrence),
        columns(({ inForceFrom }) => inForceFrom),
        columns(({ part }) => part),
        columns(({ seventhSchedule }) => seventhSchedule),
        columns(({ name }) => name),
        columns(({ provision }) => provision),
        columns(({ source }) => source),
      ],
    );
  });
}
