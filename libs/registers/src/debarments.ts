import type { Pool } from 'pg';
import type { Actor, Sql } from '#case-kit';
import { Problem, getOnlyRow, inTransaction, sqlOf } from '#platform';
import type { Debarment, DebarmentContent } from './bidder.model.js';
import { lockEntry, requireStanding, type StandingCheck } from './sql.js';

const COLUMNS = `
  id, version, organisation_id as "organisationId", basis, issued_by as "issuedBy", from_on as "fromOn",
  until_on as "untilOn", recorded_at as "recordedAt"`;

/** Orders under which an organisation may not bid. The Rules know no general debarment: each has an authority and a basis. */
export class Debarments {
  constructor(
    private readonly pool: Pool,
    private readonly authority?: StandingCheck,
  ) {}

  /**
   * Those in force on a day (`YYYY-MM-DD`), of these organisations or of all. The first day counts, the last named day
   * does not: on it the organisation may bid again.
   */
  async debarmentsOn(date: string, organisationIds?: readonly string[]): Promise<readonly Debarment[]> {
    return await sqlOf(this.pool).query<Debarment>(
      `select ${COLUMNS} from debarment_current
       where from_on <= $1 and (until_on is null or until_on > $1) and ($2::text[] is null or organisation_id = any($2))
       order by organisation_id, from_on, id`,
      [date, organisationIds ?? null],
    );
  }

  async recordDebarment(actor: Actor, content: DebarmentContent): Promise<Debarment> {
    return await inTransaction(this.pool, async (sql) => {
      await requireStanding(sql, this.authority, actor);
      return await insert(sql, actor, content, null, 1);
    });
  }

  /**
   * A later order on the same debarment: it shortens or lengthens it; `untilOn` equal to `fromOn` quashes it.
   *
   * @throws Problem not-found, precondition-failed when another order came in between.
   */
  async reviseDebarment(
    actor: Actor,
    id: string,
    basedOn: number,
    change: Pick<DebarmentContent, 'basis' | 'issuedBy' | 'untilOn'>,
  ): Promise<Debarment> {
    return await inTransaction(this.pool, async (sql) => {
      await requireStanding(sql, this.authority, actor);
      await lockEntry(sql, 'debarment', id);
      const [current] = await sql.query<Debarment>(`select ${COLUMNS} from debarment_current where id = $1`, [id]);
      if (current === undefined) throw new Problem('not-found', { detail: 'There is no such debarment' });
      if (current.version !== basedOn) {
        throw new Problem('precondition-failed', { detail: `Version ${current.version} is current by now` });
      }
      const { organisationId, fromOn } = current;
      return await insert(sql, actor, { organisationId, fromOn, ...change }, id, current.version + 1);
    });
  }
}

async function insert(
  sql: Sql,
  actor: Actor,
  { organisationId, basis, issuedBy, fromOn, untilOn }: DebarmentContent,
  id: string | null,
  version: number,
): Promise<Debarment> {
  return getOnlyRow(
    await sql.query<Debarment>(
      `insert into debarment (id, version, organisation_id, basis, issued_by, from_on, until_on, recorded_by)
       values (coalesce($1, gen_random_uuid()::text), $2, $3, $4, $5, $6, $7, $8) returning ${COLUMNS}`,
      [id, version, organisationId, basis, issuedBy, fromOn, untilOn, actor.personId],
    ),
  );
}
