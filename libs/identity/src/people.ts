import type { Sql } from '#case-kit';
import { Problem, sqlOf } from '#platform';
import { refuse } from './access-rules.js';
import { isDuplicate, requireRole, type Administration, type By } from './administration.js';
import type { Authenticator } from './authenticator.js';
import { drawId } from './ids.js';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly demo: boolean;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

export interface NewPerson {
  readonly name: string;
  readonly email: string;
}

/** A password that two people know until its owner changes it; shown once and stored nowhere. */
export interface InitialPassword {
  readonly id: string;
  readonly initialPassword: string;
}

export interface PersonFilter {
  /** Part of the name or the e-mail. */
  readonly search?: string;
  /** The last id of the page before. */
  readonly after?: string;
  readonly limit: number;
}

const COLUMNS = 'id, name, email, demo, created_at as "createdAt", disabled_at as "disabledAt"';

/** People who can log in. Administrators manage them and see no case. */
export class People {
  constructor(
    private readonly administration: Administration,
    private readonly authenticator: Authenticator,
  ) {}

  /** A person without any role yet. @throws Problem rule-refused when the e-mail belongs to somebody. */
  async create(by: By, wanted: NewPerson): Promise<InitialPassword> {
    requireRole(by.actor, 'administrator');
    const initialPassword = drawId();
    const hash = await this.authenticator.hash(initialPassword);
    const id = drawId();
    await this.administration.run(by, async (sql) => {
      await insertPerson(sql, { id, name: wanted.name, email: wanted.email.trim().toLowerCase(), demo: false });
      await insertCredential(sql, { personId: id, hash, mustChange: true });
      await this.administration.record(sql, by, { kind: 'person-created', subject: id });
    });
    return { id, initialPassword };
  }

  async list(by: By, { search, after, limit }: PersonFilter): Promise<readonly Person[]> {
    requireRole(by.actor, 'administrator');
    return await sqlOf(this.administration.pool).query<Person>(
      `select ${COLUMNS} from person
       where ($1::text is null or position(lower($1) in lower(name) || ' ' || email) > 0)
         and ($2::text is null or id > $2)
       order by id limit $3`,
      [search ?? null, after ?? null, limit],
    );
  }

  /** @throws Problem not-found. */
  async get(by: By, id: string): Promise<Person> {
    requireRole(by.actor, 'administrator');
    const [person] = await sqlOf(this.administration.pool).query<Person>(
      `select ${COLUMNS} from person where id = $1`,
      [id],
    );
    if (person === undefined) throw noSuchPerson();
    return person;
  }

  /** Ends every log-in of a person, and all that was delegated by him, at once. */
  async disable(by: By, id: string, reason: string): Promise<void> {
    requireRole(by.actor, 'administrator');
    await this.administration.run(by, async (sql) => {
      await lockAdministrators(sql);
      const [person] = await sql.query<{ disabled: boolean }>(
        'select disabled_at is not null as disabled from person where id = $1 for update',
        [id],
      );
      if (person === undefined) throw noSuchPerson();
      if (person.disabled) return;
      await sql.query('update person set disabled_at = now() where id = $1', [id]);
      await endAllSessions(sql, id);
      await requireAdministratorRemains(sql);
      await this.administration.record(sql, by, { kind: 'person-disabled', subject: id, detail: { reason } });
    });
  }

  /** Lets a person log in again; his appointments that were not revoked meanwhile count again. */
  async enable(by: By, id: string, reason: string): Promise<void> {
    requireRole(by.actor, 'administrator');
    await this.administration.run(by, async (sql) => {
      const [person] = await sql.query<{ disabled: boolean }>(
        'select disabled_at is not null as disabled from person where id = $1 for update',
        [id],
      );
      if (person === undefined) throw noSuchPerson();
      if (!person.disabled) return;
      await sql.query('update person set disabled_at = null where id = $1', [id]);
      await this.administration.record(sql, by, { kind: 'person-enabled', subject: id, detail: { reason } });
    });
  }

  /**
   * A new initial password for who forgot his. All his log-ins end, so that he notices; the password opens nothing
   * before he has changed it.
   */
  async resetPassword(by: By, id: string, reason: string): Promise<InitialPassword> {
    requireRole(by.actor, 'administrator');
    const initialPassword = drawId();
    const hash = await this.authenticator.hash(initialPassword);
    await this.administration.run(by, async (sql) => {
      const known = await sql.query('select 1 from person where id = $1 for update', [id]);
      if (known.length === 0) throw noSuchPerson();
      await insertCredential(sql, { personId: id, hash, mustChange: true });
      await endAllSessions(sql, id);
      await this.administration.record(sql, by, { kind: 'password-reset', subject: id, detail: { reason } });
    });
    return { id, initialPassword };
  }

  /**
   * Lets go of the person's accounts at identity providers, and ends all his log-ins; the next log-in there with his
   * verified e-mail address links again.
   */
  async unlink(by: By, id: string, reason: string): Promise<void> {
    requireRole(by.actor, 'administrator');
    await this.administration.run(by, async (sql) => {
      const known = await sql.query('select 1 from person where id = $1 for update', [id]);
      if (known.length === 0) throw noSuchPerson();
      const unlinked = await sql.query('delete from identity_link where person_id = $1 returning issuer', [id]);
      if (unlinked.length === 0) return;
      await endAllSessions(sql, id);
      await this.administration.record(sql, by, { kind: 'identity-unlinked', subject: id, detail: { reason } });
    });
  }
}

export function noSuchPerson(): Problem {
  return new Problem('not-found', { detail: 'There is no such person' });
}

/** @throws Problem rule-refused when the e-mail belongs to somebody. */
export async function insertPerson(
  sql: Sql,
  { id, name, email, demo }: Pick<Person, 'id' | 'name' | 'email' | 'demo'>,
): Promise<void> {
  try {
    await sql.query('insert into person (id, name, email, demo) values ($1, $2, $3, $4)', [id, name, email, demo]);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw refuse('email-is-unique', {
      datum: 'email',
      found: 'the address of somebody else',
      required: 'an e-mail address that nobody else has',
      cure: { who: 'you', how: 'appoint the person who exists, or give another address' },
    });
  }
}

/** Sets the password of a person, whether or not there was one. */
export async function insertCredential(
  sql: Sql,
  { personId, hash, mustChange }: { personId: string; hash: string; mustChange: boolean },
): Promise<void> {
  await sql.query(
    `insert into credential (person_id, hash, must_change) values ($1, $2, $3)
     on conflict (person_id) do update set hash = $2, must_change = $3, changed_at = now()`,
    [personId, hash, mustChange],
  );
}

async function endAllSessions(sql: Sql, personId: string): Promise<void> {
  await sql.query('update session set revoked_at = now() where person_id = $1 and revoked_at is null', [personId]);
}

/** Two administrators who end each other at the same moment must not both succeed. Before any other lock. */
export async function lockAdministrators(sql: Sql): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('adit.administrators', 0))`);
}

/** @throws Problem rule-refused when after this change nobody could administer any more. */
export async function requireAdministratorRemains(sql: Sql): Promise<void> {
  const remaining = await sql.query(
    `select 1 from appointment_standing
     where role = 'administrator' and valid_from <= now() and (valid_until is null or valid_until > now()) limit 1`,
  );
  if (remaining.length > 0) return;
  throw refuse('administrator-remains', {
    datum: 'administrators',
    found: 0,
    required: 1,
    cure: { who: 'an administrator', how: 'appoint another administrator first' },
  });
}
