import type { ClientBase, Pool, PoolClient } from 'pg';
import type { Sql } from '#case-kit';
import type { Snapshots } from './verify.js';

/** The statements of one connection, in its transaction if it is in one. */
export function sqlOf(client: Pick<ClientBase, 'query'>): Sql {
  return {
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...params])).rows,
  };
}

/** Runs some work in one transaction, begun as told; all of it is committed, or nothing. */
export async function inTransaction<T>(
  pool: Pool,
  begin: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot even roll back may still be in its transaction: it is not used again.
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Snapshots of a live database: each piece of work sees one state of it, however many commands come meanwhile. */
export function snapshotsOf(pool: Pool): Snapshots {
  return (work) => inTransaction(pool, 'begin isolation level repeatable read', (client) => work(sqlOf(client)));
}
