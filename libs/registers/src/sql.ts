import type { Pool } from 'pg';
import type { Actor, Sql } from '#case-kit';
import { Problem } from '#platform';

/** Who may still act, asked inside the transaction that he writes in. */
export interface StandingCheck {
  recheck(sql: Sql, actors: readonly Actor[]): Promise<readonly boolean[]>;
}

/** Statements each on their own, on whichever connection is free. */
export function sqlOf(pool: Pool): Sql {
  return {
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...params])).rows,
  };
}

/** Runs the work in one transaction: committed when it returns, rolled back when it throws. */
export async function inTransaction<T>(pool: Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work({
      query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
        (await client.query<Row>(text, [...params])).rows,
    });
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    // A connection that cannot even roll back must not go back to the pool with an open transaction.
    client.release(broken);
  }
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

/** The one row of an answer. @throws Error when there is none, which is a fault of the statement. */
export function getOnlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('the statement returned no row');
  return row;
}
