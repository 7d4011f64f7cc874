import type { Pool } from 'pg';
import { inTransaction } from '#platform';
import { refuse } from './access-rules.js';
import { drawId } from './ids.js';
import { insertOrganisation } from './organisations.js';
import type { Passwords } from './passwords.js';
import { insertCredential, insertPerson, lockAdministrators, type InitialPassword, type NewPerson } from './people.js';
import { recordSecurityEvent } from './security-events.js';

const PLATFORM = 'Platform';

/**
 * The first administrator of an empty installation, from whom all other people come. For the command line, whose
 * user holds the database anyway.
 *
 * @throws Problem rule-refused when there is an administrator already.
 */
export async function createFirstAdministrator(
  pool: Pool,
  passwords: Passwords,
  { name, email }: NewPerson,
): Promise<InitialPassword> {
  const initialPassword = drawId();
  const hash = await passwords.hash(initialPassword);
  return await inTransaction(pool, async (sql) => {
    await lockAdministrators(sql);
    const known = await sql.query(`select 1 from appointment_standing where role = 'administrator' limit 1`);
    if (known.length > 0) {
      throw refuse('nobody-appoints-himself', {
        datum: 'administrators',
        found: 'an administrator',
        required: 'none',
        cure: { who: 'the administrator', how: 'appoint the other one' },
      });
    }
    const [platform] = await sql.query<{ id: string }>(
      `select id from organisation where kind = 'platform' order by created_at limit 1`,
    );
    const organisationId = platform?.id ?? drawId();
    if (platform === undefined) {
      await insertOrganisation(sql, { id: organisationId, kind: 'platform', name: PLATFORM, jurisdiction: null });
    }
    const id = drawId();
    await insertPerson(sql, { id, name, email: email.trim().toLowerCase(), demo: false });
    await insertCredential(sql, { personId: id, hash, mustChange: true });
    await sql.query(
      `insert into appointment (id, person_id, organisation_id, role, valid_from)
       values ($1, $2, $3, 'administrator', date_trunc('day', now()))`,
      [drawId(), id, organisationId],
    );
    await recordSecurityEvent(sql, { kind: 'person-created', subject: id, detail: { role: 'administrator' } });
    return { id, initialPassword };
  });
}
