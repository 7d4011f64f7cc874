import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixedClock } from '#platform';
import { FileKeyHolder } from './file-key-holder.js';
import { BrokenEnvelope, makeSealPair, sealField } from './seal.js';

describe('the holder of keys as files', () => {
  let directory: string;
  let holder: FileKeyHolder;
  const clock = new FixedClock(Date.parse('2026-03-02T06:30:00Z'));
  const purpose = { caseId: 'CASE-1', command: 'OPEN_ENVELOPES', persons: ['chair', 'member'] };

  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), 'adit-keys-')), 'keys');
    holder = new FileKeyHolder(directory, clock);
  });
  afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

  const logLines = (): Record<string, unknown>[] => {
    const path = join(directory, 'openings.log');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('makes a key per case, readable by nobody else', async () => {
    const [one, two] = [await holder.makeKey('CASE-1'), await holder.makeKey('CASE-2')];
    expect(one.keyId).not.toBe(two.keyId);
    expect(one.publicKey).not.toBe(two.publicKey);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(directory)) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it('opens what was sealed to its key and writes down first what, for whom and why', async () => {
    const key = await holder.makeKey('CASE-1');
    const envelopes = Array.from({ length: 20 }, (_, index) => ({
      id: `e${index}`,
      envelope: sealField(key, `${index}.00`),
    }));
    const opened = await holder.open(key, envelopes, purpose);
    expect(opened).toEqual(Object.fromEntries(envelopes.map(({ id }, index) => [id, `${index}.00`])));
    expect(logLines()).toEqual([
      { at: '2026-03-02T06:30:00.000Z', ...purpose, keyId: key.keyId, envelopes: envelopes.map(({ id }) => id) },
    ]);
  });

  it('has written the log line even when the opening fails', async () => {
    const key = await holder.makeKey('CASE-1');
    const forged = { ...sealField(key, '1.00'), ciphertext: sealField(key, '2.00').ciphertext };
    await expect(holder.open(key, [{ id: 'forged', envelope: forged }], purpose)).rejects.toThrow(BrokenEnvelope);
    expect(logLines()).toMatchObject([{ envelopes: ['forged'] }]);
  });

  it('opens nothing when it cannot write its log', async () => {
    const key = await holder.makeKey('CASE-1');
    const envelope = sealField(key, '1.00');
    // A directory in its place: even root cannot append to it.
    mkdirSync(join(directory, 'openings.log'));
    await expect(holder.open(key, [{ id: 'e', envelope }], purpose)).rejects.toThrow(/EISDIR/);
  });

  it('opens for two persons and not for one, however often he is named', async () => {
    const key = await holder.makeKey('CASE-1');
    const envelopes = [{ id: 'e', envelope: sealField(key, '1.00') }];
    for (const persons of [[], ['chair'], ['chair', 'chair']]) {
      await expect(holder.open(key, envelopes, { ...purpose, persons })).rejects.toThrow('two persons');
    }
    expect(logLines()).toEqual([]);
  });

  it('opens nothing with the key of another case', async () => {
    const key = await holder.makeKey('CASE-2');
    const envelopes = [{ id: 'e', envelope: sealField(key, '1.00') }];
    await expect(holder.open(key, envelopes, purpose)).rejects.toThrow('another case');
    expect(logLines()).toEqual([]);
  });

  it('looks for keys nowhere but in its directory', async () => {
    await holder.makeKey('CASE-1');
    for (const keyId of ['../../etc/passwd', 'x/y', '', 'a'.repeat(65)]) {
      await expect(holder.open({ keyId, publicKey: 'x' }, [], purpose)).rejects.toThrow('not a key id');
    }
  });

  it('knows no key that it did not make', async () => {
    const { key } = makeSealPair();
    await expect(holder.open(key, [], purpose)).rejects.toThrow(/ENOENT/);
  });
});
