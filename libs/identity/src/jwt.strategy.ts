import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Problem } from '#platform';
import type { Principal } from './acting.js';
import { Principals } from './principals.js';
import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER, type AccessClaims } from './tokens.js';

export const TOKEN_KEY = Symbol('the key that signs access tokens');

/** Believes a bearer token that this product signed, and finds out who it belongs to. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
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
    });
  }

  /** @throws Problem token-expired when the token's time is over, or the log-in ended. */
  async validate(claims: Partial<AccessClaims & { readonly exp: number }>): Promise<Principal | false> {
    const { sub, sid, exp } = claims;
    if (typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') return false;
    if (exp * 1000 <= this.principals.now()) {
      throw new Problem('token-expired', { detail: 'Refresh the access token, or log in again' });
    }
    return await this.principals.resolve({ sub, sid });
  }
}
