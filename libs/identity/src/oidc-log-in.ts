import type { Pool } from 'pg';
import type { Sql } from '#case-kit';
import { Problem, getOnlyRow, inTransaction, sqlOf } from '#platform';
import { refuse } from './access-rules.js';
import { isDuplicate } from './administration.js';
import type { Authenticator } from './authenticator.js';
import { notProved, type IdentityProvider, type ProviderAccount } from './identity-provider.js';
import { drawSecret, hashSecret } from './ids.js';
import { ADDRESS_LIMIT, countFailure, requireNoWait } from './log-in-limit.js';
import type { Place } from './place.js';
import { recordSecurityEvent } from './security-events.js';
import type { Sessions, SessionTokens } from './sessions.js';

/** Minutes within which somebody sent to the provider must be back. */
const LASTS_MINUTES = 10;
/** Log-ins begun from one address within that time, finished or not. */
const MOST_BEGUN = 60;

export interface OidcLogInOptions {
  readonly pool: Pool;
  readonly authenticator: Authenticator;
  readonly sessions: Sessions;
  /** Undefined where none is configured. */
  readonly provider: IdentityProvider | undefined;
}

/** What a browser is sent away with. */
export interface SentAway {
  readonly url: string;
  /** For a cookie; proves on the way back that it is the same browser. */
  readonly browserSecret: string;
  readonly isEncrypted: boolean;
}

/**
 * Log-in through an identity provider. The provider proves who somebody is and no more: it makes no person and gives
 * no role. An account is linked at its first log-in to the person whom an administrator entered under the e-mail
 * address that the provider has verified; from then on the account's subject counts, whatever its address becomes.
 */
export class OidcLogIn {
  constructor(private readonly options: OidcLogInOptions) {}

  /** @throws Problem not-found when no provider is configured, too-many-requests, unavailable. */
  async begin(place: Place): Promise<SentAway> {
    const provider = this.requireProvider();
    const sql = sqlOf(this.options.pool);
    const placeMac = this.options.authenticator.digestPlace(place);
    await requireNoWait(sql, `address:${placeMac}`);
    await requireRoom(sql, placeMac);
    const { url, state, nonce, codeVerifier } = await provider.begin();
    const browserSecret = drawSecret();
    await sql.query(
      `insert into oidc_log_in (state_hash, browser_hash, nonce, code_verifier, place_mac) values ($1, $2, $3, $4, $5)`,
      [hashSecret(state), hashSecret(browserSecret), nonce, codeVerifier, placeMac],
    );
    return { url, browserSecret, isEncrypted: provider.isEncrypted };
  }

  /**
   * Ends what `begin` began: `answer` is the query with which the provider sent the browser back. It serves once,
   * whatever comes of it.
   *
   * @throws Problem unauthenticated, rule-refused when the provider proved somebody who may not log in here,
   * too-many-requests, unavailable, and not-found when no provider is configured.
   */
  async finish(answer: URLSearchParams, browserSecret: string | undefined, place: Place): Promise<SessionTokens> {
    const provider = this.requireProvider();
    const { pool, authenticator } = this.options;
    const sql = sqlOf(pool);
    const addressSubject = `address:${authenticator.digestPlace(place)}`;
    await requireNoWait(sql, addressSubject);
    try {
      const state = answer.get('state') ?? '';
      const { nonce, codeVerifier } = await takeJourney(sql, state, browserSecret);
      const account = await provider.finish(answer, { state, nonce, codeVerifier });
      return await inTransaction(pool, async (inner) => {
        const personId = await this.identify(inner, account, place);
        const { acr, amr } = account;
        return await this.options.sessions.open(inner, personId, place, { method: 'oidc', acr, amr });
      });
    } catch (error) {
      await this.noteFailure(sql, error, addressSubject, place);
      throw error;
    }
  }

  private requireProvider(): IdentityProvider {
    const { provider } = this.options;
    if (provider !== undefined) return provider;
    throw new Problem('not-found', { detail: 'No identity provider is configured here; log in with your password' });
  }

  /** Whom the account belongs to, linking it at its first log-in. */
  private async identify(sql: Sql, account: ProviderAccount, place: Place): Promise<string> {
    const { issuer, subject } = account;
    const [linked] = await sql.query<{ id: string; enabled: boolean }>(
      `select p.id, p.disabled_at is null as enabled from identity_link l join person p on p.id = l.person_id
       where l.issuer = $1 and l.subject = $2 for share of p`,
      [issuer, subject],
    );
    const person = linked ?? (await findEntered(sql, account));
    if (!person.enabled) {
      throw refuse('person-may-log-in', {
        datum: 'person',
        found: 'disabled',
        required: 'a person who is enabled',
        cure: { who: 'an administrator', how: 'enable the person again' },
      });
    }
    if (linked !== undefined) return linked.id;
    try {
      await sql.query('insert into identity_link (issuer, subject, person_id) values ($1, $2, $3)', [
        issuer,
        subject,
        person.id,
      ]);
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw refuse('one-account-each', {
        datum: 'account',
        found: 'another account of the identity provider',
        required: 'the account that is linked with this person',
        cure: { who: 'an administrator', how: 'let go of the linked account (POST /v1/people/{personId}/unlink)' },
      });
    }
    await recordSecurityEvent(sql, {
      kind: 'identity-linked',
      personId: person.id,
      subject: person.id,
      ip: place.ip,
      detail: { issuer },
    });
    return person.id;
  }

  /** A provider that does not answer is nobody's attempt. */
  private async noteFailure(sql: Sql, error: unknown, addressSubject: string, place: Place): Promise<void> {
    if (!(error instanceof Problem) || error.status >= 500) return;
    const counted = await countFailure(sql, addressSubject, ADDRESS_LIMIT);
    await recordSecurityEvent(sql, {
      kind: counted.blocked ? 'log-in-blocked' : 'log-in-failed',
      ip: place.ip,
      detail: {
        method: 'oidc',
        problem: error.slug,
        ...(error.slug === 'rule-refused' && { refusals: error.extensions['refusals'] }),
        addressFailures: counted.failures,
      },
    });
  }
}

async function requireRoom(sql: Sql, placeMac: string): Promise<void> {
  const { begun } = getOnlyRow(
    await sql.query<{ begun: number }>(
      `select count(*)::int as begun from oidc_log_in
       where place_mac = $1 and begun_at > clock_timestamp() - make_interval(mins => $2)`,
      [placeMac, LASTS_MINUTES],
    ),
  );
  if (begun < MOST_BEGUN) return;
  throw new Problem('too-many-requests', {
    detail: 'Too many log-ins were begun from your address; wait before the next one',
    extensions: { retryAfter: 60 },
  });
}

/** Marks the journey used in the statement that reads it, so that of two that come back at once one finds it. */
async function takeJourney(sql: Sql, state: string, browserSecret: string | undefined) {
  const [journey] = await sql.query<{ nonce: string; codeVerifier: string }>(
    `update oidc_log_in set used_at = clock_timestamp()
     where state_hash = $1 and browser_hash = $2 and used_at is null
       and begun_at > clock_timestamp() - make_interval(mins => $3)
     returning nonce, code_verifier as "codeVerifier"`,
    [hashSecret(state), hashSecret(browserSecret ?? ''), LASTS_MINUTES],
  );
  if (journey === undefined) throw notProved('this browser began no such log-in, or it is used up or too old');
  return journey;
}

/** The person whom an administrator entered under the verified e-mail address. */
async function findEntered(sql: Sql, { email, emailVerified }: ProviderAccount) {
  if (email === undefined || !emailVerified) {
    throw refuse('email-is-verified', {
      datum: 'email',
      found: email === undefined ? 'none' : 'an address that is not verified',
      required: 'an e-mail address that the identity provider has verified',
      cure: { who: 'you', how: 'have the address verified at the identity provider, then log in again' },
    });
  }
  const [person] = await sql.query<{ id: string; enabled: boolean }>(
    'select id, disabled_at is null as enabled from person where email = $1 for share',
    [email],
  );
  if (person !== undefined) return person;
  throw refuse('person-was-entered', {
    datum: 'email',
    found: 'an address that nobody here has',
    required: 'the address under which an administrator entered you',
    cure: { who: 'an administrator', how: 'create the person with this address (POST /v1/people) and appoint him' },
  });
}
