import { createHmac } from 'node:crypto';
import { canonicalJson, sha256Hex } from '#case-kit';

/** The first 128 bits in the form of PostgreSQL's 16-byte type: a quarter of the index that hex text would fill. */
function asUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Idempotency keys as they are stored. Of the key only its hash is kept, and the HMAC of the body is taken together
 * with the key itself: who holds the database, even with the server's secret, cannot guess a sealed price from it.
 */
export class CommandKeys {
  constructor(private readonly secret: Uint8Array) {}

  hashOf(personId: string, key: string): string {
    return asUuid(sha256Hex(`${personId}\n${key}`));
  }

  /** HMAC-SHA-256 over key, target and the clear body. */
  macOf(key: string, target: string, body: unknown): string {
    const mac = createHmac('sha256', this.secret).update(`${key}\n${target}\n${canonicalJson(body)}`);
    return asUuid(mac.digest('hex'));
  }
}
