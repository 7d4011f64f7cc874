import { createHash, hash as hashOnce } from 'node:crypto';

/** A value that JSON can hold without loss. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON text after RFC 8785 for the values used here: keys in code-unit order, no spacing, undefined members
 * left out. Numbers must be finite; dates must already be text.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON holds no infinite or undefined number');
    return String(value);
  }
  if (Array.isArray(value)) {
    let text = '[';
    for (let i = 0; i < value.length; i += 1) {
      if (i > 0) text += ',';
      text += canonicalJson(value[i] === undefined ? null : value[i]);
    }
    return `${text}]`;
  }
  if (typeof value === 'object') {
    const record = value as Record<string, unknown>;
    let text = '{';
    for (const key of sortedKeys(record)) {
      const member = record[key];
      if (member === undefined) continue;
      if (text.length > 1) text += ',';
      text += `${quote(key)}:${canonicalJson(member)}`;
    }
    return `${text}}`;
  }
  throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
}

/** Characters that stand for themselves between quotation marks: printable ASCII without the mark and the backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;
const SHORT = 160;

/** Names, hashes and instants are plain, and are quoted here in a fraction of the time that the general way takes. */
function quote(text: string): string {
  return text.length <= SHORT && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Most objects here are written with their members in order already; looking is cheaper than sorting. */
function sortedKeys(record: Record<string, unknown>): string[] {
  const keys = Object.keys(record);
  for (let i = 1; i < keys.length; i += 1) {
    if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return keys.sort();
  }
  return keys;
}

/** SHA-256 as lower-case hex. Text is hashed as UTF-8. */
export function sha256Hex(...parts: readonly (string | Uint8Array)[]): string {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return hashOnce('sha256', only, 'hex');
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
