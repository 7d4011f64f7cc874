import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Problem } from '#platform';
import type { Principal } from './acting.js';
import { Principals } from './principals.js';
import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER, type AccessClaims } from './tokens.js';

export const TOKEN_KEY = Symbol('the key that signs access tokens');

interface Headed {
  readonly headers: { readonly authorization?: string };
}

type Claims = Partial<AccessClaims & { readonly exp: number }>;

const MOST_BELIEVED = 20_000;

/** Believes a bearer token that this product signed, and finds out who it belongs to. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  /** By header; the oldest go first. */
  private readonly believed = new Map<string, Claims>();

  constructor(
    @Inject(TOKEN_KEY) key: KeyObject,
    private readonly principals: Principals,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // The declared types are older than KeyObject. Bytes would be tried as a PEM key first, at 0.6 ms a request.
      secretOrKey: key as unknown as Buffer,
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
      // The library asks the system's clock, which may jump; `validate` asks the one by which tokens are signed.
      ignoreExpiration: true,
      passReqToCallback: true,
    });
  }

  /**
   * The person of a header that was believed before: its signature says today what it said then. Whether its time is
   * over, or the log-in has ended, is asked anew. Null: not known, so that it is to be verified.
   */
  async recognise(header: string | undefined): Promise<Principal | false | null> {
    const claims = header === undefined ? undefined : this.believed.get(header);
    return claims === undefined ? null : await this.findPrincipal(claims);
  }

  /** @throws Problem token-expired when the token's time is over, or the log-in ended. */
  async validate({ headers }: Headed, claims: Claims): Promise<Principal | false> {
    const header = headers['authorization'];
    if (header !== undefined) {
      if (this.believed.size >= MOST_BELIEVED) this.believed.delete(this.believed.keys().next().value ?? '');
      this.believed.set(header, claims);
    }
    return await this.findPrincipal(claims);
  }

  private async findPrincipal(claims: Claims): Promise<Principal | false> {
    const { sub, sid, exp } = claims;
    if (typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') return false;
    if (exp * 1000 <= this.principals.now()) {
      throw new Problem('token-expired', { detail: 'Refresh the access token, or log in again' });
    }
    return await this.principals.resolve({ sub, sid });
  }
}
