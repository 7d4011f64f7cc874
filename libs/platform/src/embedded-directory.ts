import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isReachableBy, type Account } from './unprivileged-account.js';

const SYSTEM_DIRECTORY = '/var/lib/adit';
const POINTER = 'moved-to';
export const TEMPORARY_PREFIX = 'adit-pg-';

export interface ClusterDirectory {
  /** Under which PostgreSQL runs here; undefined for the caller's own. */
  account: Account | undefined;
  /** Holds `data`, the passwords, the log and the lock. */
  dir: string;
  /** Makes the place to which programs are copied when the account cannot reach them. */
  openShared: () => string;
}

export function findTemporaryParent(account: Account | undefined): string {
  return account !== undefined && !isReachableBy(account, tmpdir()) ? '/tmp' : tmpdir();
}

/** A new directory under the system's temporary one, or under /tmp when that is closed to the account. */
export function createTemporaryDirectory(account: Account | undefined): ClusterDirectory {
  const parent = findTemporaryParent(account);
  const dir = mkdtempSync(join(parent, TEMPORARY_PREFIX));
  giveTo(account, dir);
  return { account, dir, openShared: openSystemDirectory };
}

/**
 * The directory of a lasting cluster: the wanted one, or, when the account that PostgreSQL must run under cannot get
 * there, one under /var/lib/adit. A pointer file remembers that choice, so that a moved checkout finds its data.
 */
export function prepareDirectory(
  wanted: string,
  account: Account | undefined,
  report: (message: string) => void,
): ClusterDirectory {
  const asked = resolve(wanted);
  mkdirSync(asked, { recursive: true });
  const pointer = join(asked, POINTER);
  if (account === undefined) {
    if (existsSync(pointer) || !isOurs(asked)) {
      throw new Error(`The database in ${asked} was made by another user, root perhaps: start as that user again.`);
    }
    chmodSync(asked, 0o700);
    return { account, dir: asked, openShared: openSystemDirectory };
  }
  if (!existsSync(pointer) && isReachableBy(account, dirname(asked))) return openDirectory(asked, account);
  if (!existsSync(pointer)) {
    const name = createHash('sha256').update(asked).digest('hex').slice(0, 12);
    writeFileSync(pointer, join(openSystemDirectory(), `pg-${name}`));
  }
  const dir = readFileSync(pointer, 'utf8').trim();
  mkdirSync(dir, { recursive: true });
  report(
    `The database is kept in ${dir}: PostgreSQL may not run as root and the account "${account.name}" ` +
      `cannot reach ${asked}. Set ADIT_DATA_DIR to a directory open to it, or DATABASE_URL, to decide otherwise.`,
  );
  return openDirectory(dir, account);
}

/** Data once made stays with its account, even when a better one has appeared on the machine since. */
function openDirectory(dir: string, wanted: Account): ClusterDirectory {
  const owner = statSync(join(dir, 'data'), { throwIfNoEntry: false });
  const kept = owner !== undefined && owner.uid !== 0 && owner.uid !== wanted.uid;
  const account = kept ? { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid } : wanted;
  giveTo(account, dir);
  return { account, dir, openShared: openSystemDirectory };
}

function isOurs(path: string): boolean {
  return process.getuid === undefined || statSync(path).uid === process.getuid();
}

function openSystemDirectory(): string {
  try {
    mkdirSync(SYSTEM_DIRECTORY, { recursive: true, mode: 0o755 });
    chmodSync(SYSTEM_DIRECTORY, 0o755);
    return SYSTEM_DIRECTORY;
  } catch {
    // A read-only system still has a temporary directory; what is there may not survive a reboot, hence the report.
    const fallback = '/tmp/adit';
    mkdirSync(fallback, { recursive: true, mode: 0o755 });
    return fallback;
  }
}

export function giveTo(account: Account | undefined, path: string, mode = 0o700): void {
  chmodSync(path, mode);
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

/** The password kept in a file, made up when there is none. Written whole or not at all. */
export function keepPassword(path: string, account: Account | undefined): string {
  if (!existsSync(path)) {
    const unfinished = `${path}.new`;
    writeFileSync(unfinished, randomBytes(24).toString('base64url'), { mode: 0o600 });
    giveTo(account, unfinished, 0o600);
    renameSync(unfinished, path);
  }
  return readFileSync(path, 'utf8').trim();
}
