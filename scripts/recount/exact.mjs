// What the parts of the recount share: exact numbers and instants, and the list of what differs.

export const RULES = 'Mineral (Auction) Rules, 2015';
export const POLICY = 'Policy of Adit, block auction';
export const MINUTE = 60_000;

/** Thrown where a protocol is not what docs/protocol.md describes, so that nothing can be computed from it. */
export class Unreadable extends Error {}

/** Whether two values of JSON say the same; the order of members says nothing. */
function isSame(one, other) {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const names = Object.keys(one);
  if (Array.isArray(one) !== Array.isArray(other) || names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
}

/** What was published beside what is computed, with each difference by field and provision. */
export class Comparison {
  differences = [];
  /** What rests on an act that nobody can compute: a decision of an authority, an order of a court. */
  notes = [];

  equal(field, published, recomputed, provision) {
    if (isSame(published, recomputed)) return;
    this.differences.push({ field, published, recomputed, provision });
  }

  /** Something that holds or does not hold; `required` says in words what was to hold. */
  holds(field, isTrue, published, required, provision) {
    if (!isTrue) this.differences.push({ field, published, recomputed: required, provision });
  }
}

/** Percentage points with two decimals as whole hundredths. */
export function readPercent(text, field) {
  if (typeof text === 'string' && /^\d{1,30}\.\d{2}$/.test(text)) return BigInt(text.replace('.', ''));
  throw new Unreadable(`${field} is no percentage with two decimals: ${JSON.stringify(text)}`);
}

export function writePercent(hundredths) {
  const digits = String(hundredths).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** An RFC 3339 instant as whole milliseconds since 1970. */
export function readInstant(text, field) {
  const isInstant =
    typeof text === 'string' && /^\d{4}(-\d\d){2}T\d\d(:\d\d){2}(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isInstant ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new Unreadable(`${field} is no instant: ${JSON.stringify(text)}`);
  return at;
}

export const readInstantOrNull = (text, field) => (text === null ? null : readInstant(text, field));

/** With the offset of India, +05:30, and a fraction only where there is one. */
export function writeInstant(at) {
  if (at === null) return null;
  const [seconds, fraction] = new Date(at + 330 * MINUTE).toISOString().split(/[.Z]/);
  return `${seconds}${fraction === '000' ? '' : `.${fraction}`}+05:30`;
}

export function readCount(value, field) {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Unreadable(`${field} is no count: ${JSON.stringify(value)}`);
}

export function readList(value, field) {
  if (Array.isArray(value)) return value;
  throw new Unreadable(`${field} is no list`);
}

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** A whole number in words, as India counts. */
function sayNumber(number) {
  if (number < 20n) return SMALL[Number(number)];
  if (number < 100n)
    return TENS[Number(number / 10n) - 2] + (number % 10n === 0n ? '' : `-${SMALL[Number(number % 10n)]}`);
  const [unit, name, and] =
    number < 1000n ? [100n, 'hundred', ' and'] : number < 100_000n ? [1000n, 'thousand', ''] : [100_000n, 'lakh', ''];
  const rest = number % unit;
  return `${sayNumber(number / unit)} ${name}${rest === 0n ? '' : `${and} ${sayNumber(rest)}`}`;
}

export function sayPercent(hundredths) {
  const decimals = [...writePercent(hundredths).slice(-2)].map((digit) => SMALL[digit]);
  return `${sayNumber(hundredths / 100n)} point ${decimals.join(' ')}`;
}

/** Greater is better in an ascending auction, smaller in a descending one. */
export const comparerOf = ({ scheme }) => (scheme.direction === 'ascending' ? (a, b) => a > b : (a, b) => a < b);
