import type { ClientBase, Pool } from 'pg';
import type { Sql } from '#case-kit';
import type { Snapshots } from './verify.js';

/** The statements of one connection, in its transaction if it is in one. */
export function sqlOf(client: Pick<ClientBase, 'query'>): Sql {
  return {
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...params])).rows,
  };
}

/**
 * Snapshots of a live database: each piece of work sees one state of it, however many commands are committed
 * meanwhile, and leaves nothing behind.
 */
export function snapshotsOf(pool: Pool): Snapshots {
  return async (work) => {
    const client = await pool.connect();
    let broken = true;
    try {
      await client.query('begin isolation level repeatable read');
      const result = await work(sqlOf(client));
      await client.query('rollback');
      broken = false;
      return result;
    } finally {
      // A connection on which something went wrong may still be in its transaction: it is not used again.
      client.release(broken);
    }
  };
}
