import { existsSync, renameSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepareBinaries, type PostgresBinaries } from './embedded-binaries.js';
import { createTemporaryDirectory, keepPassword, prepareDirectory } from './embedded-directory.js';
import { APP_LOGIN, DATABASE, OWNER_LOGIN, prepareLogins } from './embedded-logins.js';
import { adoptServer, launchServer, stopServer, type RunningServer } from './embedded-server.js';
import { sweepTemporaryClusters } from './embedded-sweep.js';
import { UserList, withFileLock } from './process-identity.js';
import { findUnprivilegedAccount, type Account } from './unprivileged-account.js';

export const ADMIN_LOGIN = 'adit_admin';

export interface EmbeddedOptions {
  /** Directory of the cluster; needed unless `ephemeral`. */
  dir?: string;
  /** TCP port on 127.0.0.1; any free one if not given. Ignored when a running server is adopted. */
  port?: number;
  /** A throw-away cluster in the temporary directory, without fsync, removed by `stop()`. */
  ephemeral?: boolean;
  /** With `ephemeral`: keep fsync on, for measurements that must pay for it. */
  durable?: boolean;
  /** The process on whose behalf it runs, when that outlives the caller; the caller itself if not given. */
  ownerPid?: number;
  /** Told what an operator should know; silent if not given. */
  report?: (message: string) => void;
}

export interface EmbeddedPostgres {
  /** Owns the database and its schema; for migrations only. Not a superuser. */
  ownerUrl: string;
  /** Login of the application. Not a superuser. */
  appUrl: string;
  /** Superuser, for the launcher and for tests. */
  adminUrl: string;
  port: number;
  dir: string;
  pid: number;
  /** True when a server left running by a killed process was taken over. */
  adopted: boolean;
  /** Ends the server once no other living process uses it, with everything committed on disk. */
  stop: () => Promise<void>;
}

/**
 * Starts the PostgreSQL that npm installed, reachable from this machine only, with two logins that are no superusers.
 * Needs no account, no database and no network; runs as root or not.
 *
 * @throws Error in words for the operator when it cannot: no package for this platform, no account, initdb failed.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const report = options.report ?? (() => undefined);
  const unprivileged = findUnprivilegedAccount();
  if (options.ephemeral) await sweepTemporaryClusters(unprivileged);
  else if (options.dir === undefined) throw new Error('A lasting cluster needs a directory');
  const { account, dir, openShared } =
    options.ephemeral || options.dir === undefined
      ? createTemporaryDirectory(unprivileged)
      : prepareDirectory(options.dir, unprivileged, report);
  const binaries = prepareBinaries(account, openShared);
  return await withFileLock(join(dir, 'launch.lock'), () => startInDirectory(dir, binaries, account, options, report));
}

async function startInDirectory(
  dir: string,
  binaries: PostgresBinaries,
  account: Account | undefined,
  options: EmbeddedOptions,
  report: (message: string) => void,
): Promise<EmbeddedPostgres> {
  const adminPassword = keepPassword(join(dir, 'admin.password'), account);
  const ownerPassword = keepPassword(join(dir, 'owner.password'), account);
  const appPassword = keepPassword(join(dir, 'app.password'), account);
  const data = join(dir, 'data');
  const throwAway = options.ephemeral === true && options.durable !== true;
  if (!existsSync(data)) initialiseData(dir, data, binaries, account, throwAway);

  const adopted = await adoptServer(data);
  if (adopted) report(`Took over the database left running as process ${adopted.pid}`);
  const server: RunningServer =
    adopted ?? (await launchServer({ dir, data, program: binaries.postgres, account, port: options.port, throwAway }));
  const urlOf = (login: string, password: string, database: string): string =>
    `postgres://${login}:${password}@127.0.0.1:${server.port}/${database}?sslmode=disable`;
  await prepareLogins(urlOf(ADMIN_LOGIN, adminPassword, 'postgres'), data, ownerPassword, appPassword);

  const users = new UserList(join(dir, 'users'));
  const ticket = users.join(options.ownerPid);
  return {
    ownerUrl: urlOf(OWNER_LOGIN, ownerPassword, DATABASE),
    appUrl: urlOf(APP_LOGIN, appPassword, DATABASE),
    adminUrl: urlOf(ADMIN_LOGIN, adminPassword, DATABASE),
    port: server.port,
    pid: server.pid,
    dir,
    adopted: adopted !== undefined,
    stop: async () => {
      const others = await withFileLock(join(dir, 'launch.lock'), async () => {
        const left = users.leave(ticket);
        if (left === 0) await stopServer(server, throwAway ? 'SIGQUIT' : 'SIGINT');
        return left;
      });
      if (others === 0 && options.ephemeral) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** initdb works beside the data and the result is put in place in one step, so half a cluster is never taken for one. */
function initialiseData(
  dir: string,
  data: string,
  binaries: PostgresBinaries,
  account: Account | undefined,
  throwAway: boolean,
): void {
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = ['-D', unfinished, '-U', ADMIN_LOGIN, '-A', 'scram-sha-256', '-E', 'UTF8'];
  args.push(`--pwfile=${join(dir, 'admin.password')}`, '--no-instructions');
  // The same order of texts on every machine, and upper and lower case beyond ASCII, without the system's locales.
  args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  if (throwAway) args.push('--no-sync', '--no-data-checksums');
  const result = spawnSync(binaries.initdb, args, { uid: account?.uid, gid: account?.gid, cwd: dir, encoding: 'utf8' });
  if (result.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    const reason = result.error?.message ?? (result.stderr || `signal ${result.signal}`);
    throw new Error(`The embedded database could not be created in ${dir}: ${reason.trim()}`);
  }
  renameSync(unfinished, data);
}
