import { createSecretKey, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Actor } from '#case-kit';
import { FixedClock, sqlOf } from '#platform';
import { createIdentity, type Identity } from '../src/identity.module.js';
import { drawId } from '../src/ids.js';
import { Passwords } from '../src/passwords.js';
import { insertCredential, insertPerson } from '../src/people.js';
import type { AppointableRole, OrganisationKind } from '../src/roles.js';

export const PASSWORD = 'correct horse battery';
/** Quick to compute; what the parameters are is tested where it matters. */
export const quickPasswords = (): Passwords => new Passwords({ cost: { memoryCost: 64, timeCost: 1 } });

export interface World {
  readonly pool: pg.Pool;
  readonly identity: Identity;
  readonly clock: FixedClock;
  readonly signingKey: ReturnType<typeof createSecretKey>;
  readonly passwords: Passwords;
  /** Superuser, for what only time or an intruder does. */
  readonly admin: pg.Client;
  /** Another process on the same database. */
  openIdentity(): Identity;
  addOrganisation(kind: OrganisationKind, jurisdiction?: string | null): Promise<string>;
  addPerson(email: string): Promise<string>;
  /** An appointment that began a minute ago. */
  appoint(
    personId: string,
    organisationId: string,
    role: AppointableRole,
    jurisdiction?: string | null,
  ): Promise<string>;
  logIn(email: string, ip?: string): ReturnType<Identity['sessions']['begin']>;
  actorOf(email: string, actingAs?: string): Promise<Actor>;
  close(): Promise<void>;
}

/** The database to be in, empty and migrated. */
export interface WorldDatabase {
  readonly pool: pg.Pool;
  readonly adminUrl: string;
}

/** Nobody yet, in a database that is the caller's and is emptied of people, at an instant in epoch milliseconds. */
export async function openWorld(database: WorldDatabase, now: number): Promise<World> {
  const { pool } = database;
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query('truncate organisation, person, login_attempt, security_event, identity_change cascade');
  const signingKey = createSecretKey(randomBytes(32));
  const passwords = quickPasswords();
  const clock = new FixedClock(now);
  const sql = sqlOf(pool);
  const opened: Identity[] = [];
  const open = (): Identity => {
    const identity = createIdentity({
      pool,
      clock,
      signingKey,
      passwords,
      config: { accessTokenSeconds: 600, refreshTokenDays: 14 },
      pollMs: 50,
    });
    opened.push(identity);
    return identity;
  };
  const identity = open();
  const logIn = (email: string, ip = '192.0.2.1') => identity.sessions.begin(email, PASSWORD, { ip });
  return {
    pool,
    identity,
    clock,
    signingKey,
    passwords,
    admin,
    openIdentity: open,
    addOrganisation: async (kind, jurisdiction = null) => {
      const id = drawId();
      await sql.query('insert into organisation (id, kind, name, jurisdiction) values ($1, $2, $3, $4)', [
        id,
        kind,
        `${kind} ${id}`,
        jurisdiction,
      ]);
      return id;
    },
    addPerson: async (email) => {
      const id = drawId();
      await insertPerson(sql, { id, name: 'Invented Person', email, demo: false });
      await insertCredential(sql, { personId: id, hash: await passwords.hash(PASSWORD), mustChange: false });
      return id;
    },
    appoint: async (personId, organisationId, role, jurisdiction = null) => {
      const id = drawId();
      await sql.query(
        `insert into appointment (id, person_id, organisation_id, role, jurisdiction, valid_from)
         values ($1, $2, $3, $4, $5, now() - interval '1 minute')`,
        [id, personId, organisationId, role, jurisdiction],
      );
      return id;
    },
    logIn,
    actorOf: async (email, actingAs) => {
      const { personId, sessionId } = await logIn(email);
      const principal = await identity.principals.resolve({ sub: personId, sid: sessionId });
      return identity.principals.chooseActor(principal, actingAs);
    },
    close: async () => {
      for (const each of opened) await each.watch.stop();
      await admin.end();
    },
  };
}

/** Waits until something holds, or fails after a second: the time within which a revocation must be known. */
export async function withinASecond(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('It did not come to pass within a second');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
