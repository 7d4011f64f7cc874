import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The text of a file of the data directory. Sources and build output lie at different depths below it.
 * @throws Error when there is no such file.
 */
export function readDataFile(name: string): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const path = join(directory, 'data', name);
    if (existsSync(path)) return readFileSync(path, 'utf8');
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`data/${name} is missing`);
    directory = parent;
  }
}

/** A row of a table with a heading: every column of the heading is there; what is empty is the empty text. */
export type CsvRow = Readonly<Record<string, string>>;

/**
 * Reads comma-separated values after RFC 4180, the first line as the heading.
 * @throws Error naming the line of a row that has not the columns of the heading, or of a quote that does not end.
 */
export function parseCsv(text: string): readonly CsvRow[] {
  const [heading = [], ...records] = splitRecords(text);
  return records.map((record, index) => {
    if (record.length !== heading.length) {
      throw new Error(`record ${index + 1} has ${record.length} fields, the heading has ${heading.length}`);
    }
    return Object.fromEntries(heading.map((name, column) => [name, record[column] ?? '']));
  });
}

function splitRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') field += char ?? '';
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === ',') {
      record.push(field);
      field = '';
    } else if (char === '\n') {
      records.push([...record, field.replace(/\r$/, '')]);
      record = [];
      field = '';
    } else field += char ?? '';
  }
  if (quoted) throw new Error(`the quote that begins in record ${records.length} does not end`);
  if (field !== '' || record.length > 0) records.push([...record, field]);
  return records;
}
