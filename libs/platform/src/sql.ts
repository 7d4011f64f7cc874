import type { Pool } from 'pg';
import type { Sql } from '#case-kit';

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

/** The one row of an answer. @throws Error when there is none, which is a fault of the statement. */
export function getOnlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('The statement returned no row');
  return row;
}
