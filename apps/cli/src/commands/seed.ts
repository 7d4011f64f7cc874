import type { Pool } from 'pg';
import { caseTypeLaw } from '#case-types';
import { DEMO_PASSWORD, seedDemo } from '#identity';
import { seedRuleBook } from '#rulebook';
import type { CliCommand } from '../arguments.js';
import { withDatabase } from '../open-database.js';

/** Two people of the demonstration who own the rule book sign its seed. */
const SIGNERS = `
select distinct a.person_id from appointment_standing a join person p on p.id = a.person_id
where a.role = 'rule-book-owner' and p.demo order by a.person_id limit 2`;

export const seedCommand: CliCommand = {
  name: 'seed',
  usage: '',
  summary: 'Puts the people of the demonstration and the published rule book into the database, what of it is missing.',
  options: {},
  run: async (_values, { config, complain }) => {
    const seeded = await withDatabase(config, { login: 'app', create: true, report: complain }, seed);
    const width = Math.max(...seeded.accounts.map(({ email }) => email.length));
    const text = [
      `The rule book is published: law ${seeded.law}, ${seeded.parameters} parameters.`,
      `Log-ins, all with the password ${DEMO_PASSWORD}:`,
      ...seeded.accounts.map(({ email, role, organisation }) => `  ${email.padEnd(width)}  ${role}, ${organisation}`),
    ].join('\n');
    return { ok: true, text, data: seeded };
  },
};

async function seed(pool: Pool) {
  const accounts = await seedDemo(pool);
  const { rows } = await pool.query<{ person_id: string }>(SIGNERS);
  const law = await seedRuleBook(pool, { signedBy: rows.map((row) => row.person_id), parameters: caseTypeLaw });
  return { accounts, law: law.hash, parameters: new Set(law.parameters.map(({ name }) => name)).size };
}
