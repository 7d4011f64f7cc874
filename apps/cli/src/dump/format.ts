/**
 * The clear text of an export is JSON lines in UTF-8: a head, then for each table a line that names it and one line per
 * row as the server itself writes it, then a filler, then an end that tells a whole text from a part of one. It never
 * touches a disk: the file is this text in one or more layers of the age format.
 */
export const FORMAT = 'adit-export-2';

/** The clear text is filled to a multiple of this many bytes: the length of a file must not count what is in it. */
export const UNIT = 1024 * 1024;

export interface DumpHead {
  readonly format: typeof FORMAT;
  readonly exportedAt: string;
  /** The schema that the rows belong to: names of its migrations, oldest first. */
  readonly migrations: readonly string[];
}

/** Announces a table; `$table` is no name that a column has. */
export interface TableLine {
  readonly $table: string;
  readonly columns: readonly string[];
}

/** Means nothing and is skipped. */
export interface FillerLine {
  readonly $filler: string;
}

export interface EndLine {
  readonly $end: {
    readonly rows: number;
    /** Of all bytes before this line. */
    readonly sha256: string;
  };
}

/** What may be told of an export or import: how many rows there are, or in which tables, would tell of sealed bids. */
export interface DumpSummary {
  readonly exportedAt: string;
  readonly tables: number;
}

/** The export or import is not done; the message says why, in plain words. */
export class DumpRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DumpRefused';
  }
}

export function isTableLine(value: unknown): value is TableLine {
  return typeof value === 'object' && value !== null && '$table' in value;
}

export function isFillerLine(value: unknown): value is FillerLine {
  return typeof value === 'object' && value !== null && '$filler' in value;
}

export function isEndLine(value: unknown): value is EndLine {
  return typeof value === 'object' && value !== null && '$end' in value;
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new DumpRefused(`line ${number} of the export is not JSON`);
  }
}
