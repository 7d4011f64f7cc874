import fc from 'fast-check';
import { canonicalJson } from '#case-kit';
import { openTestDatabase, type TestDatabase } from '#testing';
import { paramsOf, rowsFrom, type Cell, type Column } from './columns.js';

const COLUMNS: readonly Column[] = [
  ['id', 'text'],
  ['body', 'jsonb'],
  ['seq', 'bigint'],
  ['open', 'boolean'],
  ['key', 'uuid'],
];

describe('rows as columns', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const carry = async (rows: readonly (readonly Cell[])[]): Promise<unknown[][]> => {
    const text = `select id, body::text, seq, open, key::text from (${rowsFrom(COLUMNS, 1)}) r`;
    const answer = await database.pool.query<unknown[]>({ text, values: paramsOf(COLUMNS, rows), rowMode: 'array' });
    return answer.rows;
  };

  const text = fc.string({ unit: 'binary', minLength: 1 }).map((value) => `x${value.replaceAll(/[\0\u001e]/gu, '')}`);
  const documents = fc.json({ noUnicodeString: false }).filter((value) => !value.includes('\\u0000'));
  const row = fc.tuple(
    fc.option(text),
    fc.option(documents.map((value) => canonicalJson(JSON.parse(value)))),
    fc.option(fc.maxSafeInteger()),
    fc.option(fc.boolean()),
    fc.option(fc.uuid()),
  );

  it('arrive as they were sent, whatever the texts hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 5 }), async (rows) => {
        const arrived = await carry(rows);
        const read = ([id, body, ...others]: readonly unknown[]): unknown[] => [
          id,
          typeof body === 'string' ? JSON.parse(body) : null,
          ...others,
        ];
        expect(arrived.map(read)).toEqual(rows.map(read));
      }),
      { numRuns: 200 },
    );
  });

  it('are refused when a text would be taken for two, or for none', () => {
    expect(() => paramsOf(COLUMNS, [['a\u001eb', '{}', 1, true, null]])).toThrow('id holds a text that cannot travel');
    expect(() => paramsOf(COLUMNS, [['', '{}', 1, true, null]])).toThrow('id holds a text that cannot travel');
  });
});
