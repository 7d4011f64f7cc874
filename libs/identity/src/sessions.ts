import type { Pool } from 'pg';
import type { Sql } from '#case-kit';
import { Problem, getOnlyRow, inTransaction, sqlOf } from '#platform';
import { refuse } from './access-rules.js';
import { wrongCredentials, type Authenticator } from './authenticator.js';
import type { Place } from './place.js';
import { drawId, drawSecret, hashSecret } from './ids.js';
import { pruneAttempts } from './log-in-limit.js';
import { checkPassword } from './passwords.js';
import { recordSecurityEvent } from './security-events.js';
import type { AccessToken, AccessTokens } from './tokens.js';

export interface SessionTokens extends AccessToken {
  readonly refreshToken: string;
  readonly personId: string;
  readonly sessionId: string;
}

/** Which person in which log-in. */
export interface SessionRef {
  readonly personId: string;
  readonly sessionId: string;
}

/** How a person proved who he is. */
export interface Proof {
  readonly method: 'password' | 'oidc';
  /** Authentication context class and methods, as an identity provider stated them. */
  readonly acr?: string | null;
  readonly amr?: readonly string[] | null;
}

export interface SessionsOptions {
  readonly pool: Pool;
  readonly authenticator: Authenticator;
  readonly accessTokens: AccessTokens;
  /** How long a log-in lasts at most, however often it is refreshed. */
  readonly refreshTokenDays: number;
  /** Called after a session ended, so that this process forgets it at once. */
  readonly onEnded: () => Promise<void>;
}

interface RefreshRow {
  session_id: string;
  person_id: string;
  used_at: Date | null;
  session_expires_at: Date;
  usable: boolean;
}

/** Log-ins: how they begin, go on by refresh tokens, and end. */
export class Sessions {
  constructor(private readonly options: SessionsOptions) {}

  /** @throws Problem unauthenticated, or too-many-requests with `retryAfter` in seconds. */
  async begin(email: string, password: string, place: Place): Promise<SessionTokens> {
    const { pool, authenticator } = this.options;
    const person = await authenticator.authenticate(email, password, place);
    const renewed = person.outdated ? await authenticator.hash(password) : undefined;
    return await inTransaction(pool, async (sql) => {
      await this.lockPerson(sql, person.personId, person.hash, 'share');
      if (renewed !== undefined) {
        await sql.query('update credential set hash = $2 where person_id = $1', [person.personId, renewed]);
      }
      return await this.open(sql, person.personId, place, { method: 'password' });
    });
  }

  /**
   * A new log-in of somebody who has proved who he is, in the transaction that makes sure that he may. For
   * `begin` and for other ways to prove it; nothing is asked here.
   */
  async open(sql: Sql, personId: string, place: Place, proof: Proof): Promise<SessionTokens> {
    const { authenticator, refreshTokenDays } = this.options;
    const { method, acr = null, amr = null } = proof;
    const { id: sessionId, expires_at: expiresAt } = getOnlyRow(
      await sql.query<{ id: string; expires_at: Date }>(
        `insert into session (id, person_id, place_mac, expires_at, method, acr, amr)
         values ($1, $2, $3, now() + make_interval(days => $4), $5, $6, $7) returning id, expires_at`,
        [drawId(), personId, authenticator.digestPlace(place), refreshTokenDays, method, acr, amr],
      ),
    );
    const detail = method === 'password' ? {} : { method, acr, amr };
    await recordSecurityEvent(sql, { kind: 'log-in', personId, sessionId, ip: place.ip, detail });
    return await this.issueTokens(sql, { personId, sessionId }, expiresAt);
  }

  /**
   * New tokens for an old refresh token, which serves once. A second use means that somebody else has it: the whole
   * log-in ends.
   *
   * @throws Problem unauthenticated.
   */
  async refresh(refreshToken: string, place: Place): Promise<SessionTokens> {
    const hash = hashSecret(refreshToken);
    const tokens = await inTransaction(this.options.pool, async (sql) => {
      const [row] = await sql.query<RefreshRow>(
        `select r.session_id, s.person_id, r.used_at, s.expires_at as session_expires_at,
                r.expires_at > now() and s.expires_at > now() and s.revoked_at is null and p.disabled_at is null as usable
         from refresh_token r join session s on s.id = r.session_id join person p on p.id = s.person_id
         where r.hash = $1 for update of r`,
        [hash],
      );
      if (row === undefined) return undefined;
      const ref: SessionRef = { personId: row.person_id, sessionId: row.session_id };
      if (row.used_at !== null) {
        await this.endSessions(sql, ref.personId, [ref.sessionId]);
        await recordSecurityEvent(sql, {
          kind: 'refresh-token-reused',
          personId: ref.personId,
          sessionId: ref.sessionId,
          ip: place.ip,
        });
        return 'reused';
      }
      if (!row.usable) return undefined;
      await sql.query('update refresh_token set used_at = now() where hash = $1', [hash]);
      return await this.issueTokens(sql, ref, row.session_expires_at);
    });
    if (tokens === 'reused') await this.options.onEnded();
    if (tokens === undefined || tokens === 'reused') {
      throw new Problem('unauthenticated', { detail: 'The refresh token is not valid; log in again' });
    }
    return tokens;
  }

  /** Ends this log-in; its tokens serve no more. */
  async end(ref: SessionRef, place: Place): Promise<void> {
    await inTransaction(this.options.pool, async (sql) => {
      await this.endSessions(sql, ref.personId, [ref.sessionId]);
      await recordSecurityEvent(sql, { kind: 'log-out', ...ref, ip: place.ip });
    });
    await this.options.onEnded();
  }

  /** Ends every log-in of the person, on all devices. */
  async endAll(ref: SessionRef, place: Place): Promise<void> {
    await inTransaction(this.options.pool, async (sql) => {
      const ended = await this.endSessions(sql, ref.personId);
      await recordSecurityEvent(sql, { kind: 'log-out-everywhere', ...ref, ip: place.ip, detail: { ended } });
    });
    await this.options.onEnded();
  }

  /**
   * A new password for whoever knows the old one. Every other log-in of the person ends: whoever learned the old
   * password may have used it.
   *
   * @throws Problem unauthenticated when the old one is wrong, rule-refused when the new one is too weak.
   */
  async changePassword(ref: SessionRef, current: string, wanted: string, place: Place): Promise<void> {
    const { pool, authenticator } = this.options;
    const person = getOnlyRow(
      await sqlOf(pool).query<{ email: string; name: string }>('select email, name from person where id = $1', [
        ref.personId,
      ]),
    );
    const finding = checkPassword(wanted, person);
    if (finding !== true) throw refuse('password-is-strong', finding);
    const verified = await authenticator.authenticate(person.email, current, place);
    const hash = await authenticator.hash(wanted);
    await inTransaction(pool, async (sql) => {
      await this.lockPerson(sql, ref.personId, verified.hash, 'update');
      await sql.query('update credential set hash = $2, must_change = false, changed_at = now() where person_id = $1', [
        ref.personId,
        hash,
      ]);
      await this.endSessions(sql, ref.personId, undefined, ref.sessionId);
      await recordSecurityEvent(sql, { kind: 'password-changed', ...ref, ip: place.ip });
    });
    await this.options.onEnded();
  }

  /** Removes refresh tokens and counts that no longer matter. For the worker, once an hour. */
  async prune(): Promise<void> {
    const sql = sqlOf(this.options.pool);
    await sql.query('delete from refresh_token where expires_at < now()');
    await sql.query(`delete from oidc_log_in where begun_at < clock_timestamp() - interval '1 day'`);
    await pruneAttempts(sql);
  }

  private async issueTokens(sql: Sql, ref: SessionRef, expiresAt: Date): Promise<SessionTokens> {
    const refreshToken = drawSecret();
    await sql.query('insert into refresh_token (hash, session_id, expires_at) values ($1, $2, $3)', [
      hashSecret(refreshToken),
      ref.sessionId,
      expiresAt,
    ]);
    const access = this.options.accessTokens.sign(ref.personId, ref.sessionId, expiresAt.getTime());
    return { ...access, refreshToken, ...ref };
  }

  /** Ends those of the person's sessions that are named, or all; returns how many. */
  private async endSessions(sql: Sql, personId: string, only?: readonly string[], except?: string): Promise<number> {
    const ended = await sql.query(
      `update session set revoked_at = now()
       where person_id = $1 and revoked_at is null and ($2::text[] is null or id = any($2)) and id is distinct from $3
       returning id`,
      [personId, only ?? null, except ?? null],
    );
    return ended.length;
  }

  /**
   * Keeps person and password as they were verified until the commit: nobody slips in between that check and the end
   * of all sessions by whoever disables the person or resets the password.
   */
  private async lockPerson(sql: Sql, personId: string, hash: string, strength: 'share' | 'update'): Promise<void> {
    const locked = await sql.query(
      `select 1 from person where id = $1 and disabled_at is null for ${strength === 'share' ? 'share' : 'update'}`,
      [personId],
    );
    const same = await sql.query('select 1 from credential where person_id = $1 and hash = $2', [personId, hash]);
    if (locked.length === 0 || same.length === 0) throw wrongCredentials();
  }
}
