import type { KeyObject } from 'node:crypto';
import { Inject, Module, type DynamicModule, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import type { Pool } from 'pg';
import type { AditConfig, Clock, Logger } from '#platform';
import { AdministrationController } from './administration.controller.js';
import { Administration } from './administration.js';
import { Appointments } from './appointments.js';
import { Authenticator } from './authenticator.js';
import { IdentityAuthority } from './authority.js';
import { EpochWatch } from './epoch-watch.js';
import { IdentityController } from './identity.controller.js';
import { IdentityProvider, readProviderSettings } from './identity-provider.js';
import { JwtGuard } from './jwt.guard.js';
import { JwtStrategy, TOKEN_KEY } from './jwt.strategy.js';
import { OidcController } from './oidc.controller.js';
import { OidcLogIn } from './oidc-log-in.js';
import { Organisations } from './organisations.js';
import { Passwords } from './passwords.js';
import { People } from './people.js';
import { Principals } from './principals.js';
import { Sessions } from './sessions.js';
import { AccessTokens } from './tokens.js';

type ProviderVariable = 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret' | 'oidcRedirectUrl';

export interface IdentitySettings {
  readonly pool: Pool;
  readonly clock: Clock;
  /** Signs access tokens, and keys the digests of log-in attempts. */
  readonly signingKey: KeyObject;
  readonly config: Pick<AditConfig, 'accessTokenSeconds' | 'refreshTokenDays' | ProviderVariable>;
  readonly log?: Pick<Logger, 'error'>;
  /** One for the whole process, so that hashes share their places. */
  readonly passwords?: Passwords;
  readonly pollMs?: number;
}

/** Everything about who may act, wired together. Not yet polling: `watch.start()`. */
export function createIdentity(settings: IdentitySettings) {
  const { pool, clock, signingKey, config, log, passwords = new Passwords(), pollMs } = settings;
  const onError = (error: unknown) => log?.error({ err: error }, 'The identity epoch cannot be followed');
  const watch = new EpochWatch({ pool, clock, onError, ...(pollMs !== undefined && { pollMs }) });
  const authority = new IdentityAuthority(watch);
  const authenticator = new Authenticator(pool, passwords, signingKey);
  const administration = new Administration(pool, authority, watch);
  const sessions = new Sessions({
    pool,
    authenticator,
    accessTokens: new AccessTokens(signingKey, clock, config.accessTokenSeconds),
    refreshTokenDays: config.refreshTokenDays,
    onEnded: () => watch.catchUp(),
  });
  const provider = readProviderSettings(config);
  return {
    passwords,
    watch,
    authority,
    authenticator,
    administration,
    sessions,
    oidcLogIn: new OidcLogIn({
      pool,
      authenticator,
      sessions,
      provider: provider && new IdentityProvider(provider, () => clock.now()),
    }),
    principals: new Principals(pool, watch, clock),
    organisations: new Organisations(administration),
    people: new People(administration, authenticator),
    appointments: new Appointments(administration, clock),
  };
}

export type Identity = ReturnType<typeof createIdentity>;

const WATCH = Symbol('identity watch');

/** Routes of log-in and administration, and the guard that closes every route of the application. */
@Module({})
export class IdentityModule implements OnModuleInit, OnModuleDestroy {
  constructor(@Inject(WATCH) private readonly watch: EpochWatch) {}

  /** The module around what `createIdentity` made; `signingKey` is the same as there. */
  static register(identity: Identity, signingKey: KeyObject): DynamicModule {
    const { watch, authority, administration, sessions, oidcLogIn } = identity;
    const { principals, organisations, people, appointments } = identity;
    return {
      module: IdentityModule,
      global: true,
      imports: [PassportModule],
      controllers: [IdentityController, OidcController, AdministrationController],
      providers: [
        { provide: WATCH, useValue: watch },
        { provide: TOKEN_KEY, useValue: signingKey },
        { provide: IdentityAuthority, useValue: authority },
        { provide: Administration, useValue: administration },
        { provide: Sessions, useValue: sessions },
        { provide: OidcLogIn, useValue: oidcLogIn },
        { provide: Principals, useValue: principals },
        { provide: Organisations, useValue: organisations },
        { provide: People, useValue: people },
        { provide: Appointments, useValue: appointments },
        JwtStrategy,
        { provide: APP_GUARD, useClass: JwtGuard },
      ],
      exports: [IdentityAuthority, Principals, Sessions],
    };
  }

  async onModuleInit(): Promise<void> {
    await this.watch.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.watch.stop();
  }
}
