import type { Pool } from 'pg';
import type { Actor, Role, Sql } from '#case-kit';
import { Problem, inTransaction, sqlOf } from '#platform';
import type { Place } from './place.js';
import type { IdentityAuthority } from './authority.js';
import type { EpochWatch } from './epoch-watch.js';
import { recordSecurityEvent, type SecurityEvent } from './security-events.js';

/** Who commands, and from where. */
export interface By {
  readonly actor: Actor;
  readonly place: Place;
}

/** The frame of every command about people: still entitled, one transaction, in the security log, known at once. */
export class Administration {
  constructor(
    readonly pool: Pool,
    private readonly authority: IdentityAuthority,
    private readonly watch: EpochWatch,
  ) {}

  /**
   * Runs a command in a transaction in which the actor still stands.
   *
   * @throws Problem token-expired when he does not, and whatever the work throws; a rule's refusal is logged.
   */
  async run<T>(by: By, work: (sql: Sql) => Promise<T>): Promise<T> {
    try {
      const result = await inTransaction(this.pool, async (sql) => {
        const [stands] = await this.authority.recheck(sql, [by.actor]);
        if (stands !== true) throw new Problem('token-expired', { detail: 'Your log-in or appointment has ended' });
        return await work(sql);
      });
      await this.watch.catchUp();
      return result;
    } catch (error) {
      if (error instanceof Problem && error.slug === 'rule-refused') {
        const detail = { refusals: error.extensions['refusals'] };
        await this.record(sqlOf(this.pool), by, { kind: 'administration-refused', detail });
      }
      throw error;
    }
  }

  /** Appends to the security log in the name of the actor. */
  async record(
    sql: Sql,
    { actor, place }: By,
    event: Pick<SecurityEvent, 'kind' | 'subject' | 'detail'>,
  ): Promise<void> {
    const { personId, sessionId, appointmentId } = actor;
    const detail = { ...event.detail, actingAs: appointmentId };
    await recordSecurityEvent(sql, { ...event, personId, sessionId, ip: place.ip, detail });
  }
}

/** @throws Problem forbidden, naming the roles that may. */
export function requireRole(actor: Actor, ...roles: readonly Role[]): void {
  if (roles.includes(actor.role)) return;
  throw new Problem('forbidden', {
    detail: `This takes the role ${roles.join(' or ')}; you act as ${actor.role}`,
    extensions: { roles },
  });
}

const UNIQUE_VIOLATION = '23505';

/** Whether the database refused a second row of the same key. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}
