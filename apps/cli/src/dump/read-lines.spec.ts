import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLines } from './read-lines.js';

describe('the lines of an export', () => {
  const dir = mkdtempSync(join(tmpdir(), 'adit-lines-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const linesOf = async (text: string): Promise<{ texts: string[]; bytes: Buffer }> => {
    const file = join(dir, 'lines');
    writeFileSync(file, text);
    const [texts, bytes]: [string[], Buffer[]] = [[], []];
    for await (const line of readLines(createReadStream(file))) {
      texts.push(line.text);
      bytes.push(line.bytes);
    }
    return { texts, bytes: Buffer.concat(bytes) };
  };

  it('end at line feeds alone, not at the separators that JSON text may hold', async () => {
    const { texts } = await linesOf('{"a":"x\u2028y\u2029z\r"}\n{"b":1}\n');
    expect(texts).toEqual(['{"a":"x\u2028y\u2029z\r"}', '{"b":1}']);
  });

  it('are whole across the pieces in which a file is read, whatever bytes they are cut at', async () => {
    const long = ['é'.repeat(100_000), '🪨'.repeat(50_001), '', 'x'.repeat(65_535), 'end'];
    const text = `${long.join('\n')}\n`;
    const { texts, bytes } = await linesOf(text);
    expect(texts).toEqual(long);
    expect(bytes.equals(Buffer.from(text))).toBe(true);
  });

  it('include a last one without its line feed', async () => {
    expect((await linesOf('a\nb')).texts).toEqual(['a', 'b']);
    expect((await linesOf('')).texts).toEqual([]);
  });
});
