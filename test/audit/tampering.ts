import type { PoolClient } from 'pg';
import type { Snapshots } from '#audit';

/** A superuser's connection whose edits are seen by the verification that runs inside them, and then undone. */
export async function tamper<T>(client: PoolClient, edit: () => Promise<unknown>, look: () => Promise<T>): Promise<T> {
  await client.query('begin isolation level repeatable read');
  try {
    await edit();
    return await look();
  } finally {
    await client.query('rollback');
  }
}

/** Snapshots inside the transaction that a client is in already. */
export function snapshotsWithin(client: PoolClient): Snapshots {
  return async (work) => {
    await client.query('savepoint verifying');
    try {
      return await work({
        query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
          (await client.query<Row>(text, [...params])).rows,
      });
    } finally {
      await client.query('rollback to savepoint verifying');
    }
  };
}
