import type { Actor, Sql } from '#case-kit';
import type { EpochWatch, IdentityChange } from './epoch-watch.js';

/** Roles that nobody is appointed to and nobody can lose. */
const ROLES_OF_NOBODY: ReadonlySet<string> = new Set(['public', 'system']);

/** Who may still act, asked inside the transaction in which the act is written. */
export class IdentityAuthority {
  constructor(private readonly watch: EpochWatch) {}

  /** The epoch as this transaction sees it. An actor read at an older one is to be checked again. */
  async currentEpoch(sql: Sql): Promise<number> {
    const [row] = await sql.query<{ epoch: number }>('select epoch from identity_epoch');
    if (row === undefined) throw new Error('The identity epoch is missing');
    return row.epoch;
  }

  /** Fails the statement itself, because the COMMIT may already be on its way. */
  async assertEpoch(sql: Sql, epoch: number): Promise<void> {
    await sql.query('select 1 / (epoch = $1)::int as as_expected from identity_epoch', [epoch]);
  }

  /**
   * For each actor, in order, whether all that he was read with still stands: session, person, appointment, role,
   * organisation and territory. One query for all.
   */
  async recheck(sql: Sql, actors: readonly Actor[]): Promise<readonly boolean[]> {
    const appointed = actors.filter((actor) => !ROLES_OF_NOBODY.has(actor.role));
    if (appointed.length === 0) return actors.map(() => true);
    const rows = await sql.query<{ stands: boolean }>(
      `select s.id is not null and a.id is not null as stands
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
         as w (person_id, session_id, appointment_id, role, organisation_id, jurisdiction, place)
       left join session s on s.id = w.session_id and s.person_id = w.person_id
         and s.revoked_at is null and s.expires_at > clock_timestamp()
       left join appointment_standing a on a.id = w.appointment_id and a.person_id = w.person_id and a.role = w.role
         and a.organisation_id = w.organisation_id and a.jurisdiction is not distinct from w.jurisdiction
         and a.valid_from <= clock_timestamp() and (a.valid_until is null or a.valid_until > clock_timestamp())
       order by w.place`,
      [
        appointed.map(({ personId }) => personId),
        appointed.map(({ sessionId }) => sessionId),
        appointed.map(({ appointmentId }) => appointmentId),
        appointed.map(({ role }) => role),
        appointed.map(({ organisationId }) => organisationId),
        appointed.map(({ jurisdiction }) => jurisdiction),
      ],
    );
    let next = 0;
    return actors.map((actor) => ROLES_OF_NOBODY.has(actor.role) || rows[next++]?.stands === true);
  }

  /**
   * Calls the listener, within a second and in every process, when somebody's right to act may have changed: a session
   * that ended is named; else the person's appointments changed and `recheck` tells which of his actors still stand.
   * Returns how to end that.
   */
  onRevocation(listener: (changes: readonly IdentityChange[]) => void): () => void {
    return this.watch.onChange(listener);
  }
}
