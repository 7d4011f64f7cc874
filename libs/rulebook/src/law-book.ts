import { canonicalJson, LawMissing, sha256Hex, type LawSnapshot, type LawValue, type ProvisionRef } from '#case-kit';
import { toParameterVersions, type HolidayList } from './holidays.js';
import {
  contentOf,
  findContentFaults,
  nameVersion,
  SIGNATURES_NEEDED,
  type ParameterContent,
  type ParameterVersion,
} from './parameter.js';

/** A version as published: whether it is signed is part of the law that a decision reads, by whom is not. */
export type PublishedParameter = ParameterContent & { readonly signed: boolean };

export interface LawFault {
  readonly parameter: string;
  readonly reason: string;
}

/** Thrown when parameters do not make a rule book; names every parameter and its fault. */
export class LawInvalid extends Error {
  constructor(readonly faults: readonly LawFault[]) {
    super(
      `the rule book cannot stand:\n${faults.map(({ parameter, reason }) => `- ${parameter}: ${reason}`).join('\n')}`,
    );
    this.name = 'LawInvalid';
  }
}

const HOLIDAYS = 'holidays.';
const CENTRAL_HOLIDAYS = `${HOLIDAYS}CENTRE`;
const FORMAT = 1;

interface Indexed {
  readonly content: PublishedParameter;
  readonly law: LawValue;
}

/** The law as published: immutable, named by the hash of its canonical text. */
export class LawBook implements LawSnapshot {
  readonly hash: string;
  /** By name, then by the day from which they hold. */
  readonly parameters: readonly PublishedParameter[];
  readonly #versions = new Map<string, Indexed[]>();
  readonly #holidays = new Map<string, readonly string[]>();

  constructor(
    /** Canonical text; its SHA-256 is the hash. */
    readonly text: string,
    parameters: readonly PublishedParameter[],
  ) {
    this.hash = sha256Hex(text);
    this.parameters = freezeDeeply(parameters);
    for (const content of parameters) {
      const versions = this.#versions.get(content.name) ?? [];
      versions.push({ content, law: toLawValue(content) });
      this.#versions.set(content.name, versions);
    }
  }

  find(name: string, on: string): LawValue | undefined {
    return this.#findVersion(name, on)?.law;
  }

  /** The version in force with all that is known of it; a State without a holiday list shows the central one, lent. */
  findParameter(name: string, on: string): PublishedParameter | undefined {
    return this.#findVersion(name, on)?.content;
  }

  #findVersion(name: string, on: string): Indexed | undefined {
    const own = this.#versions.get(name)?.find(({ content }) => isInForce(content, on));
    if (own !== undefined || !name.startsWith(HOLIDAYS)) return own;
    const central = this.#versions.get(CENTRAL_HOLIDAYS)?.find(({ content }) => isInForce(content, on));
    if (central === undefined) return undefined;
    // Nobody has said that the State is closed on the central holidays: the list is lent, unsigned.
    const lent = { name, confidence: 'unverified', signed: false } as const;
    const text = 'The central list, lent: no list of this State is in the rule book.';
    return {
      content: { ...central.content, ...lent, text },
      law: { ...central.law, ...lent, version: `CENTRE:${central.law.version}` },
    };
  }

  /** @throws LawMissing when no version is in force on that date. */
  read(name: string, on: string): LawValue {
    const found = this.find(name, on);
    if (found === undefined) throw new LawMissing(name, on);
    return found;
  }

  anchorOf(name: string): string | undefined {
    const versions =
      this.#versions.get(name) ?? (name.startsWith(HOLIDAYS) ? this.#versions.get(CENTRAL_HOLIDAYS) : []);
    return versions?.[0]?.content.anchor;
  }

  holidays(jurisdiction: string): readonly string[] {
    const known = this.#holidays.get(jurisdiction);
    if (known !== undefined) return known;
    const listed = this.#listHolidays(jurisdiction);
    this.#holidays.set(jurisdiction, listed);
    return listed;
  }

  /** The days of a State's own lists, and the central ones of the time for which it has none. */
  #listHolidays(jurisdiction: string): readonly string[] {
    const own = this.#versions.get(HOLIDAYS + jurisdiction) ?? [];
    const lent = (this.#versions.get(CENTRAL_HOLIDAYS) ?? []).flatMap(({ content }) =>
      datesOf(content).filter((date) => !own.some((version) => isInForce(version.content, date))),
    );
    return [...new Set([...own.flatMap(({ content }) => datesOf(content)), ...lent])].sort();
  }

  /** Every parameter in force on a date, one version each. */
  listInForce(on: string): readonly PublishedParameter[] {
    return this.parameters.filter((content) => isInForce(content, on));
  }
}

/**
 * Makes the law out of parameters and holiday lists: canonical (order and spacing of what is given do not matter),
 * checked, hashed.
 * @throws LawInvalid naming each parameter whose periods overlap or leave a gap, or that lacks a source, a provision,
 * a known confidence or an exact value.
 */
export function buildLawSnapshot(
  parameters: readonly ParameterVersion[],
  holidayLists: readonly HolidayList[] = [],
): LawBook {
  const all = [...parameters, ...toParameterVersions(holidayLists)];
  const faults = [...findFaults(all)];
  if (faults.length > 0) throw new LawInvalid(faults);
  const published = all.map((version) => ({
    ...contentOf(version),
    signed: new Set(version.signedBy).size >= SIGNATURES_NEEDED,
  }));
  published.sort((a, b) => compareText(a.name, b.name) || compareText(a.inForceFrom ?? '', b.inForceFrom ?? ''));
  return new LawBook(canonicalJson({ format: FORMAT, parameters: published }), published);
}

/**
 * The law from its stored text.
 * @throws LawInvalid when the text is of another format.
 */
export function openLawSnapshot(text: string): LawBook {
  const stored = JSON.parse(text) as { format?: unknown; parameters?: unknown };
  if (stored.format !== FORMAT || !Array.isArray(stored.parameters)) {
    throw new LawInvalid([{ parameter: '(snapshot)', reason: `format ${String(stored.format)} is not ${FORMAT}` }]);
  }
  return new LawBook(text, stored.parameters as PublishedParameter[]);
}

function* findFaults(all: readonly ParameterVersion[]): Iterable<LawFault> {
  const byName = new Map<string, ParameterVersion[]>();
  for (const version of all) {
    const contentFaults = findContentFaults(version);
    for (const reason of contentFaults) yield { parameter: version.name, reason };
    if (contentFaults.length === 0) byName.set(version.name, [...(byName.get(version.name) ?? []), version]);
  }
  for (const [parameter, versions] of byName) {
    for (const reason of findPeriodFaults(versions)) yield { parameter, reason };
  }
}

/** One parameter's periods must join without overlap or gap: on each date in its time at most one version holds. */
function findPeriodFaults(versions: readonly ParameterVersion[]): string[] {
  const faults: string[] = [];
  const ordered = [...versions].sort((a, b) => compareText(a.inForceFrom ?? '', b.inForceFrom ?? ''));
  ordered.slice(1).forEach((next, index) => {
    const end = ordered[index]?.inForceUntil ?? null;
    const begin = next.inForceFrom ?? 'ever';
    if (end === null || next.inForceFrom === null || end > next.inForceFrom) {
      faults.push(`the version from ${begin} overlaps with the one before it, which ends ${end ?? 'never'}`);
    } else if (end < next.inForceFrom) {
      faults.push(`no version is in force from ${end} until ${begin}`);
    }
  });
  if (new Set(versions.map(({ anchor }) => anchor)).size > 1) faults.push('its versions name different anchors');
  return faults;
}

/** A decision that changed the law it was given would change every later one. */
function freezeDeeply<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freezeDeeply);
  }
  return value;
}

function isInForce({ inForceFrom, inForceUntil }: ParameterContent, on: string): boolean {
  return (inForceFrom === null || inForceFrom <= on) && (inForceUntil === null || on < inForceUntil);
}

function toLawValue(content: PublishedParameter): LawValue {
  const provision: ProvisionRef = { act: content.act, provision: content.provision };
  const { name, value, confidence, signed } = content;
  return { name, version: nameVersion(content), value, provision, confidence, signed };
}

function datesOf({ value }: ParameterContent): string[] {
  return Array.isArray(value) ? value.map(({ date }: { date: string }) => date) : [];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
