import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readIdentities, readLayers, writeIdentity } from './keys.js';

/** Of the right form and checksum, and nothing can be encrypted to it: a point of the curve that gives all zeros. */
const NO_KEY = 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z';

describe('the file of an identity', () => {
  const dir = mkdtempSync(join(tmpdir(), 'adit-keys-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is written once, for its owner alone, and read with comments and the line ends of any system', async () => {
    const file = join(dir, 'identity');
    const recipient = await writeIdentity(file, new Date('2027-01-06T05:30:00Z'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const content = readFileSync(file, 'utf8');
    expect(content).toMatch(
      /^# created: 2027-01-06T05:30:00\.000Z\n#.*\n# public key: age1\w{58}\nAGE-SECRET-KEY-1\w{58}\n$/,
    );
    expect(content).toContain(recipient);
    await expect(writeIdentity(file, new Date(0))).rejects.toThrow(/exists already/);
    expect(readFileSync(file, 'utf8')).toBe(content);
    writeFileSync(file, content.replaceAll('\n', '\r\n'));
    expect(await readIdentities([file, file])).toHaveLength(2);
  });

  it('is refused by its name, and what stands in it is not repeated', async () => {
    const file = join(dir, 'wrong');
    await writeIdentity(join(dir, 'right'), new Date(0));
    const [identity = ''] = await readIdentities([join(dir, 'right')]);
    const misread = `${identity.slice(0, -1)}${identity.endsWith('Q') ? 'P' : 'Q'}`;
    for (const [content, reason] of [
      ['', /holds no identity/],
      ['# only a comment\n', /holds no identity/],
      [`${misread}\n`, /neither a comment nor an identity/],
      ['age1somebody\n', /neither a comment nor an identity/],
    ] as const) {
      writeFileSync(file, content);
      const failure: unknown = await readIdentities([file]).catch((error: unknown) => error);
      expect(String(failure)).toMatch(reason);
      expect(String(failure)).toContain(file);
      expect(String(failure)).not.toContain(misread.slice(20, 60));
    }
    await expect(readIdentities([join(dir, 'none')])).rejects.toThrow(/none cannot be read \(ENOENT\)/);
  });
});

describe('the recipients of an export', () => {
  const dir = mkdtempSync(join(tmpdir(), 'adit-recipients-'));
  const make = (name: string): Promise<string> => writeIdentity(join(dir, name), new Date(0));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('are told apart by commas within a layer', async () => {
    const [anil, bina, chandra] = [await make('anil'), await make('bina'), await make('chandra')];
    expect(await readLayers([`${anil}, ${bina}`, chandra])).toEqual([[anil, bina], [chandra]]);
    await expect(readLayers([`${anil},${bina}`, anil])).rejects.toThrow(`the recipient ${anil} is named twice`);
    await expect(readLayers([`${anil},`])).rejects.toThrow('"" is not a recipient');
  });

  it('are refused by name when nothing can be encrypted to them', async () => {
    const right = await make('right');
    const misread = `${right.slice(0, -1)}${right.endsWith('q') ? 'p' : 'q'}`;
    for (const wrong of [misread, NO_KEY, 'age1', 'anil', right.toUpperCase(), `${right}\n${right}`]) {
      await expect(readLayers([right, wrong])).rejects.toThrow(`"${wrong}" is not a recipient`);
    }
  });

  it('are not repeated when they are identities, which are secret', async () => {
    await make('secret');
    const [identity = ''] = await readIdentities([join(dir, 'secret')]);
    const failure: unknown = await readLayers([identity]).catch((error: unknown) => error);
    expect(String(failure)).toContain('was given an identity, which is secret');
    expect(String(failure)).not.toContain(identity.slice(0, 30));
  });
});
