/** How a column travels; a type of PostgreSQL. */
export type ColumnType = 'text' | 'jsonb' | 'uuid' | 'bigint' | 'boolean';
export type Column = readonly [name: string, type: ColumnType];
export type Cell = string | number | boolean | null;

/** JSON has no such character outside an escape, so a text of JSON is never mistaken for two. */
const SEPARATOR = '\u001e';

const isArray = (type: ColumnType): boolean => type === 'bigint' || type === 'boolean';

/** The list that a parameter carries. */
export function listFrom(type: ColumnType, param: number): string {
  return isArray(type) ? `$${param}::${type}[]` : `string_to_array($${param}, E'\\x1e', '')`;
}

/**
 * The rows of a statement as one parameter per column, numbered from `first`. Texts are joined instead of quoted: to
 * escape every quotation mark of a document that is mostly quotation marks costs more than to decide on it.
 */
export function rowsFrom(columns: readonly Column[], first: number): string {
  // Side by side in the list of what is selected they are taken one by one; after FROM they would first be laid out as
  // a table of their own.
  const lists = columns.map(([name, type], index) => `unnest(${listFrom(type, first + index)}) as ${name}`);
  const values = columns.map(([name, type]) => (type === 'text' || isArray(type) ? name : `${name}::${type}`));
  return `select ${values.join(', ')} from (select ${lists.join(', ')}) t`;
}

function countSeparators(text: string): number {
  let count = 0;
  for (let at = text.indexOf(SEPARATOR); at !== -1; at = text.indexOf(SEPARATOR, at + 1)) count += 1;
  return count;
}

/**
 * The values of those parameters.
 *
 * @throws when a text is empty or holds the separator: neither is ever written.
 */
export function paramsOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string[] {
  return columns.map(([name, type], index) => {
    const cells = rows.map((row) => row[index] ?? null);
    if (isArray(type)) return `{${cells.map((cell) => (cell === null ? 'NULL' : String(cell))).join(',')}}`;
    const joined = cells.join(SEPARATOR);
    if (cells.includes('') || countSeparators(joined) >= Math.max(cells.length, 1)) {
      throw new Error(`${name} holds a text that cannot travel`);
    }
    return joined;
  });
}
