import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import type { Sql } from '#case-kit';
import { Problem, sqlOf } from '#platform';
import { GateFull } from './gate.js';
import { digestWithKey } from './ids.js';
import {
  ACCOUNT_LIMIT,
  ADDRESS_LIMIT,
  countFailure,
  forgetFailures,
  requireNoWait,
  reserveAttempt,
  returnAttempt,
  tooManyLogIns,
} from './log-in-limit.js';
import type { Passwords } from './passwords.js';
import { findNetwork, type Place } from './place.js';
import { recordSecurityEvent } from './security-events.js';

export interface Authenticated {
  readonly personId: string;
  /** The stored hash that the password was found to match. */
  readonly hash: string;
  /** That hash was made with the cost of another day. */
  readonly outdated: boolean;
}

interface CredentialRow {
  id: string;
  hash: string | null;
  enabled: boolean;
  known_place: boolean;
}

/** Seconds after which a caller may try again when all hashing places are taken. */
const BUSY_RETRY = 5;

/** One answer for everything that is wrong with a log-in. */
export function wrongCredentials(): Problem {
  return new Problem('unauthenticated', { detail: 'The e-mail or the password is wrong' });
}

/** Decides whether somebody is who they say, and how often they may try. */
export class Authenticator {
  constructor(
    private readonly pool: Pool,
    private readonly passwords: Passwords,
    /** Keys the digests under which attempts are counted. */
    private readonly key: KeyObject,
  ) {}

  digestPlace(place: Place): string {
    return digestWithKey(this.key, 'place', findNetwork(place));
  }

  /**
   * Who this is. An unknown e-mail, a wrong password and a disabled person get the same answer after the same work.
   *
   * @throws Problem unauthenticated, or too-many-requests with `retryAfter` in seconds.
   */
  async authenticate(emailTyped: string, password: string, place: Place): Promise<Authenticated> {
    const email = emailTyped.trim().toLowerCase();
    const sql = sqlOf(this.pool);
    const addressSubject = `address:${this.digestPlace(place)}`;
    const found = await this.findCredential(sql, email, place);
    // Failures of others, at the account or at the address, make strangers wait, not its owner where he logged in
    // before: no rival keeps a bidder out of a closing auction by failing on purpose.
    const known = found?.known_place === true;
    if (!known) await requireNoWait(sql, addressSubject);
    const accountSubject = known
      ? `account-at-place:${digestWithKey(this.key, email, findNetwork(place))}`
      : `account:${digestWithKey(this.key, email)}`;
    const reserved = await reserveAttempt(sql, accountSubject, ACCOUNT_LIMIT);

    if (await this.verify(sql, found?.hash ?? undefined, password, accountSubject)) {
      if (found !== undefined && found.enabled && found.hash !== null) {
        await forgetFailures(sql, accountSubject);
        return {
          personId: found.id,
          hash: found.hash,
          outdated: this.passwords.isOutdated(found.hash),
        };
      }
    }

    const counted = await countFailure(sql, addressSubject, ADDRESS_LIMIT);
    await recordSecurityEvent(sql, {
      kind: reserved.blocked || counted.blocked ? 'log-in-blocked' : 'log-in-failed',
      ip: place.ip,
      ...(found !== undefined && { subject: found.id }),
      detail: { accountFailures: reserved.failures, addressFailures: counted.failures },
    });
    throw wrongCredentials();
  }

  /** @throws Problem too-many-requests when too many wait for a hash already. */
  async hash(password: string): Promise<string> {
    try {
      return await this.passwords.hash(password);
    } catch (error) {
      if (error instanceof GateFull) throw tooManyLogIns(BUSY_RETRY);
      throw error;
    }
  }

  private async verify(sql: Sql, hash: string | undefined, password: string, subject: string): Promise<boolean> {
    try {
      return await this.passwords.verify(hash, password);
    } catch (error) {
      await returnAttempt(sql, subject);
      if (error instanceof GateFull) throw tooManyLogIns(BUSY_RETRY);
      throw error;
    }
  }

  private async findCredential(sql: Sql, email: string, place: Place): Promise<CredentialRow | undefined> {
    const [row] = await sql.query<CredentialRow>(
      `select p.id, c.hash, p.disabled_at is null as enabled,
              exists (select 1 from session s where s.person_id = p.id and s.place_mac = $2
                      and s.created_at > now() - interval '30 days') as known_place
       from person p left join credential c on c.person_id = p.id where p.email = $1`,
      [email, this.digestPlace(place)],
    );
    return row;
  }
}
