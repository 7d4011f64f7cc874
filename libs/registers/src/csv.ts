/** A value of a cell; null is not known and leaves it empty. */
export type Cell = string | number | boolean | null;

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Comma-separated values after RFC 4180: a heading, CRLF, quotes where needed. A text that a spreadsheet would compute
 * gets an apostrophe before it, since names and notes come from outside.
 */
export function writeCsv(heading: readonly string[], records: readonly (readonly Cell[])[]): string {
  return [heading, ...records].map((record) => `${record.map(writeCell).join(',')}\r\n`).join('');
}

function writeCell(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell);
  const safe = FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
