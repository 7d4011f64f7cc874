import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets } from './secrets.js';

describe('the secrets', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'adit-spec-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  function writeOwn(name: string, text: string): string {
    const path = join(dataDir, 'secrets', name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  it('are made up once, for the owner only, and are the same at the next start', async () => {
    const first = await loadSecrets(dataDir);
    const second = await loadSecrets(dataDir);
    expect(first.generated).toBe(true);
    expect(second.generated).toBe(true);
    expect(first.tokenSigningKey.symmetricKeySize).toBe(32);
    expect(first.tokenSigningKey.equals(second.tokenSigningKey)).toBe(true);
    expect(first.commandKey.equals(second.commandKey)).toBe(true);
    expect(first.commandKey.equals(first.tokenSigningKey)).toBe(false);
    const dir = join(dataDir, 'secrets');
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  it('are the same for processes that start together', async () => {
    const all = await Promise.all([1, 2, 3].map(() => loadSecrets(dataDir)));
    for (const each of all) expect(each.tokenSigningKey.equals(all[0]?.tokenSigningKey ?? each.commandKey)).toBe(true);
  });

  it('count as generated until each of them is the operator’s own', async () => {
    await loadSecrets(dataDir);
    writeOwn('token-signing.key', randomBytes(32).toString('base64url'));
    expect((await loadSecrets(dataDir)).generated).toBe(true);
    writeOwn('command-key.hmac', randomBytes(48).toString('base64url'));
    expect((await loadSecrets(dataDir)).generated).toBe(false);
  });

  it.each([
    ['short', randomBytes(31).toString('base64url')],
    ['not base64url', `${'hunter2 '.repeat(8)}!`],
    ['empty', ''],
  ])('are refused by file name when one is %s', async (_, text) => {
    await loadSecrets(dataDir);
    const path = writeOwn('token-signing.key', text);
    await expect(loadSecrets(dataDir)).rejects.toThrow(path);
  });

  it('are refused when others can read them', async () => {
    await loadSecrets(dataDir);
    chmodSync(writeOwn('command-key.hmac', randomBytes(32).toString('base64url')), 0o640);
    await expect(loadSecrets(dataDir)).rejects.toThrow('can be read by others');
  });
});
