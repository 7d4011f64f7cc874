import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type Configuration } from 'oidc-provider';

export interface Account {
  readonly email?: string;
  readonly emailVerified?: boolean;
}

export interface TestProvider {
  readonly issuer: string;
  /** By subject; the log-in page takes any of them. */
  readonly accounts: Map<string, Account>;
  close(): Promise<void>;
}

export const CLIENT = { id: 'adit', secret: 'a-secret-of-the-identity-provider' } as const;
export const STATED = { acr: 'urn:example:two-factor', amr: ['pwd', 'otp'] } as const;

/**
 * A real OpenID provider on a free port. Its log-in page asks for nothing: whoever comes with `?as=<subject>` is that
 * account, with two factors; everything else, from PKCE to signatures, is the provider's own.
 */
export async function openProvider(redirectUrl: string): Promise<TestProvider> {
  const accounts = new Map<string, Account>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, configure(redirectUrl, accounts));
  provider.on('server_error', (_ctx, error) => process.stderr.write(`${error.stack ?? error.message}\n`));
  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const logIn = /^\/interaction\/[\w-]+\?as=(.+)$/.exec(request.url ?? '');
    if (logIn === null) return void answer(request, response);
    const accountId = decodeURIComponent(logIn[1] ?? '');
    void logInAs(provider, request, response, accountId);
  });
  return {
    issuer,
    accounts,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function logInAs(provider: Provider, request: IncomingMessage, response: ServerResponse, accountId: string) {
  if (accountId === 'nobody') {
    return await provider.interactionFinished(request, response, { error: 'access_denied' });
  }
  const grant = new provider.Grant({ accountId, clientId: CLIENT.id });
  grant.addOIDCScope('openid email');
  const grantId = await grant.save();
  const { acr, amr } = STATED;
  await provider.interactionFinished(request, response, {
    login: { accountId, acr, amr: [...amr], remember: false },
    consent: { grantId },
  });
}

function configure(redirectUrl: string, accounts: Map<string, Account>): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUrl],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['a key of the provider in tests'] },
    claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    findAccount: (_ctx, id) => {
      const { email, emailVerified = true } = accounts.get(id) ?? {};
      return {
        accountId: id,
        claims: () => ({ sub: id, ...(email !== undefined && { email, email_verified: emailVerified }) }),
      };
    },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  };
}
