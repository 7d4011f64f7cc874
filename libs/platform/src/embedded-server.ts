import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCommandLine, isProcessAlive } from './process-identity.js';
import type { Account } from './unprivileged-account.js';

export interface RunningServer {
  pid: number;
  port: number;
}

export interface LaunchOptions {
  dir: string;
  data: string;
  program: string;
  account: Account | undefined;
  port: number | undefined;
  throwAway: boolean;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;

/** What PostgreSQL writes in the first lines of postmaster.pid. */
function readPidFile(data: string): (RunningServer & { status: string }) | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3] ?? 0), status: lines[7]?.trim() ?? '' };
  } catch {
    return undefined;
  }
}

/**
 * The server that already runs on this data, left behind when the process that started it was killed. A pid file whose
 * process is gone, or whose number now belongs to another program, is removed, because PostgreSQL would refuse to start.
 */
export async function adoptServer(data: string): Promise<RunningServer | undefined> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const found = readPidFile(data);
    if (found === undefined) return undefined;
    if (!isPostgresOn(found.pid, data)) {
      rmSync(join(data, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (found.status === 'ready') return { pid: found.pid, port: found.port };
    if (Date.now() > deadline) throw new Error(`The database process ${found.pid} is neither ready nor gone`);
    await sleep(25);
  }
}

function isPostgresOn(pid: number, data: string): boolean {
  if (!isProcessAlive(pid)) return false;
  const command = findCommandLine(pid);
  return command === undefined || command.includes(data) || command.includes(realpathSync(data));
}

/** @throws Error with the end of the server's log when it does not come up. */
export async function launchServer(options: LaunchOptions): Promise<RunningServer> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (let attempt = 1; ;) {
    const port = options.port ?? (await findFreePort());
    try {
      return await launchOnPort(options, port);
    } catch (error) {
      const says = (text: string): boolean => error instanceof Error && error.message.includes(text);
      // A session of a server that was killed ends when it next waits for something; until then the data is not free.
      if (says('pre-existing shared memory block') && Date.now() < deadline) {
        await sleep(100);
        continue;
      }
      // Between finding a free port and using it somebody else may have taken it.
      if (!says('could not bind') || options.port !== undefined || attempt === 3) throw error;
      attempt += 1;
    }
  }
}

async function launchOnPort(options: LaunchOptions, port: number): Promise<RunningServer> {
  const { dir, data, program, account } = options;
  const logFile = join(dir, 'postgres.log');
  const log = openSync(logFile, 'w', 0o600);
  const args = ['-D', data, '-p', String(port), ...listSettings(options.throwAway).flatMap((each) => ['-c', each])];
  const child = spawn(program, args, {
    uid: account?.uid,
    gid: account?.gid,
    cwd: dir,
    stdio: ['ignore', log, log],
    // A session of its own: Ctrl-C in the terminal must reach us alone, or the database is gone before we are done.
    detached: true,
  });
  closeSync(log);
  child.unref();
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  child.once('exit', (code, signal) => (failure = new Error(`PostgreSQL ended with ${code ?? signal}`)));
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const found = readPidFile(data);
    if (failure) throw new Error(`${failure.message}: ${readEnd(logFile)}`, { cause: failure });
    if (found?.pid === child.pid && found?.status === 'ready') return { pid: found.pid, port };
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`PostgreSQL was not ready after ${START_LIMIT_MS / 1000} s, see ${logFile}`);
    }
    await sleep(10);
  }
}

function readEnd(logFile: string): string {
  return readFileSync(logFile, 'utf8').slice(-2000).trim();
}

function listSettings(throwAway: boolean): string[] {
  const common = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=UTC',
    'log_timezone=UTC',
    // Rows and statements can hold what nobody may read in a log; the message and its code are enough.
    'log_min_error_statement=panic',
    'log_error_verbosity=terse',
    // Statements here are short: compiling them, or spreading them over two cores, costs more than it gains, and
    // parallel ones fail where a container has little shared memory.
    'jit=off',
    'max_parallel_workers_per_gather=0',
  ];
  if (throwAway) {
    return [
      ...common,
      'fsync=off',
      'synchronous_commit=off',
      'full_page_writes=off',
      'shared_buffers=64MB',
      'max_connections=200',
    ];
  }
  return [
    ...common,
    'shared_buffers=256MB',
    // Checkpoints by time rather than by volume: each one makes every page touched after it go to the log in full.
    // With checkpoints that rare those pages are few, so wal_compression would spend time on a busy core for little.
    'max_wal_size=4GB',
    'checkpoint_completion_target=0.9',
  ];
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}

/** SIGINT: PostgreSQL ends its sessions, writes a checkpoint and leaves. SIGQUIT: at once, for data nobody keeps. */
export async function stopServer({ pid }: RunningServer, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  const deadline = Date.now() + STOP_LIMIT_MS;
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
  while (isProcessAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`The database process ${pid} did not end`);
    await sleep(10);
  }
}
