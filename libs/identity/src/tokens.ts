import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Clock } from '#platform';
import { drawId } from './ids.js';

export const TOKEN_ISSUER = 'adit';
export const TOKEN_AUDIENCE = 'adit-api';
/** The only algorithm that is signed with or believed; whatever the header of a token says. */
export const TOKEN_ALGORITHM = 'HS256';

/** Everything that an access token says: who and which log-in. Roles are read from the record at every request. */
export interface AccessClaims {
  readonly sub: string;
  readonly sid: string;
  readonly jti: string;
}

export interface AccessToken {
  readonly accessToken: string;
  /** Seconds from now. */
  readonly expiresIn: number;
}

/** Signs access tokens. The key is a KeyObject: a text would be parsed again for each of them. */
export class AccessTokens {
  constructor(
    private readonly key: KeyObject,
    private readonly clock: Clock,
    private readonly lifetimeSeconds: number,
  ) {}

  /** A token for a log-in that ends at `sessionExpiresAt` (epoch milliseconds), which the token never outlives. */
  sign(personId: string, sessionId: string, sessionExpiresAt: number): AccessToken {
    const now = Math.floor(this.clock.now() / 1000);
    const expiresIn = Math.max(0, Math.min(this.lifetimeSeconds, Math.floor(sessionExpiresAt / 1000) - now));
    const claims = { sub: personId, sid: sessionId, jti: drawId(), iat: now, exp: now + expiresIn };
    const accessToken = jwt.sign({ ...claims, iss: TOKEN_ISSUER, aud: TOKEN_AUDIENCE }, this.key, {
      algorithm: TOKEN_ALGORITHM,
    });
    return { accessToken, expiresIn };
  }
}
