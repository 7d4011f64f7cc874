import { canonicalJson, CONFIDENCES, findLocalDate, sha256Hex, type Confidence } from '#case-kit';

/** What a parameter can be: a decimal string, an integer, a date, a list or a table. Never a fraction in a float. */
export type ParameterValue =
  null | boolean | number | string | readonly ParameterValue[] | { readonly [key: string]: ParameterValue };

/**
 * One version of one statutory number: what it is, when it is in force, where it stands in law, how far it may be
 * trusted, and who signed it.
 */
export interface ParameterVersion {
  /** Dotted, in kebab case, the subject first: `bid-security.cap`. Holiday lists are `holidays.` and the jurisdiction. */
  readonly name: string;
  /** Which date of a case chooses the version: `notice`, `letterOfIntent`, `asOf` … The same for all its versions. */
  readonly anchor: string;
  /** First day in force (Asia/Kolkata); null: since ever. */
  readonly inForceFrom: string | null;
  /** First day no longer in force; null: until further notice. */
  readonly inForceUntil: string | null;
  /** The day on which this value became known; later than `inForceFrom` for what was made with effect from the past. */
  readonly knownSince: string;
  /** Null means that the law sets none, for example no cap. */
  readonly value: ParameterValue;
  /** For people: `percentage points`, `rupees`, `days`. */
  readonly unit: string;
  readonly act: string;
  readonly provision: string;
  /** What the value says, as a sentence. */
  readonly text?: string;
  /** Address or document that was read. */
  readonly source: string;
  readonly confidence: Confidence;
  /** Opaque ids of the people who signed this very content. */
  readonly signedBy: readonly string[];
}

/** A version without its signatures: what is signed, and what is hashed. */
export type ParameterContent = Omit<ParameterVersion, 'signedBy'>;

/** Signatures that a version needs. */
export const SIGNATURES_NEEDED = 2;

const NAME = /^[a-z][a-z0-9-]*(\.[A-Za-z0-9-]+)+$/;

/** The SHA-256 of a version's content (hex): a signature on it is worth nothing for any other content. */
export function hashContent(version: ParameterVersion | ParameterContent): string {
  return sha256Hex(canonicalJson(contentOf(version)));
}

/** Exactly the members that count, so that a stored row or a seed with further members hashes the same. */
export function contentOf(version: ParameterVersion | ParameterContent): ParameterContent {
  const { name, anchor, inForceFrom, inForceUntil, knownSince, value, unit, act, provision, text, source, confidence } =
    version;
  return {
    name,
    anchor,
    inForceFrom,
    inForceUntil,
    knownSince,
    value,
    unit,
    act,
    provision,
    ...(text !== undefined && { text }),
    source,
    confidence,
  };
}

/** Names a version for people and records: the day from which it holds and the beginning of its content's hash. */
export function nameVersion(version: ParameterVersion | ParameterContent): string {
  return `${version.inForceFrom ?? 'always'}#${hashContent(version).slice(0, 12)}`;
}

/** Why a version cannot stand in a rule book, taken by itself; empty when it can. */
export function findContentFaults(version: ParameterContent): string[] {
  const faults: string[] = [];
  if (!NAME.test(version.name)) faults.push('the name is not dotted kebab case');
  for (const member of ['anchor', 'unit', 'act', 'provision', 'source'] as const) {
    if (typeof version[member] !== 'string' || version[member].trim() === '') faults.push(`${member} is missing`);
  }
  if (!CONFIDENCES.includes(version.confidence)) {
    faults.push(`confidence ${String(version.confidence)} is none of ${CONFIDENCES.join(', ')}`);
  }
  for (const member of ['inForceFrom', 'inForceUntil', 'knownSince'] as const) {
    const date = version[member];
    if ((date !== null || member === 'knownSince') && findLocalDate(date) === undefined) {
      faults.push(`${member} is no date of the calendar`);
    }
  }
  if (version.inForceFrom !== null && version.inForceUntil !== null && version.inForceUntil <= version.inForceFrom) {
    faults.push(`it would end on ${version.inForceUntil}, before it begins on ${version.inForceFrom}`);
  }
  if (version.text !== undefined && typeof version.text !== 'string') faults.push('text is no text');
  const inexact = findInexact(version.value, 'value');
  if (inexact !== undefined) faults.push(`${inexact} is neither exact text nor an integer`);
  return faults;
}

/** Path of the first member that is a fraction in a float or no JSON at all. */
function findInexact(value: unknown, path: string): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? undefined : path;
  if (typeof value !== 'object') return path;
  for (const [key, member] of Object.entries(value)) {
    const found = findInexact(member, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
