import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { canonicalJson } from '#case-kit';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what the caller carries back to us: a position must neither be read (it counts what he may not count) nor be
 * used by another caller or for another query. Bound to both; of the same secret in every process.
 */
export class SealedText {
  private readonly key: Buffer;

  /** `purpose` separates the keys: what was sealed for one use opens for no other. */
  constructor(secret: KeyObject, purpose: string) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', `adit ${purpose}`, 32));
  }

  seal(value: unknown, binding: unknown): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(canonicalJson(binding)));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()]);
    return Buffer.concat([nonce, sealed]).toString('base64url');
  }

  /** What was sealed, or undefined when it is not ours, not for this caller or not for this query. */
  open(text: string, binding: unknown): unknown {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    try {
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(canonicalJson(binding)));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return JSON.parse(plain.toString());
    } catch {
      return undefined;
    }
  }
}
