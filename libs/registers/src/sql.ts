import type { Actor, Sql } from '#case-kit';
import { Problem } from '#platform';

/** Who may still act, asked inside the transaction that he writes in. */
export interface StandingCheck {
  recheck(sql: Sql, actors: readonly Actor[]): Promise<readonly boolean[]>;
}

/** @throws Problem token-expired when the actor's log-in or appointment has ended. */
export async function requireStanding(sql: Sql, check: StandingCheck | undefined, actor: Actor): Promise<void> {
  if (check === undefined) return;
  const [stands] = await check.recheck(sql, [actor]);
  if (stands !== true) throw new Problem('token-expired', { detail: 'Your log-in or appointment has ended' });
}

/**
 * Makes the versions of one entry follow each other: whoever comes second waits and then sees what the first wrote.
 * Held until the transaction ends.
 */
export async function lockEntry(sql: Sql, register: string, id: string): Promise<void> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 5))', [`${register} ${id}`]);
}
