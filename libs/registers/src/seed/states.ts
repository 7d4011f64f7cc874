import { parseCsv, readDataFile } from '../data-file.js';

/** Codes (ISO 3166-2:IN without the country part) of States and Union Territories by name. */
export type StateCodes = ReadonlyMap<string, string>;

export function readStates(text: string = readDataFile('states.csv')): StateCodes {
  return new Map(parseCsv(text).map(({ iso_3166_2: code = '', name = '' }) => [name, code.replace(/^IN-/, '')]));
}

/**
 * The code of a State as a source names it; null where the source names none.
 * @throws Error for a name that is no State's: a misprint must not become a missing value.
 */
export function getStateCode(states: StateCodes, name: string | undefined): string | null {
  if (name === undefined || name === '') return null;
  const code = states.get(name);
  if (code === undefined) throw new Error(`${name} is no State or Union Territory of data/states.csv`);
  return code;
}

/** What a source does not say is null. */
export function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** @throws Error when the text is neither empty nor a whole number. */
export function countOrNull(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  if (!/^\d+$/.test(text)) throw new Error(`${text} is no whole number`);
  return Number(text);
}

/** A decimal as printed. @throws Error when the text is neither empty nor one. */
export function decimalOrNull(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`${text} is no decimal`);
  return text;
}

/** A name as part of an id: capitals, digits and hyphens. */
export function slugOf(name: string): string {
  return name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Names in brackets are remarks of whoever collected the row: the source did not name it. */
export function isUnnamed(name: string): boolean {
  return name.startsWith('(');
}
