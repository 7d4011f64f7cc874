import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readIdentities, writeIdentity, type Layer } from './keys.js';
import { sealLayers, withClearText } from './layers.js';

const PIECE = Buffer.from(`${'Each line of a dump names a table or an organisation. '.repeat(40)}\n`);

async function* repeatPiece(times: number): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < times; count += 1) yield PIECE;
}

describe('the layers of an export', () => {
  const dir = mkdtempSync(join(tmpdir(), 'adit-layers-'));
  const pairs: Record<string, { readonly recipient: string; readonly identity: string }> = {};

  beforeAll(async () => {
    for (const name of ['anil', 'bina', 'chandra', 'stranger']) {
      const recipient = await writeIdentity(join(dir, name), new Date(0));
      const [identity = ''] = await readIdentities([join(dir, name)]);
      pairs[name] = { recipient, identity };
    }
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const recipients = (...names: string[]): Layer => names.map((name) => pairs[name]?.recipient ?? '');
  const write = async (layers: readonly Layer[], pieces = 100): Promise<string> => {
    const file = join(dir, 'sealed');
    const sealed: Uint8Array[] = [];
    for await (const piece of await sealLayers(repeatPiece(pieces), layers)) sealed.push(piece);
    writeFileSync(file, Buffer.concat(sealed));
    return file;
  };
  const open = async (file: string, ...names: string[]): Promise<Buffer> => {
    const identities = names.map((name) => pairs[name]?.identity ?? '');
    return await withClearText(file, identities, async (text) => {
      const opened: Uint8Array[] = [];
      for await (const piece of text) opened.push(piece);
      return Buffer.concat(opened);
    });
  };
  const text = (pieces = 100): Buffer => Buffer.concat(Array.from({ length: pieces }, () => PIECE));

  it('open for any one recipient of each layer, in whatever order their identities come', async () => {
    const file = await write([recipients('anil', 'bina'), recipients('chandra')]);
    for (const names of [
      ['anil', 'chandra'],
      ['chandra', 'bina'],
      ['stranger', 'anil', 'bina', 'chandra'],
    ]) {
      expect((await open(file, ...names)).equals(text())).toBe(true);
    }
  });

  it('name the layer for which an identity is missing, before anything is read', async () => {
    const file = await write([recipients('anil', 'bina'), recipients('chandra')]);
    await expect(open(file)).rejects.toThrow(/opens layer 1 of the export.*--to number 1/);
    await expect(open(file, 'stranger', 'chandra')).rejects.toThrow(/opens layer 1/);
    await expect(open(file, 'anil', 'bina', 'stranger')).rejects.toThrow(/opens layer 2 of the export.*--to number 2/);
  });

  it('hide what is in them, and how the same text was hidden before', async () => {
    const [first, second] = [
      readFileSync(await write([recipients('anil')])),
      readFileSync(await write([recipients('anil')])),
    ];
    expect(first.includes('organisation')).toBe(false);
    expect(first.includes(pairs['anil']?.recipient ?? '')).toBe(false);
    expect(second.length).toBe(first.length);
    expect(second.equals(first)).toBe(false);
  });

  it('are refused when a byte of them was changed, wherever it stands', async () => {
    const file = await write([recipients('anil'), recipients('chandra')]);
    const whole = readFileSync(file);
    const payload = whole.indexOf('\n', whole.indexOf('---')) + 1;
    for (const place of [0, 3, payload - 2, payload, payload + 20, payload + 300, 100_000, whole.length - 1]) {
      const changed = Buffer.from(whole);
      changed[place] = (changed[place] ?? 0) ^ 1;
      writeFileSync(file, changed);
      await expect(open(file, 'anil', 'chandra')).rejects.toThrow(/changed, damaged or cut off|is not an export/);
    }
  });

  it('are refused when they were cut off or something was put behind them', async () => {
    const file = await write([recipients('anil'), recipients('chandra')]);
    const whole = readFileSync(file);
    const payload = whole.indexOf('\n', whole.indexOf('---')) + 1;
    const endOfChunk = payload + 16 + 65_536 + 16;
    for (const length of [30, payload, payload + 10, payload + 400, endOfChunk, endOfChunk + 1, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      await expect(open(file, 'anil', 'chandra')).rejects.toThrow(/changed, damaged or cut off/);
    }
    writeFileSync(file, Buffer.concat([whole, Buffer.from('{}\n')]));
    await expect(open(file, 'anil', 'chandra')).rejects.toThrow(/changed, damaged or cut off/);
  });

  it('are not looked for in what is in clear', async () => {
    const file = join(dir, 'clear');
    for (const content of ['', 'age', '{"format":"adit-export-1"}\n']) {
      writeFileSync(file, content);
      await expect(open(file, 'anil')).rejects.toThrow(/not an export: an export is encrypted/);
    }
    await expect(open(join(dir, 'nothing'), 'anil')).rejects.toThrow(/there is no file/);
  });

  it('take a text only as fast as it is written away', async () => {
    let made = 0;
    const long = (async function* (): AsyncGenerator<Uint8Array> {
      for (; made < 1_000; made += 1) yield Buffer.alloc(65_536);
    })();
    const sealed = (await sealLayers(long, [recipients('anil'), recipients('chandra')]))[Symbol.asyncIterator]();
    for (let read = 0; read < 20; read += 1) await sealed.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(made).toBeLessThan(60);
    await sealed.return?.();
  });
});
