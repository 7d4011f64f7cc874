import { types } from 'node:util';

const { isNativeError } = types;

/**
 * The one list of names whose values never reach a log, at whatever depth they stand. Compared without case and
 * punctuation; the endings also cover compounds such as `refreshToken` and `x-api-secret`.
 */
const NAMES = new Set([
  ...['authorization', 'proxyauthorization', 'cookies', 'ticket', 'otp', 'apikey', 'databaseurl', 'ownerurl'],
  // Sealed bids: neither the envelope nor anything from which the price could be guessed.
  ...['sealed', 'envelope', 'envelopes', 'ciphertext', 'salt', 'percent', 'percentagain', 'price', 'pricewords'],
  // What people sent or filed: the record keeps it under sight rules, the log has none.
  ...['body', 'form', 'payload', 'parameters', 'aadhaar', 'pan'],
]);
const ENDINGS = ['password', 'passphrase', 'token', 'secret', 'cookie', 'privatekey', 'signingkey', 'keymaterial'];

export const REDACTED = '[redacted]';
const DEEPEST = 8;

export function isConfidentialName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return NAMES.has(plain) || ENDINGS.some((ending) => plain.endsWith(ending));
}

/** A copy without confidential values, cut off where it is too deep to be meant for a log. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth > DEEPEST) return '[deep]';
  if (value instanceof Error || isNativeError(value)) return describeError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((each) => redact(each, depth + 1));
  // A socket or a connection handed in by mistake holds half the process.
  if (!isPlain(value)) return `[${value.constructor.name}]`;
  const copy: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) {
    copy[name] = isConfidentialName(name) ? REDACTED : redact(each, depth + 1);
  }
  return copy;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Database errors carry rows, statements and parameters beside their message; none of these is for a log. */
export function describeError(error: Error, depth = 0): Record<string, unknown> {
  const described: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  for (const name of ['code', 'constraint', 'table', 'status'] as const) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string' || typeof value === 'number') described[name] = value;
  }
  if (error.cause !== undefined) described['cause'] = redact(error.cause, depth + 1);
  return described;
}

const SECRETS_IN_TEXT: readonly [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, REDACTED],
  [/(\w+:\/\/[^\s:@/"]*):[^\s@/"]+@/g, `$1:${REDACTED}@`],
];

/** Takes credentials out of free text: bearer tokens, JSON web tokens, passwords in URLs. */
export function scrubText(text: string): string {
  return SECRETS_IN_TEXT.reduce((scrubbed, [pattern, instead]) => scrubbed.replace(pattern, instead), text);
}
