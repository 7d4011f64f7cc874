import type { Pool } from 'pg';
import { countDemoAccounts } from '#identity';
import { type Secrets, sqlOf } from '#platform';
import type { OpenDatabase } from './open-database.js';

/**
 * Why this platform may not carry live cases; empty when it may. Read at start: what an operator has put right counts
 * from the next start on.
 */
export async function listLiveObstacles(
  pool: Pool,
  database: Pick<OpenDatabase, 'embedded'>,
  secrets: Secrets,
): Promise<readonly string[]> {
  const obstacles: string[] = [];
  if (database.embedded) obstacles.push('the embedded database, which has neither backup nor upgrade');
  if (secrets.generated) obstacles.push('secrets that this platform made for itself');
  const accounts = await countDemoAccounts(sqlOf(pool));
  if (accounts > 0) obstacles.push(`${accounts} demonstration accounts that can log in`);
  const { rows } = await pool.query<{ super: boolean; owner: boolean }>(
    `select r.rolsuper as super, pg_has_role(r.oid, c.relowner, 'member') as owner
     from pg_roles r, pg_class c where r.rolname = current_user and c.oid = 'transition'::regclass`,
  );
  if (rows[0]?.super === true) obstacles.push("a superuser as the application's database login");
  else if (rows[0]?.owner === true) obstacles.push('a database login of the application that also owns the record');
  return obstacles;
}
