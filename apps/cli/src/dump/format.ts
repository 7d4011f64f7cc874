/**
 * An export is a file of JSON lines in UTF-8: a head, then for each table a line that names it and one line per row as
 * the server itself writes it, then an end that tells a whole file from a part of one.
 */
export const FORMAT = 'adit-export-1';

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

export interface EndLine {
  readonly $end: {
    readonly rows: number;
    /** Of all bytes before this line. */
    readonly sha256: string;
  };
}

export interface DumpSummary {
  readonly exportedAt: string;
  readonly rows: number;
  readonly tables: readonly string[];
  readonly sha256: string;
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
    throw new DumpRefused(`line ${number} of the file is not JSON`);
  }
}
