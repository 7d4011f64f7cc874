import { createHash, hash } from 'node:crypto';
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
  private readonly inner: Buffer;
  private readonly outer: Buffer;

  constructor(secret: Uint8Array) {
    this.inner = padOf(secret, 0x36);
    this.outer = padOf(secret, 0x5c);
  }

  hashOf(personId: string, key: string): string {
    return asUuid(sha256Hex(`${personId}\n${key}`));
  }

  /** HMAC-SHA-256 over key, target and the clear body. */
  macOf(key: string, target: string, body: unknown): string {
    const message = Buffer.from(`${key}\n${target}\n${canonicalJson(body)}`);
    const within = hash('sha256', Buffer.concat([this.inner, message]), 'buffer');
    return asUuid(sha256Hex(Buffer.concat([this.outer, within])));
  }
}

const BLOCK_BYTES = 64;

/**
 * One of the two keys of RFC 2104. Its two hashes are written out above, because the library's object for it takes twice
 * as long to make as they take.
 */
function padOf(secret: Uint8Array, mark: number): Buffer {
  const key = Buffer.alloc(BLOCK_BYTES);
  key.set(secret.length > BLOCK_BYTES ? createHash('sha256').update(secret).digest() : secret);
  return key.map((byte) => byte ^ mark) as Buffer;
}
