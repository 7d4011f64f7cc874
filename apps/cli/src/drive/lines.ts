import type { ProvisionRef } from '#case-kit';

const WIDTH = 112;

/** Text in lines of a terminal's width, each after the first hanging by `hang` columns. */
export function wrap(text: string, indent = 0, hang = indent): readonly string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(hang);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Rows in columns, each as wide as its widest cell; the last column is not filled up. */
export function tabulate(rows: readonly (readonly string[])[], indent = 0): readonly string[] {
  const columns = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)));
    return `${' '.repeat(indent)}${cells.join('  ')}`.trimEnd();
  });
}

/** `2020-02-08 11:00:01` of an instant with the offset of India. */
export function localTime(instant: string): string {
  return instant.slice(0, 19).replace('T', ' ');
}

/** `Mineral (Auction) Rules, 2015, r. 9(3)`. */
export function cite({ act, provision }: ProvisionRef): string {
  return `${act}, ${provision}`;
}
