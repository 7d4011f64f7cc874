import type { Pool } from 'pg';
import type { Actor } from '#case-kit';
import { Problem, type Clock, sqlOf } from '#platform';
import { chooseActor, type HeldAppointment, type Principal } from './acting.js';
import type { EpochWatch, IdentityChange } from './epoch-watch.js';
import type { AccessClaims } from './tokens.js';

interface PrincipalRow {
  epoch: number;
  name: string;
  expires_at: Date;
  must_change: boolean;
  appointments: HeldAppointment[];
}

/** Sessions remembered by one process; those read first are forgotten first. */
const REMEMBERED = 20_000;

/**
 * Who is calling, from the claims of a verified token. Remembered per session until the epoch says that something
 * about that person changed; expiry is looked at every time.
 */
export class Principals {
  private readonly remembered = new Map<string, Principal>();

  constructor(
    private readonly pool: Pool,
    private readonly watch: EpochWatch,
    private readonly clock: Clock,
  ) {
    watch.onChange((changes) => this.forget(changes));
  }

  /** @throws Problem token-expired when the session ended, or its person was disabled. */
  async resolve(claims: Pick<AccessClaims, 'sub' | 'sid'>): Promise<Principal> {
    const known = this.watch.isFresh() ? this.remembered.get(claims.sid) : undefined;
    const principal = known ?? (await this.load(claims));
    if (principal.personId !== claims.sub || principal.sessionExpiresAt <= this.clock.now()) throw sessionEnded();
    // All changes up to the watch's epoch are known, and none concerned this person.
    if (known !== undefined) return known.epoch < this.watch.epoch ? { ...known, epoch: this.watch.epoch } : known;
    return principal;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.clock.now();
  }

  /** See `chooseActor`; as of now. */
  chooseActor(principal: Principal, wanted?: string): Actor {
    return chooseActor(principal, wanted, this.clock.now());
  }

  private async load({ sub, sid }: Pick<AccessClaims, 'sub' | 'sid'>): Promise<Principal> {
    // One statement, so that epoch and rows are of one snapshot.
    const [row] = await sqlOf(this.pool).query<PrincipalRow>(
      `select (select epoch from identity_epoch) as epoch, p.name, s.expires_at,
         coalesce(c.must_change, false) and s.method = 'password' as must_change,
         coalesce((
           select jsonb_agg(jsonb_build_object(
             'id', a.id, 'role', a.role, 'jurisdiction', a.jurisdiction, 'delegated', a.delegated_by is not null,
             'organisation', jsonb_build_object('id', o.id, 'name', o.name, 'kind', o.kind),
             'from', floor(extract(epoch from a.valid_from) * 1000),
             'until', floor(extract(epoch from a.valid_until) * 1000)) order by o.name, a.role, a.id)
           from appointment_standing a join organisation o on o.id = a.organisation_id
           where a.person_id = p.id and (a.valid_until is null or a.valid_until > now())), '[]') as appointments
       from session s join person p on p.id = s.person_id left join credential c on c.person_id = p.id
       where s.id = $1 and s.person_id = $2 and s.revoked_at is null and s.expires_at > now() and p.disabled_at is null`,
      [sid, sub],
    );
    if (row === undefined) throw sessionEnded();
    const principal: Principal = {
      personId: sub,
      sessionId: sid,
      name: row.name,
      sessionExpiresAt: row.expires_at.getTime(),
      mustChangePassword: row.must_change,
      appointments: row.appointments,
      epoch: row.epoch,
    };
    this.remember(principal);
    return principal;
  }

  private remember(principal: Principal): void {
    // Read before a change that the watch has seen meanwhile, or while it sees none: it might never be forgotten.
    if (!this.watch.isFresh() || principal.epoch < this.watch.epoch) return;
    this.remembered.delete(principal.sessionId);
    this.remembered.set(principal.sessionId, principal);
    if (this.remembered.size <= REMEMBERED) return;
    const [oldest] = this.remembered.keys();
    if (oldest !== undefined) this.remembered.delete(oldest);
  }

  private forget(changes: readonly IdentityChange[]): void {
    const persons = new Set(changes.map(({ personId }) => personId));
    for (const [sessionId, { personId }] of this.remembered) {
      if (persons.has(personId)) this.remembered.delete(sessionId);
    }
  }
}

function sessionEnded(): Problem {
  return new Problem('token-expired', { detail: 'This log-in has ended; log in again' });
}
