import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findUnprivilegedAccount, isReachableBy } from './unprivileged-account.js';

const STRANGER = { name: 'stranger', uid: 64_001, gid: 64_001 };

describe('the account that PostgreSQL runs under', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'adit-spec-'));
    chmodSync(dir, 0o755);
    mkdirSync(join(dir, 'a', 'b'), { recursive: true, mode: 0o755 });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('can reach a directory only when it may pass through every one above it', () => {
    const path = join(dir, 'a', 'b');
    expect(isReachableBy(STRANGER, path)).toBe(true);
    chmodSync(join(dir, 'a'), 0o700);
    expect(isReachableBy(STRANGER, path)).toBe(false);
    chmodSync(join(dir, 'a'), 0o711);
    expect(isReachableBy(STRANGER, path)).toBe(true);
    chmodSync(path, 0o711);
    expect(isReachableBy(STRANGER, path)).toBe(false);
  });

  const asRoot = process.getuid?.() === 0;

  it('is the caller’s own unless that is root', () => {
    expect(findUnprivilegedAccount() === undefined).toBe(!asRoot);
  });

  (asRoot ? it : it.skip)('is postgres when there is one, else nobody, else there is no way', () => {
    const passwd = join(dir, 'passwd');
    const rows = ['root:x:0:0::/root:/bin/sh', 'nobody:x:65534:65533::/:/bin/false', 'postgres:x:101:104::/:/bin/sh'];
    writeFileSync(passwd, rows.join('\n'));
    expect(findUnprivilegedAccount(passwd)).toEqual({ name: 'postgres', uid: 101, gid: 104 });
    writeFileSync(passwd, rows.slice(0, 2).join('\n'));
    expect(findUnprivilegedAccount(passwd)).toEqual({ name: 'nobody', uid: 65534, gid: 65533 });
    writeFileSync(passwd, rows.slice(0, 1).join('\n'));
    expect(() => findUnprivilegedAccount(passwd)).toThrow('DATABASE_URL');
  });
});
