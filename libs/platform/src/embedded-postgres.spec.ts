import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { sweepTemporaryClusters } from './embedded-sweep.js';
import { isProcessAlive } from './process-identity.js';
import { findUnprivilegedAccount } from './unprivileged-account.js';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  // A session that outlives its server may end after its answer and before it is told to.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('an embedded cluster that lasts', () => {
  let dir: string;
  let running: EmbeddedPostgres[];

  async function start(): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dir: join(dir, 'pg') });
    running.push(server);
    return server;
  }

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'adit-spec-'));
    // Open to the account that PostgreSQL runs under when the tests run as root.
    chmodSync(dir, 0o755);
    running = [];
  });

  afterEach(async () => {
    for (const server of running) await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('keeps its data over a stop and a start, with fsync on', async () => {
    const first = await start();
    await query(first.ownerUrl, 'create table kept as select 42 as answer');
    await first.stop();
    expect(isProcessAlive(first.pid)).toBe(false);

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await query(second.adminUrl, 'show fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('gives two logins of which neither is a superuser nor may make roles or databases', async () => {
    const server = await start();
    const rows = await query(
      server.adminUrl,
      `select rolname, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as mighty
         from pg_roles where rolname like 'adit\\_%' order by rolname`,
    );
    expect(rows).toEqual([
      { rolname: 'adit_admin', mighty: true },
      { rolname: 'adit_app', mighty: false },
      { rolname: 'adit_owner', mighty: false },
    ]);
    await expect(query(server.appUrl, 'create table mine (id int)')).rejects.toThrow('permission denied');
    await expect(query(server.ownerUrl, 'create table ours (id int)')).resolves.toEqual([]);
    await expect(query(server.appUrl, 'select * from ours')).rejects.toThrow('permission denied');
  });

  it('listens on the loopback address only and keeps its passwords to itself', async () => {
    const server = await start();
    expect(await query(server.adminUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    const passwords = readdirSync(server.dir).filter((name) => name.endsWith('.password'));
    expect(passwords.sort()).toEqual(['admin.password', 'app.password', 'owner.password']);
    for (const name of passwords) expect(statSync(join(server.dir, name)).mode & 0o777).toBe(0o600);
    expect(statSync(server.dir).mode & 0o777).toBe(0o700);
    await expect(query(server.appUrl.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password');
  });

  it('recovers when the server was killed', async () => {
    const first = await start();
    await query(first.ownerUrl, 'create table kept as select 42 as answer');
    process.kill(first.pid, 'SIGKILL');
    while (isProcessAlive(first.pid)) await new Promise((resolve) => setTimeout(resolve, 5));

    const second = await start();
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('waits for a session that outlives a killed server, as its data would be written by both', async () => {
    const first = await start();
    await query(first.ownerUrl, 'create table kept as select 42 as answer');
    // A computation looks up only when it is done, and even then tells its result.
    const begun = query(
      first.adminUrl,
      `select count(*) from generate_series(1, 4000000) i where md5(i::text) = 'x'`,
    ).catch((error: unknown) => error);
    const isComputing = async (): Promise<boolean> => {
      const sessions = `select pid from pg_stat_activity where state = 'active' and query like 'select count(*)%'`;
      return (await query(first.adminUrl, sessions)).length > 0;
    };
    while (!(await isComputing())) await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(first.pid, 'SIGKILL');
    while (isProcessAlive(first.pid)) await new Promise((resolve) => setTimeout(resolve, 5));

    const second = await start();
    // It tells its result, or ends on the way to it; either way it is over.
    expect(await begun).toEqual(expect.anything());
    expect(await query(second.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  }, 60_000);

  it('takes over the server of a killed process and ends it only when nobody uses it any more', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ adopted: true, pid: first.pid, appUrl: first.appUrl });
    await first.stop();
    expect(await query(second.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.stop();
    expect(isProcessAlive(first.pid)).toBe(false);
  });

  it('starts over when initdb was cut short', async () => {
    mkdirSync(join(dir, 'pg', 'data.new'), { recursive: true });
    writeFileSync(join(dir, 'pg', 'data.new', 'PG_VERSION'), '18');
    const server = await start();
    expect(await query(server.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is not misled by a pid file whose number now belongs to another program', async () => {
    const first = await start();
    await first.stop();
    const stale = [process.pid, join(dir, 'pg', 'data'), 1, first.port, '', '127.0.0.1', '', 'ready'].join('\n');
    writeFileSync(join(dir, 'pg', 'data', 'postmaster.pid'), stale);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(second.pid).not.toBe(process.pid);
  });

  it('orders texts alike everywhere and knows upper case beyond ASCII', async () => {
    const server = await start();
    expect(await query(server.appUrl, `select upper('ñé') as up, 'Z' < 'a' as bytewise`)).toEqual([
      { up: 'ÑÉ', bytewise: true },
    ]);
  });
});

describe('a throw-away cluster', () => {
  it('does not wait for the disk and leaves nothing behind', async () => {
    const server = await startEmbeddedPostgres({ ephemeral: true });
    expect(await query(server.adminUrl, 'show fsync')).toEqual([{ fsync: 'off' }]);
    await server.stop();
    expect(existsSync(server.dir)).toBe(false);
    expect(isProcessAlive(server.pid)).toBe(false);
  });

  it('pays for the disk when measurements ask for it', async () => {
    const server = await startEmbeddedPostgres({ ephemeral: true, durable: true });
    expect(await query(server.adminUrl, 'show fsync')).toEqual([{ fsync: 'on' }]);
    await server.stop();
    expect(existsSync(server.dir)).toBe(false);
  });

  it('is swept away by the next one when its process was killed', async () => {
    const killed = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const server = await startEmbeddedPostgres({ ephemeral: true, ownerPid: killed.pid });
    await sweepTemporaryClusters(findUnprivilegedAccount());
    expect(isProcessAlive(server.pid)).toBe(true);

    killed.kill('SIGKILL');
    await once(killed, 'exit');
    utimesSync(server.dir, new Date(0), new Date(0));
    await sweepTemporaryClusters(findUnprivilegedAccount());
    expect(isProcessAlive(server.pid)).toBe(false);
    expect(existsSync(server.dir)).toBe(false);
  });
});
