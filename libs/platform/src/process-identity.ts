import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A text that names one run of one process. The process number alone is not enough: after a restart of a container
 * the same small number is somebody else's.
 */
export function identifyProcess(pid = process.pid): string {
  return `${hostname()} ${pid} ${readStartTime(pid) ?? '-'}`;
}

/** Whether the run that the text names is still going on. A process of another host counts as alive. */
export function isIdentityAlive(identity: string): boolean {
  const [host, pid, started] = identity.trim().split(' ');
  if (host !== hostname()) return host !== undefined && host !== '';
  return isProcessAlive(Number(pid)) && (started === '-' || readStartTime(Number(pid)) === started);
}

export function isProcessAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    // A zombie is dead but answers signals until its parent asks after it, which a careless parent never does.
    return readProcessFields(pid)?.[0] !== 'Z';
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** Clock ticks from boot to the start of the process; only Linux tells. */
function readStartTime(pid: number): string | undefined {
  return readProcessFields(pid)?.[19];
}

/** The fields of /proc/pid/stat from the third, the state, on. */
function readProcessFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may itself hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** The command line of a process, as far as this system tells. */
export function findCommandLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return undefined;
  }
}

/**
 * Runs the work while no other process holds the lock file; a lock left by a dead process is taken over.
 *
 * @throws Error when a living process holds it longer than the time limit.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, limitMs = 60_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  while (!takeLock(path)) {
    const holder = readIfThere(path);
    if (isAbandoned(path, holder)) rmSync(path, { force: true });
    else if (Date.now() > deadline) throw new Error(`${path} is held by ${holder}; remove it if that is over`);
    else await sleep(25);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function takeLock(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeFileSync(file, identifyProcess());
    closeSync(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** A lock is empty for an instant while it is being written, or for ever when its writer died in that instant. */
function isAbandoned(path: string, holder: string | undefined): boolean {
  if (holder === undefined) return false;
  if (holder !== '') return !isIdentityAlive(holder);
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Date.now() - written > 5_000;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Processes that use a shared thing, one file each use, so that the last one out can turn off the light. */
export class UserList {
  constructor(private readonly directory: string) {}

  /** Returns the ticket with which to leave. */
  join(pid = process.pid): string {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const ticket = `${pid}-${randomBytes(4).toString('hex')}`;
    writeFileSync(join(this.directory, ticket), identifyProcess(pid));
    return ticket;
  }

  /** Leaves, and tells how many uses by living processes remain. */
  leave(ticket: string): number {
    rmSync(join(this.directory, ticket), { force: true });
    return this.countAlive();
  }

  countAlive(): number {
    if (!existsSync(this.directory)) return 0;
    let alive = 0;
    for (const name of readdirSync(this.directory)) {
      const identity = readIfThere(join(this.directory, name));
      if (identity !== undefined && isIdentityAlive(identity)) alive += 1;
      else rmSync(join(this.directory, name), { force: true });
    }
    return alive;
  }
}
