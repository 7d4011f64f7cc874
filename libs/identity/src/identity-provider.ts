import * as oidc from 'openid-client';
import { Problem, type AditConfig } from '#platform';

export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Registered with the provider, which sends people back to it and nowhere else. */
  readonly redirectUrl: string;
}

/** What has to be kept between the way to the provider and the way back. */
export interface Journey {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What the provider vouches for. */
export interface ProviderAccount {
  readonly issuer: string;
  readonly subject: string;
  /** In lower case; undefined when the provider tells none. */
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly acr: string | null;
  readonly amr: readonly string[] | null;
}

/** What is read at the provider is read again after this, so that a change of its addresses needs no restart. */
const METADATA_MS = 3_600_000;
const TIMEOUT_SECONDS = 10;
const CLOCK_TOLERANCE_SECONDS = 30;
/** Seconds after which a caller may try again when the provider does not answer. */
const RETRY = 10;
const SCOPE = 'openid email';
/** Nothing longer is looked at: claims are kept, and the provider is another's. */
const LONGEST_CLAIM = 200;

/** The settings of the identity provider; undefined when none is configured. */
export function readProviderSettings(config: Partial<AditConfig>): ProviderSettings | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret: clientSecret } = config;
  const { oidcRedirectUrl: redirectUrl } = config;
  if (!issuer || !clientId || !clientSecret || !redirectUrl) return undefined;
  return { issuer, clientId, clientSecret, redirectUrl };
}

/** An identity provider that speaks OpenID Connect, reached by the authorization code flow with PKCE. */
export class IdentityProvider {
  private read: { readonly at: number; readonly configuration: Promise<oidc.Configuration> } | undefined;

  constructor(
    readonly settings: ProviderSettings,
    private readonly now: () => number,
  ) {}

  /** Whether browsers come back to us on an encrypted way. */
  get isEncrypted(): boolean {
    return this.settings.redirectUrl.startsWith('https:');
  }

  /** Where to send a person, and what to keep until he is back. @throws Problem unavailable. */
  async begin(): Promise<Journey & { readonly url: string }> {
    const configuration = await this.configure();
    const journey: Journey = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
    };
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.settings.redirectUrl,
      scope: SCOPE,
      state: journey.state,
      nonce: journey.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(journey.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { ...journey, url: url.href };
  }

  /**
   * Exchanges what the browser brought back for what the provider vouches for. Issuer, audience, signature, expiry,
   * nonce and state are checked.
   *
   * @throws Problem unauthenticated when anything is wrong with it, unavailable when the provider does not answer.
   */
  async finish(answer: URLSearchParams, journey: Journey): Promise<ProviderAccount> {
    const configuration = await this.configure();
    const url = new URL(this.settings.redirectUrl);
    url.search = answer.toString();
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, url, {
        expectedState: journey.state,
        expectedNonce: journey.nonce,
        pkceCodeVerifier: journey.codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw notProved('it sent no proof of who you are');
      // Many providers tell the e-mail address at their own address only.
      const more =
        claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
          ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : claims;
      return {
        issuer: claims.iss,
        subject: claims.sub,
        email: readText(more['email'])?.trim().toLowerCase(),
        emailVerified: more['email_verified'] === true,
        acr: readText(claims['acr']) ?? null,
        amr: Array.isArray(claims['amr']) ? claims['amr'].flatMap((each) => readText(each) ?? []).slice(0, 10) : null,
      };
    } catch (error) {
      throw describeFault(error);
    }
  }

  private async configure(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    if (this.read === undefined || this.now() - this.read.at > METADATA_MS) {
      const server = new URL(issuer);
      const configuration = oidc.discovery(
        server,
        clientId,
        { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
        oidc.ClientSecretBasic(clientSecret),
        // The configuration lets plain HTTP pass for this machine alone.
        { timeout: TIMEOUT_SECONDS, execute: server.protocol === 'http:' ? [oidc.allowInsecureRequests] : [] },
      );
      this.read = { at: this.now(), configuration };
    }
    const { read } = this;
    try {
      return await read.configuration;
    } catch (error) {
      // The next one asks again.
      if (this.read === read) this.read = undefined;
      throw notAnswering(error);
    }
  }
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_CLAIM ? value : undefined;
}

/** Every way to fail ends in the same cure: begin again. */
export function notProved(why: string, cause?: unknown): Problem {
  return new Problem('unauthenticated', {
    detail: `The log-in at the identity provider did not succeed: ${why}. Begin again at /v1/sessions/oidc/start`,
    cause,
  });
}

function notAnswering(cause: unknown): Problem {
  return new Problem('unavailable', {
    detail: 'The identity provider does not answer; try again later, or log in with your password',
    extensions: { retryAfter: RETRY },
    cause,
  });
}

const ERROR_CODE = /^[a-z_]{1,40}$/;

function describeFault(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    if ('status' in error && error.status >= 500) return notAnswering(error);
    return notProved(ERROR_CODE.test(error.error) ? `it said ${error.error}` : 'it refused', error);
  }
  const code = error instanceof oidc.ClientError ? error.code : undefined;
  if (code === undefined || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') {
    return notAnswering(error);
  }
  return notProved('its answer does not fit this log-in', error);
}
