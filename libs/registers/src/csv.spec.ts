import fc from 'fast-check';
import { writeCsv } from './csv.js';
import { parseCsv } from './data-file.js';

describe('comma-separated values', () => {
  it('are read as they were written, whatever is in a cell', () => {
    // Nothing that is a formula, and no carriage return, which the reader takes for a part of the end of a line.
    const text = fc.string().map((written) => `.${written.replaceAll('\r', ' ')}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (rows) => {
        const read = parseCsv(writeCsv(['one', 'two'], rows));
        expect(read).toEqual(rows.map(([one, two]) => ({ one, two })));
      }),
    );
  });

  it('hold no formula, but numbers as they are, and nothing for what is not known', () => {
    const cells = ['=cmd()', '+1 and more', '@here', '-5.10', 'a,"b"', null, 7, true];
    expect(writeCsv(['a'], [cells])).toBe(`a\r\n'=cmd(),'+1 and more,'@here,-5.10,"a,""b""",,7,true\r\n`);
  });
});
