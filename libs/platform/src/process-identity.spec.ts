import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserList, identifyProcess, isIdentityAlive, isProcessAlive, withFileLock } from './process-identity.js';

describe('process identities', () => {
  it('tell a living process from a dead one and from another with the same number', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const pid = child.pid ?? 0;
    const identity = identifyProcess(pid);
    expect(isIdentityAlive(identity)).toBe(true);
    expect(isIdentityAlive(identity.replace(/\S+$/, '1'))).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isIdentityAlive(identity)).toBe(false);
    expect(isProcessAlive(pid)).toBe(false);
  });

  it('leave processes of other hosts alone', () => {
    expect(isIdentityAlive('another-host 1 1')).toBe(true);
    expect(isIdentityAlive('')).toBe(false);
  });
});

describe('a file lock', () => {
  let dir: string;
  let path: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'adit-spec-'));
    path = join(dir, 'lock');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await sleep(10);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withFileLock(path, work)));
    expect(most).toBe(1);
  });

  it('is free again when the work failed', async () => {
    await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withFileLock(path, () => Promise.resolve('yes'))).toBe('yes');
  });

  it('is taken over from a dead process, and from one that died while writing it', async () => {
    writeFileSync(path, identifyProcess().replace(/\S+$/, '1'));
    expect(await withFileLock(path, () => Promise.resolve('yes'))).toBe('yes');
    writeFileSync(path, '');
    utimesSync(path, new Date(0), new Date(0));
    expect(await withFileLock(path, () => Promise.resolve('yes'))).toBe('yes');
  });

  it('gives up after its time limit and names the holder', async () => {
    writeFileSync(path, identifyProcess());
    await expect(withFileLock(path, () => Promise.resolve('yes'), 60)).rejects.toThrow(String(process.pid));
  });

  it('counts who still uses a thing', () => {
    const users = new UserList(join(dir, 'users'));
    const first = users.join();
    const second = users.join();
    writeFileSync(join(dir, 'users', 'dead'), identifyProcess().replace(/\S+$/, '1'));
    expect(users.countAlive()).toBe(2);
    expect(users.leave(first)).toBe(1);
    expect(users.leave(second)).toBe(0);
  });
});
