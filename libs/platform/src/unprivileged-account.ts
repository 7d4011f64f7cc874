import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The account under which PostgreSQL runs: undefined for the caller's own. PostgreSQL refuses to run as root, and
 * initdb needs an account that has a name: `postgres` if there is one, else `nobody`.
 *
 * @throws Error when running as root on a machine that has neither.
 */
export function findUnprivilegedAccount(passwd = '/etc/passwd'): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const rows = readFileSync(passwd, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const row = rows.find(([name]) => name === wanted);
    if (row) return { name: wanted, uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root and this machine has no account "postgres" or "nobody" to run it under: ' +
      'run as another user, or set DATABASE_URL to an existing server.',
  );
}

/** True when every directory above the path lets the account through, and the path itself may be read and entered. */
export function isReachableBy(account: Account, path: string): boolean {
  const absolute = resolve(path);
  if (!hasPermission(account, absolute, 0o5)) return false;
  for (let directory = dirname(absolute); ; directory = dirname(directory)) {
    if (!hasPermission(account, directory, 0o1)) return false;
    if (directory === dirname(directory)) return true;
  }
}

/** Access lists and capabilities are not looked at: a wrong "no" costs a copy, a wrong "yes" is reported by initdb. */
function hasPermission(account: Account, path: string, wanted: number): boolean {
  const { mode, uid, gid } = statSync(path);
  const granted = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
  return (granted & wanted) === wanted;
}
