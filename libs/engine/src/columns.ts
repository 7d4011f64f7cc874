/** How a column travels; a type of PostgreSQL. */
export type ColumnType = 'text' | 'jsonb' | 'uuid' | 'bigint' | 'boolean';
export type Column = readonly [name: string, type: ColumnType];
export type Cell = string | number | boolean | null;

/** JSON has no such character outside an escape, so a text of JSON is never mistaken for two. */
const SEPARATOR = '\u001e';

const isArray = (type: ColumnType): boolean => type === 'bigint' || type === 'boolean';

/**
 * The rows of a statement as one parameter per column, numbered from `first`. Texts are joined instead of quoted: to
 * escape every quotation mark of a document that is mostly quotation marks costs more than to decide on it.
 */
export function rowsFrom(columns: readonly Column[], first: number): string {
  const params = columns.map(([, type], index) => {
    const param = `$${first + index}`;
    return isArray(type) ? `${param}::${type}[]` : `string_to_array(${param}, E'\\x1e', '')`;
  });
  const names = columns.map(([name]) => name).join(', ');
  const values = columns.map(([name, type]) => (type === 'text' || isArray(type) ? name : `${name}::${type}`));
  return `select ${values.join(', ')} from unnest(${params.join(', ')}) as t(${names})`;
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
