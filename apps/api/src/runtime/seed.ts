import type { Pool } from 'pg';
import { caseTypeLaw } from '#case-types';
import { seedDemo, type DemoAccount, type Passwords } from '#identity';
import { documentsFolder, registersLaw, seedRegisters, type BlobStore } from '#registers';
import { seedRuleBook } from '#rulebook';

/** Who signs the seed of the rule book on a demonstration platform. */
const SIGNERS = `
select distinct a.person_id from appointment_standing a join person p on p.id = a.person_id
where a.role = 'rule-book-owner' and p.demo order by a.person_id limit 2`;

/**
 * What a demonstration platform begins with: its people, the rule book signed by two of them, and the registers with the
 * published facts. Adds what is missing and leaves everything else as it is.
 */
export async function seedDemonstration(
  pool: Pool,
  passwords: Passwords,
  dataDir: string,
  blobs?: BlobStore,
): Promise<readonly DemoAccount[]> {
  const accounts = await seedDemo(pool, passwords);
  const { rows } = await pool.query<{ person_id: string }>(SIGNERS);
  if (rows.length === 2) {
    await seedRuleBook(pool, {
      signedBy: rows.map(({ person_id: id }) => id),
      parameters: [...caseTypeLaw, ...registersLaw],
    });
  }
  await seedRegisters(pool, documentsFolder({ dataDir }), blobs);
  return accounts;
}
