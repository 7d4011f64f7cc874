import { createHmac, randomBytes, type KeyObject } from 'node:crypto';
import { sha256Hex } from '#case-kit';

/** Crockford's base 32: no letters that are mistaken for digits, no signs that break a double click or a command line. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_BYTES = 16;
const SECRET_BYTES = 32;

/** A new id: 128 random bits as 26 characters. It says nothing about what it names. */
export function drawId(): string {
  let bits = 0n;
  for (const byte of randomBytes(ID_BYTES)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = `${ALPHABET[Number(bits & 31n)] ?? ''}${text}`;
    bits >>= 5n;
  }
  return text;
}

/** A new secret for a bearer: 256 random bits as base64url. */
export function drawSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** What is stored of a bearer's secret. It has 256 random bits, so that a plain digest cannot be guessed back. */
export function hashSecret(secret: string): string {
  return sha256Hex(secret);
}

/**
 * A keyed digest of what people type or where they are. Someone may type a password where the e-mail belongs; nobody
 * with the table alone can try words against this.
 */
export function digestWithKey(key: KeyObject, ...parts: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
}
