import type { Pool } from 'pg';
import type { Sql } from '#case-kit';

/** Statements each on their own, on whichever connection is free. */
export function sqlOf(pool: Pool): Sql {
  return {
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...params])).rows,
  };
}
