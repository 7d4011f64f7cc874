import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { CarriedTable } from './catalogue.js';
import { quoteName, UNIT, type DumpHead, type EndLine, type FillerLine, type TableLine } from './format.js';

const ROWS_AT_ONCE = 500;

/** Makes lines into bytes, and keeps what the end has to say of them. */
class LineWriter {
  private readonly hash = createHash('sha256');
  private length = 0;
  rows = 0;

  write(lines: readonly string[]): Buffer {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    this.hash.update(bytes);
    this.length += bytes.length;
    return bytes;
  }

  /** The end is as long with any hash in it, so that the filler before it can be measured. */
  end(): Buffer {
    const tell = (sha256: string): string => {
      const end: EndLine = { $end: { rows: this.rows, sha256 } };
      return `${JSON.stringify(end)}\n`;
    };
    const unfilled = this.length + tellFiller(0).length + 1 + tell('0'.repeat(64)).length;
    const filler = this.write([tellFiller((UNIT - (unfilled % UNIT)) % UNIT)]);
    return Buffer.concat([filler, Buffer.from(tell(this.hash.digest('hex')))]);
  }
}

function tellFiller(length: number): string {
  const line: FillerLine = { $filler: '0'.repeat(length) };
  return JSON.stringify(line);
}

/** The clear text of an export, piece by piece as its reader asks for it. */
export async function* writeClearText(
  client: PoolClient,
  head: DumpHead,
  tables: readonly CarriedTable[],
): AsyncGenerator<Buffer> {
  const writer = new LineWriter();
  yield writer.write([JSON.stringify(head)]);
  for (const table of tables) {
    const line: TableLine = { $table: table.name, columns: table.columns };
    yield writer.write([JSON.stringify(line)]);
    for await (const rows of readRows(client, table)) {
      writer.rows += rows.length;
      yield writer.write(rows);
    }
  }
  yield writer.end();
}

/** The server writes each row itself: its numbers and instants pass through no number of ours. */
async function* readRows(client: PoolClient, table: CarriedTable): AsyncGenerator<readonly string[]> {
  const columns = table.columns.map(quoteName).join(', ');
  const order = table.keyColumns.length === 0 ? '' : ` order by ${table.keyColumns.map(quoteName).join(', ')}`;
  await client.query(
    `declare rows_of_table no scroll cursor for
     select row_to_json(r)::text as line from (select ${columns} from public.${quoteName(table.name)}${order}) r`,
  );
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${ROWS_AT_ONCE} from rows_of_table`);
    if (rows.length > 0) yield rows.map((row) => row.line);
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await client.query('close rows_of_table');
}
