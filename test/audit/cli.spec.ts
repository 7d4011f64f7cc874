import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, Encrypter } from 'age-encryption';
import type { Pool } from 'pg';
import { createCommandPool, loadConfig, migrate } from '#platform';
import { drawKey, openEmptyDatabase, openTestDatabase, type TestDatabase } from '#testing';
import { runAdit } from '../../apps/cli/src/run-adit.js';
import { FAIR_STALL_STORIES } from './fair-stall.story.js';
import { LAWS, setStage, type Stage } from './support.js';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runAdit(args, {
    readConfig: () => loadConfig(env),
    print: (text) => out.push(text),
    complain: (text) => err.push(text),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** People who hold keys to exports, on other machines. */
const HOLDERS = ['anil', 'bina', 'chandra', 'stranger'] as const;
type Holder = (typeof HOLDERS)[number];

const envOf = ({ appUrl, ownerUrl }: TestDatabase): Record<string, string> => ({
  DATABASE_URL: appUrl,
  DATABASE_OWNER_URL: ownerUrl,
  ADIT_DATA_DIR: '/nonexistent',
});

describe('adit', () => {
  let database: TestDatabase;
  let stage: Stage;
  let admin: Pool;
  let env: Record<string, string>;
  let dir: string;
  const ids: string[] = [];
  const recipients = {} as Record<Holder, string>;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'adit-cli-'));
    for (const holder of HOLDERS) {
      const made = await run({}, 'export-key', '--out', join(dir, holder), '--json');
      recipients[holder] = (JSON.parse(made.out) as { recipient: string }).recipient;
    }
    database = await openTestDatabase();
    env = envOf(database);
    admin = createCommandPool(database.adminUrl, { max: 1 });
    await admin.query(`insert into person (id, name, email) values ('p1', 'Rule Book Owner', 'owner@adit.example')`);
    for (const { hash, text } of LAWS.values()) {
      await admin.query(`insert into law_snapshot (hash, text, published_by) values ($1, $2, 'p1')`, [hash, text]);
    }
    stage = setStage(database.pool);
    for (const tell of Object.values(FAIR_STALL_STORIES)) ids.push(await tell(stage));
  });

  afterAll(async () => {
    await stage.engine.close();
    await admin.end();
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('tells what it can do, and refuses what it does not know', async () => {
    expect(await run({}, 'help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/verify.*\n.*erase.*\n.*export/),
    });
    expect(await run({})).toMatchObject({ code: 0 });
    expect(await run({}, 'destroy')).toMatchObject({ code: 2, err: expect.stringContaining('no command destroy') });
    expect(await run({}, 'verify', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--case') });
    expect(await run({}, 'verify', '--all')).toMatchObject({ code: 2, err: expect.stringContaining("'--all'") });
    expect(await run({}, 'erase', '--case', 'X')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/needs --seq NUMBER, --ground TEXT, --by PERSON/),
    });
    expect(await run({}, 'erase', '--case', 'X', '--seq', '0', '--ground', 'G', '--by', 'p')).toMatchObject({
      code: 2,
    });
    expect(await run({ ADIT_PORT: 'x' }, 'verify')).toMatchObject({
      code: 2,
      err: expect.stringContaining('ADIT_PORT'),
    });
  });

  it('verifies every case and says that nothing was found', async () => {
    const { code, out } = await run(env, 'verify');
    expect(out).toMatch(
      /^5 cases, \d+ transitions: \d+ decided again, 0 erased on record, 0 not decided again\.\nNothing was found/,
    );
    expect(code).toBe(0);
    const one = await run(env, 'verify', '--case', ids[0] ?? '', '--json');
    expect(JSON.parse(one.out)).toMatchObject({ cases: 1, findings: [], omitted: 0 });
  });

  it('ends with 1 and names case, transition and reason when something was found', async () => {
    const [id] = ids;
    await admin.query(`update case_position set context = context || '{"best": "1.00"}' where case_id = $1`, [id]);
    const found = await run(env, 'verify');
    await admin.query(`update case_position set context = context || '{"best": "1400.00"}' where case_id = $1`, [id]);
    expect(found.code).toBe(1);
    expect(found.out).toMatch(
      /Found: 1 broken\.\n\nbroken +STALL-\S+ transition \d+: the context of the case is not what its record leads to/,
    );
    expect(await run(env, 'verify')).toMatchObject({ code: 0 });
  });

  it('finds a law that was changed in the database', async () => {
    const [law] = LAWS.values();
    await admin.query(`update law_snapshot set text = replace(text, '50.00', '10.00') where hash = $1`, [law?.hash]);
    const found = await run(env, 'verify');
    await admin.query('update law_snapshot set text = $2 where hash = $1', [law?.hash, law?.text]);
    expect(found.code).toBe(1);
    expect(found.out).toContain('is missing or has been changed');
  });

  it('erases a payload with its ground, and refuses in words', async () => {
    const [id = ''] = ids;
    const order = ['erase', '--case', id, '--ground', 'DPDP Act 2023, s. 12(3)', '--by', 'person-dpo'];
    const erased = await run(env, ...order, '--seq', '3', '--json');
    expect(erased).toMatchObject({ code: 0 });
    expect(JSON.parse(erased.out)).toMatchObject({ caseId: id, seq: 3 });
    expect(await run(env, ...order, '--seq', '3')).toMatchObject({
      code: 1,
      err: 'Refused: the payload of transition 3 has been erased already.',
    });
    expect(await run(env, 'verify')).toMatchObject({ code: 0, out: expect.stringContaining('1 erased on record') });
  });

  /** Anil or Bina, and Chandra with either of them. */
  const writeExport = async (from: Readonly<Record<string, string>>, file: string, ...more: string[]): Promise<Run> => {
    const inside = ['--to', `${recipients.anil},${recipients.bina}`, '--to', recipients.chandra];
    return await run(from, 'export', '--out', file, ...inside, ...more);
  };
  const readExport = async (
    into: Readonly<Record<string, string>>,
    file: string,
    holders: readonly Holder[] = ['anil', 'chandra'],
  ): Promise<Run> => {
    const identities = holders.flatMap((holder) => ['--identity', join(dir, holder)]);
    return await run(into, 'import', '--in', file, ...identities);
  };
  const open = async (file: string): Promise<string> => {
    let text: Uint8Array = readFileSync(file);
    for (const holder of ['bina', 'chandra']) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(readFileSync(join(dir, holder), 'utf8').trim().split('\n').at(-1) ?? '');
      text = await decrypter.decrypt(text);
    }
    return Buffer.from(text).toString();
  };
  const seal = async (file: string, text: string): Promise<void> => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipients.anil);
    writeFileSync(file, await encrypter.encrypt(text));
  };
  const dumpOf = async (url: string): Promise<string> => {
    const file = join(dir, `${drawKey()}.age`);
    await writeExport({ ...env, DATABASE_URL: url, DATABASE_OWNER_URL: url }, file);
    return await open(file);
  };

  it('carries everything into an empty database of the same version, through two layers', async () => {
    // What JSON and numbers are known to spoil on their way.
    await admin.query(
      `insert into incident (case_id, kind, detail) values (null, $1, '{"n": 12345678901234567890.10, "s": "a\u2028b"}')`,
      ['odd \u2028 "\\ \n\t é 🪨'],
    );
    await admin.query(`insert into worker_beat values ('w', '2026-01-01T00:00:00.123456Z'), ('never', 'infinity')`);
    const file = join(dir, 'all.age');
    expect(await writeExport(env, file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^The \d+ tables as of/),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.part`)).toBe(false);
    const target = await openTestDatabase();
    try {
      expect(await readExport(envOf(target), file)).toMatchObject({ code: 0, err: '' });
      expect(await run(envOf(target), 'verify')).toMatchObject({ code: 0, out: expect.stringContaining('5 cases') });
      const strip = (dump: string): string[] => dump.split('\n').slice(1, -2);
      expect(strip(await dumpOf(target.ownerUrl))).toEqual(strip(await open(file)));
      // Counters go on, foreign keys hold again, and the application keeps its rights.
      const { rows } = await target.pool.query(
        `insert into incident (kind, detail) values ('after', '{}') returning id`,
      );
      expect(rows[0].id).toBe(2);
      await expect(
        target.pool.query(`insert into outbox_pending (outbox_id, source, target) values (0, '', '')`),
      ).rejects.toThrow(/foreign key/);
      expect(await readExport(envOf(target), file)).toMatchObject({
        code: 1,
        err: expect.stringContaining('in use'),
      });
    } finally {
      await target.close();
    }
  });

  it('writes nothing in clear into an export, and tells nothing that counts', async () => {
    const [file, again] = [join(dir, 'dark.age'), join(dir, 'dark-again.age')];
    const [told, toldAgain] = [await writeExport(env, file, '--json'), await writeExport(env, again, '--json')];
    const bytes = readFileSync(file);
    const clear = await open(file);
    for (const word of [
      'case_identity',
      'transition',
      'fair-stall',
      'Rule Book Owner',
      'East gate',
      '$table',
      ...ids,
    ]) {
      expect([word, clear.includes(word), bytes.includes(word)]).toEqual([word, true, false]);
    }
    expect(Buffer.byteLength(clear) % (1024 * 1024)).toBe(0);
    // Rows that are there between two exports change neither the length nor what is told.
    await admin.query(`insert into incident (kind, detail) select 'more', '{}' from generate_series(1, 100)`);
    const fuller = join(dir, 'dark-fuller.age');
    const toldFuller = await writeExport(env, fuller, '--json');
    await admin.query(`delete from incident where kind = 'more'`);
    expect(statSync(fuller).size).toBe(bytes.length);
    const still = ({ out }: Run): object => ({ ...(JSON.parse(out) as object), file: '', sha256: '', exportedAt: '' });
    expect([still(toldAgain), still(toldFuller)]).toEqual([still(told), still(told)]);
    expect(JSON.parse(told.out).sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(Object.keys(still(told)).toSorted()).toEqual(['exportedAt', 'file', 'layers', 'sha256', 'tables']);
  });

  it('makes the schema of a database that has none before it imports', async () => {
    const file = join(dir, 'bare.age');
    await writeExport(env, file);
    const target = await openEmptyDatabase();
    try {
      expect(await run(envOf(target), 'verify')).toMatchObject({
        code: 1,
        err: expect.stringContaining('its schema lacks'),
      });
      expect(await readExport(envOf(target), file)).toMatchObject({ code: 0 });
      expect(await run(envOf(target), 'verify')).toMatchObject({ code: 0 });
    } finally {
      await target.close();
    }
  });

  it('opens an export for any one recipient of each layer, and touches no database for fewer', async () => {
    const file = join(dir, 'four-eyes.age');
    await writeExport(env, file);
    const bare = await openEmptyDatabase();
    const missing: readonly (readonly [Holder[], RegExp])[] = [
      [
        ['anil', 'bina'],
        /opens layer 2 of the export, and nothing was imported.*recipients were named in --to number 2/,
      ],
      [['chandra'], /opens layer 1 of the export/],
      [['stranger'], /opens layer 1 of the export/],
    ];
    try {
      for (const [holders, reason] of missing) {
        const refused = await readExport(envOf(bare), file, holders);
        expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(reason) });
      }
      expect(await readExport(envOf(bare), file, [])).toMatchObject({
        code: 2,
        err: expect.stringContaining('needs --identity FILE'),
      });
      const { rows } = await bare.pool.query(`select count(*)::int as n from pg_tables where schemaname = 'public'`);
      expect(rows[0].n).toBe(0);
      expect(await readExport(envOf(bare), file, ['stranger', 'chandra', 'bina'])).toMatchObject({ code: 0 });
    } finally {
      await bare.close();
    }
  });

  it('imports all of a whole file, or nothing', async () => {
    const file = join(dir, 'whole.age');
    await writeExport(env, file);
    const sealed = readFileSync(file);
    const whole = await open(file);
    const lines = whole.split('\n');
    const target = await openTestDatabase();
    const bad = join(dir, 'bad.age');
    const expectRefused = async (reason: RegExp): Promise<void> => {
      expect(await readExport(envOf(target), bad)).toMatchObject({ code: 1, err: expect.stringMatching(reason) });
      const { rows } = await target.pool.query('select count(*)::int as n from case_file');
      expect(rows[0].n).toBe(0);
    };
    const damaged = Buffer.from(sealed);
    damaged[500_000] = (damaged[500_000] ?? 0) ^ 1;
    const torn: readonly (readonly [Uint8Array | string, RegExp])[] = [
      [damaged, /changed, damaged or cut off/],
      [sealed.subarray(0, -1), /changed, damaged or cut off/],
      [sealed.subarray(0, 600_000), /changed, damaged or cut off/],
      [Buffer.concat([sealed, Buffer.from('{}\n')]), /changed, damaged or cut off/],
      [whole, /an export is encrypted/],
      ['', /an export is encrypted/],
    ];
    // What was encrypted again after somebody had been at its clear text.
    const broken: readonly (readonly [string, RegExp])[] = [
      [lines.slice(0, -2).join('\n'), /cut off: its end is missing/],
      [lines.toSpliced(20, 1).join('\n'), /its hash is not that of its lines/],
      [lines.toSpliced(-3, 1).join('\n'), /its hash is not that of its lines/],
      [whole.replace('East gate', 'West gate'), /its hash is not that of its lines/],
      [whole.replace('adit-export-2', 'adit-export-1'), /not of the format/],
      [whole.replace('Engine1764000000001', 'Engine1764000000000'), /another schema: they differ in Engine/],
      [whole.replace('{"$table":"case_due"', '{"$table":"case_done"'), /table case_done that is not the one here/],
      [`${whole}{}\n`, /follows the end/],
      [whole.slice(0, 5_000), /not JSON|cut off/],
      ['', /cut off/],
    ];
    try {
      for (const [bytes, reason] of torn) {
        writeFileSync(bad, bytes);
        await expectRefused(reason);
      }
      for (const [text, reason] of broken) {
        await seal(bad, text);
        await expectRefused(reason);
      }
      expect(await readExport(envOf(target), file)).toMatchObject({ code: 0 });
    } finally {
      await target.close();
    }
  });

  it('never writes over a file, nor anything for a recipient that is none', async () => {
    const file = join(dir, 'kept.age');
    writeFileSync(file, 'kept');
    expect(await writeExport(env, file)).toMatchObject({ code: 1, err: expect.stringContaining('exists already') });
    expect(readFileSync(file, 'utf8')).toBe('kept');
    expect(await readExport(env, join(dir, 'none.age'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no file'),
    });
    const unwritten = join(dir, 'unwritten.age');
    expect(await run(env, 'export', '--out', unwritten)).toMatchObject({
      code: 2,
      err: expect.stringContaining('needs --to RECIPIENTS'),
    });
    const two = ['--to', recipients.anil, '--to', `${recipients.bina},age1nobody`];
    expect(await run(env, 'export', '--out', unwritten, ...two)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Refused: "age1nobody" is not a recipient'),
    });
    expect([existsSync(unwritten), existsSync(`${unwritten}.part`)]).toEqual([false, false]);
  });

  it('makes a pair of keys, and shows its public half alone', async () => {
    const file = join(dir, 'deepak');
    const made = await run({}, 'export-key', '--out', file);
    expect(made).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^age1\w{58}\n.*outside this\nmachine/),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const written = readFileSync(file, 'utf8');
    expect(written).toMatch(/\nAGE-SECRET-KEY-1\w{58}\n$/);
    expect(made.out).not.toMatch(/AGE-SECRET-KEY-1/);
    expect(await run({}, 'export-key', '--out', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('exists already'),
    });
    expect(readFileSync(file, 'utf8')).toBe(written);
  });

  it('makes one first administrator', async () => {
    const target = await openTestDatabase();
    try {
      const args = ['administrator', '--name', 'Meera', '--email', 'meera@adit.example'];
      const made = await run(envOf(target), ...args);
      expect(made).toMatchObject({ code: 0, out: expect.stringContaining('meera@adit.example is administrator') });
      expect(await run(envOf(target), ...args)).toMatchObject({ code: 1, err: expect.stringContaining('Refused') });
    } finally {
      await target.close();
    }
  });

  it('works on the embedded database of a data directory, whether it runs or not', async () => {
    const [first, second] = [join(dir, 'first'), join(dir, 'second')];
    expect(await run({ ADIT_DATA_DIR: first }, 'verify')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no database'),
    });
    expect(existsSync(first)).toBe(false);
    const seeded = await run({ ADIT_DATA_DIR: first }, 'seed');
    expect(seeded).toMatchObject({ code: 0, out: expect.stringContaining('The rule book is published: law') });
    expect(await run({ ADIT_DATA_DIR: first }, 'verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 cases'),
    });
    const file = join(dir, 'seeded.age');
    expect(await writeExport({ ADIT_DATA_DIR: first }, file)).toMatchObject({ code: 0 });
    expect(await readExport({ ADIT_DATA_DIR: second }, file)).toMatchObject({ code: 0 });
    const again = await run({ ADIT_DATA_DIR: second }, 'seed', '--json');
    expect(again.code).toBe(0);
    expect(seeded.out).toContain(JSON.parse(again.out).law);
  }, 60_000);

  it('is told by the schema which rows are its own', async () => {
    const bare = await openEmptyDatabase();
    try {
      await migrate(bare.ownerUrl, { appUrl: bare.appUrl });
      const file = join(dir, 'new.age');
      expect(await writeExport(envOf(bare), file)).toMatchObject({ code: 0 });
      expect(await readExport(envOf(bare), file)).toMatchObject({ code: 0 });
    } finally {
      await bare.close();
    }
  });
});
