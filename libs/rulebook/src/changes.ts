import type { LawBook, PublishedParameter } from './law-book.js';
import { hashContent } from './parameter.js';

/** A parameter of which another version holds on the second date than on the first. */
export interface ParameterChangeInTime {
  readonly name: string;
  /** Null where no version was in force. */
  readonly before: PublishedParameter | null;
  readonly after: PublishedParameter | null;
  /** Versions that came into force after the first date and on or before the second, oldest first. */
  readonly since: readonly PublishedParameter[];
}

/** What changed in law between two dates (`YYYY-MM-DD`), by name of the parameter. */
export function listChanges(book: LawBook, from: string, to: string): ParameterChangeInTime[] {
  const [before, after] = [byName(book.listInForce(from)), byName(book.listInForce(to))];
  const names = [...new Set(book.parameters.map(({ name }) => name))];
  return names.flatMap((name) => {
    const since = book.parameters.filter(
      ({ name: other, inForceFrom }) =>
        other === name && inForceFrom !== null && from < inForceFrom && inForceFrom <= to,
    );
    const change = { name, before: before.get(name) ?? null, after: after.get(name) ?? null, since };
    return change.before === change.after && since.length === 0 ? [] : [change];
  });
}

/** How one publication differs from another. */
export interface ParameterDifference {
  readonly name: string;
  readonly removed: readonly PublishedParameter[];
  readonly added: readonly PublishedParameter[];
}

/** Versions that only one of two law books holds, or that only one holds as signed, by name of the parameter. */
export function compareBooks(before: LawBook | null, after: LawBook): ParameterDifference[] {
  const key = (content: PublishedParameter): string => `${hashContent(content)} ${content.signed}`;
  const [old, fresh] = [before?.parameters ?? [], after.parameters];
  const [oldKeys, freshKeys] = [new Set(old.map(key)), new Set(fresh.map(key))];
  const removed = old.filter((content) => !freshKeys.has(key(content)));
  const added = fresh.filter((content) => !oldKeys.has(key(content)));
  return [...new Set([...removed, ...added].map(({ name }) => name))].sort().map((name) => ({
    name,
    removed: removed.filter((content) => content.name === name),
    added: added.filter((content) => content.name === name),
  }));
}

function byName(parameters: readonly PublishedParameter[]): ReadonlyMap<string, PublishedParameter> {
  return new Map(parameters.map((content) => [content.name, content]));
}
