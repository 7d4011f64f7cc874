import type { Pool } from 'pg';
import { countDemoAccounts } from '#identity';
import type { Secrets } from '#platform';
import type { OpenDatabase } from './open-database.js';

/**
 * Why this platform may not carry live cases; empty when it may. Read at start: what an operator has put right counts
 * from the next start on.
 */
export async function listLiveObstacles(
  pool: Pool,
  database: Pick<OpenDatabase, 'embedded' | 'singleLogin'>,
  secrets: Secrets,
): Promise<readonly string[]> {
  const obstacles: string[] = [];
  if (database.embedded) obstacles.push('the embedded database, which has neither backup nor upgrade');
  if (database.singleLogin) obstacles.push('one database login for the owner of the schema and the application');
  if (secrets.generated) obstacles.push('secrets that this platform made for itself');
  const accounts = await countDemoAccounts({
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...params])).rows,
  });
  if (accounts > 0) obstacles.push(`${accounts} demonstration accounts that can log in`);
  const { rows } = await pool.query<{ super: boolean }>(
    'select rolsuper as super from pg_roles where rolname = current_user',
  );
  if (rows[0]?.super === true) obstacles.push("a superuser as the application's database login");
  return obstacles;
}
