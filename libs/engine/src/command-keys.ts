import { createHmac } from 'node:crypto';
import { canonicalJson, sha256Hex } from '#case-kit';

/**
 * Idempotency keys as they are stored. Of the key only its hash is kept, and the HMAC of the body is taken together
 * with the key itself: who holds the database, even with the server's secret, cannot guess a sealed price from it.
 */
export class CommandKeys {
  constructor(private readonly secret: Uint8Array) {}

  hashOf(personId: string, key: string): string {
    return sha256Hex(`${personId}\n${key}`);
  }

  /** HMAC-SHA-256 over key, target and the clear body. */
  macOf(key: string, target: string, body: unknown): string {
    return createHmac('sha256', this.secret)
      .update(`${key}\n${target}\n${canonicalJson(body)}`)
      .digest('hex');
  }
}
