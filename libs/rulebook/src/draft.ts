import { buildLawSnapshot, LawInvalid, type LawBook, type LawFault } from './law-book.js';
import { contentOf, findContentFaults, hashContent, SIGNATURES_NEEDED, type ParameterContent } from './parameter.js';

/** A parameter as it shall be: all its versions, past and future, replace those in the rule book. */
export interface ParameterChange {
  readonly parameter: string;
  readonly versions: readonly ParameterContent[];
}

export type DraftState = 'open' | 'withdrawn' | 'published';

/** A proposed change of the law, as last revised. */
export interface Draft {
  readonly id: string;
  /** Counts the revisions; whoever acts on a draft names the one that he has read. */
  readonly version: number;
  readonly state: DraftState;
  readonly note: string;
  /** The law that the changes were made on; null before the first publication. */
  readonly baseHash: string | null;
  readonly changes: readonly ParameterChange[];
  readonly changedBy: string;
  readonly changerName: string;
  readonly changedAt: Date;
}

export interface DraftInput {
  /** Why, in a sentence: the notification that is carried into the rule book. */
  readonly note: string;
  readonly changes: readonly ParameterChange[];
}

const NOTE_LIMIT = 2000;

/** That a person signed a content. */
export interface Signature {
  readonly personId: string;
  readonly name: string;
  readonly signedAt: Date;
}

/** Signatures by hash of the content that was signed; one person signs a content once. */
export type Signatures = ReadonlyMap<string, readonly Signature[]>;

export interface MissingSignature {
  readonly content: ParameterContent;
  readonly signedBy: readonly string[];
  readonly missing: number;
}

/** Changes with nothing in them but what counts, so that what is stored is what was checked. */
export function cleanChanges(changes: readonly ParameterChange[]): ParameterChange[] {
  return changes.map(({ parameter, versions }) => ({ parameter, versions: versions.map(contentOf) }));
}

/** The parameters of a law after the changes. */
export function applyChanges(base: LawBook | null, changes: readonly ParameterChange[]): ParameterContent[] {
  const changed = new Set(changes.map(({ parameter }) => parameter));
  const kept = (base?.parameters ?? []).filter(({ name }) => !changed.has(name)).map(contentOf);
  return [...kept, ...changes.flatMap(({ versions }) => versions)];
}

/** The law that changes would make, with the signatures that their contents have. Throws LawInvalid. */
export function buildChanged(
  base: LawBook | null,
  changes: readonly ParameterChange[],
  signatures: Signatures,
): LawBook {
  const contents = applyChanges(base, changes);
  return buildLawSnapshot(contents.map((content) => ({ ...content, signedBy: listSigners(content, signatures) })));
}

/** Ids of the people who signed this very content. */
export function listSigners(content: ParameterContent, signatures: Signatures): string[] {
  return (signatures.get(hashContent(content)) ?? []).map(({ personId }) => personId);
}

/** Why the changes make no rule book, with the parameter at fault; empty when they do. */
export function findChangeFaults(base: LawBook | null, { note, changes }: DraftInput): LawFault[] {
  const faults: LawFault[] = [];
  const seen = new Set<string>();
  for (const { parameter, versions } of changes) {
    const fault = (reason: string): void => void faults.push({ parameter, reason });
    if (seen.has(parameter)) fault('is changed twice in one draft');
    seen.add(parameter);
    if (versions.length === 0) fault('has no version left; a parameter is ended by its last day, never removed');
    for (const version of versions) {
      if (version.name !== parameter) fault(`holds a version of ${version.name}`);
      for (const reason of findContentFaults(version)) fault(reason);
    }
  }
  if (note.trim() === '' || note.length > NOTE_LIMIT) {
    faults.push({ parameter: '(draft)', reason: `needs a note of at most ${NOTE_LIMIT} characters` });
  }
  if (changes.length === 0) faults.push({ parameter: '(draft)', reason: 'changes nothing' });
  if (faults.length > 0) return faults;
  try {
    buildChanged(base, changes, new Map());
    return changes.flatMap((change) => findUncovered(base, change));
  } catch (error) {
    if (error instanceof LawInvalid) return [...error.faults];
    throw error;
  }
}

/** Days that the law has a version for stay covered: cases rest on them. A parameter ends by its last day alone. */
function findUncovered(base: LawBook | null, { parameter, versions }: ParameterChange): LawFault[] {
  const [first] = (base?.parameters ?? []).filter(({ name }) => name === parameter);
  const begins = versions.map(({ inForceFrom }) => inForceFrom ?? '').sort()[0] ?? '';
  if (first === undefined || begins <= (first.inForceFrom ?? '')) return [];
  const reason = `no version is in force from ${first.inForceFrom ?? 'ever'} until ${begins}, where the law has one`;
  return [{ parameter, reason }];
}

/** The contents of a draft that fewer than two people have signed. */
export function findMissingSignatures(changes: readonly ParameterChange[], signatures: Signatures): MissingSignature[] {
  return changes
    .flatMap(({ versions }) => versions)
    .map((content) => ({ content, signedBy: listSigners(content, signatures) }))
    .map((signed) => ({ ...signed, missing: Math.max(0, SIGNATURES_NEEDED - signed.signedBy.length) }))
    .filter(({ missing }) => missing > 0);
}
