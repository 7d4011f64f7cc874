import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import type { Sql } from '#case-kit';
import { getOnlyRow, inTransaction, sqlOf } from '#platform';
import { drawId } from './ids.js';
import { insertOrganisation } from './organisations.js';
import { Passwords } from './passwords.js';
import { insertCredential, insertPerson } from './people.js';
import type { AppointableRole, OrganisationKind } from './roles.js';

/** The password of every demonstration account. It is no secret: live cases are refused while such accounts exist. */
export const DEMO_PASSWORD = 'adit-demo-password';

export interface DemoAccount {
  readonly email: string;
  readonly role: AppointableRole;
  /** Name of the organisation. */
  readonly organisation: string;
}

interface DemoRole {
  readonly role: AppointableRole;
  readonly organisation: string;
  /** E-mail of the person who delegates it. */
  readonly delegatedBy?: string;
  /** How long a delegation lasts. */
  readonly days?: number;
}

interface DemoPeople {
  readonly organisations: readonly {
    readonly key: string;
    readonly kind: OrganisationKind;
    readonly name: string;
    readonly jurisdiction: string | null;
  }[];
  readonly people: readonly { readonly email: string; readonly name: string; readonly roles: readonly DemoRole[] }[];
}

/**
 * Puts the demonstration's people into the database, those that are missing: what an administrator has changed since
 * stays as it is. Safe when two processes do it at once. Returns who there is, for the start-up print-out.
 */
export async function seedDemo(pool: Pool, passwords: Passwords = new Passwords()): Promise<readonly DemoAccount[]> {
  const demo = readDemoPeople();
  const missing = await listMissing(sqlOf(pool), demo);
  // Hashing takes longer than all else, and must not be done while rows are locked.
  const hashes = new Map<string, string>();
  for (const email of missing) hashes.set(email, await passwords.hash(DEMO_PASSWORD));
  if (missing.length > 0) await inTransaction(pool, (sql) => insertMissing(sql, demo, hashes));

  const names = new Map(demo.organisations.map(({ key, name }) => [key, name]));
  return demo.people.flatMap(({ email, roles }) =>
    roles.map(({ role, organisation }) => ({ email, role, organisation: names.get(organisation) ?? organisation })),
  );
}

/**
 * How many demonstration accounts can log in. Live cases are refused unless it is none. Whoever has an address that
 * cannot receive mail (RFC 2606) is one as well: stories, replays and loads make such people, with a password that is
 * no secret.
 */
export async function countDemoAccounts(sql: Sql): Promise<number> {
  return getOnlyRow(
    await sql.query<{ count: number }>(
      `select count(*)::int as count from person where (demo or email like '%.example') and disabled_at is null`,
    ),
  ).count;
}

async function listMissing(sql: Sql, { people }: DemoPeople): Promise<readonly string[]> {
  const rows = await sql.query<{ email: string }>('select email from person where email = any($1)', [
    people.map(({ email }) => email),
  ]);
  const known = new Set(rows.map(({ email }) => email));
  return people.map(({ email }) => email).filter((email) => !known.has(email));
}

async function insertMissing(sql: Sql, demo: DemoPeople, hashes: ReadonlyMap<string, string>): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('adit.seed-demo', 0))`);
  const organisations = await findOrInsertOrganisations(sql, demo);
  for (const email of await listMissing(sql, demo)) {
    const person = demo.people.find((each) => each.email === email);
    const hash = hashes.get(email);
    if (person === undefined || hash === undefined) continue;
    const personId = drawId();
    await insertPerson(sql, { id: personId, name: person.name, email, demo: true });
    await insertCredential(sql, { personId, hash, mustChange: false });
    for (const role of person.roles) {
      const organisation = organisations.get(role.organisation);
      if (organisation === undefined) throw new Error(`The demo data names no organisation ${role.organisation}`);
      await insertRole(sql, personId, role, organisation);
    }
  }
}

async function findOrInsertOrganisations(sql: Sql, demo: DemoPeople) {
  const found = new Map<string, { id: string; jurisdiction: string | null }>();
  for (const { key, kind, name, jurisdiction } of demo.organisations) {
    const [known] = await sql.query<{ id: string; jurisdiction: string | null }>(
      'select id, jurisdiction from organisation where kind = $1 and name = $2',
      [kind, name],
    );
    const id = known?.id ?? drawId();
    if (known === undefined) await insertOrganisation(sql, { id, kind, name, jurisdiction });
    found.set(key, { id, jurisdiction: known?.jurisdiction ?? jurisdiction });
  }
  return found;
}

/** Begins with the day, so that it counts by every clock. A delegation whose source is gone is left out. */
async function insertRole(
  sql: Sql,
  personId: string,
  { role, delegatedBy, days = 365 }: DemoRole,
  organisation: { id: string; jurisdiction: string | null },
): Promise<void> {
  if (delegatedBy === undefined) {
    await sql.query(
      `insert into appointment (id, person_id, organisation_id, role, jurisdiction, valid_from)
       values ($1, $2, $3, $4, $5, date_trunc('day', now()))`,
      [drawId(), personId, organisation.id, role, organisation.jurisdiction],
    );
    return;
  }
  await sql.query(
    `insert into appointment (id, person_id, organisation_id, role, jurisdiction, valid_from, valid_until,
       delegated_by)
     select $1, $2, $3, $4, $5, date_trunc('day', now()), now() + make_interval(days => $6), source.id
     from appointment source join person p on p.id = source.person_id
     where p.email = $7 and source.organisation_id = $3 and source.role = $4 and source.revoked_at is null
       and source.delegated_by is null limit 1`,
    [drawId(), personId, organisation.id, role, organisation.jurisdiction, days, delegatedBy],
  );
}

function readDemoPeople(): DemoPeople {
  return JSON.parse(readFileSync(findDataFile('demo-people.json'), 'utf8')) as DemoPeople;
}

/** Sources and build output lie at different depths below the data directory. */
function findDataFile(name: string): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const path = join(directory, 'data', name);
    if (existsSync(path)) return path;
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`data/${name} is missing`);
    directory = parent;
  }
}
