import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'adit-cli-'));
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

  const dumpOf = async (url: string): Promise<string> => {
    const file = join(dir, `${drawKey()}.jsonl`);
    await run({ ...env, DATABASE_URL: url, DATABASE_OWNER_URL: url }, 'export', '--out', file);
    return readFileSync(file, 'utf8');
  };

  it('carries everything into an empty database of the same version', async () => {
    // What JSON and numbers are known to spoil on their way.
    await admin.query(
      `insert into incident (case_id, kind, detail) values (null, $1, '{"n": 12345678901234567890.10, "s": "a\u2028b"}')`,
      ['odd \u2028 "\\ \n\t é 🪨'],
    );
    await admin.query(`insert into worker_beat values ('w', '2026-01-01T00:00:00.123456Z'), ('never', 'infinity')`);
    const file = join(dir, 'all.jsonl');
    const exported = await run(env, 'export', '--out', file);
    expect(exported).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ rows of \d+ tables/) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.part`)).toBe(false);
    const target = await openTestDatabase();
    try {
      expect(await run(envOf(target), 'import', '--in', file)).toMatchObject({ code: 0, err: '' });
      expect(await run(envOf(target), 'verify')).toMatchObject({ code: 0, out: expect.stringContaining('5 cases') });
      const strip = (dump: string): string[] => dump.split('\n').slice(1, -2);
      expect(strip(await dumpOf(target.ownerUrl))).toEqual(strip(readFileSync(file, 'utf8')));
      // Counters go on, foreign keys hold again, and the application keeps its rights.
      const { rows } = await target.pool.query(
        `insert into incident (kind, detail) values ('after', '{}') returning id`,
      );
      expect(rows[0].id).toBe(2);
      await expect(
        target.pool.query(`insert into outbox_pending (outbox_id, source, target) values (0, '', '')`),
      ).rejects.toThrow(/foreign key/);
      expect(await run(envOf(target), 'import', '--in', file)).toMatchObject({
        code: 1,
        err: expect.stringContaining('in use'),
      });
    } finally {
      await target.close();
    }
  });

  it('makes the schema of a database that has none before it imports', async () => {
    const file = join(dir, 'bare.jsonl');
    await run(env, 'export', '--out', file);
    const target = await openEmptyDatabase();
    try {
      expect(await run(envOf(target), 'verify')).toMatchObject({
        code: 1,
        err: expect.stringContaining('its schema lacks'),
      });
      expect(await run(envOf(target), 'import', '--in', file)).toMatchObject({ code: 0 });
      expect(await run(envOf(target), 'verify')).toMatchObject({ code: 0 });
    } finally {
      await target.close();
    }
  });

  it('imports all of a whole file, or nothing', async () => {
    const file = join(dir, 'whole.jsonl');
    await run(env, 'export', '--out', file);
    const whole = readFileSync(file, 'utf8');
    const lines = whole.split('\n');
    const target = await openTestDatabase();
    const broken: readonly (readonly [string, RegExp])[] = [
      [lines.slice(0, -2).join('\n'), /cut off/],
      [lines.toSpliced(20, 1).join('\n'), /changed or damaged/],
      [whole.replace('East gate', 'West gate'), /changed or damaged/],
      [whole.replace('adit-export-1', 'adit-export-0'), /not an export of the format/],
      [whole.replace('Engine1764000000001', 'Engine1764000000000'), /another schema: they differ in Engine/],
      [whole.replace('{"$table":"case_due"', '{"$table":"case_done"'), /table case_done that is not the one here/],
      [`${whole}{}\n`, /follows the end/],
      [whole.slice(0, 5_000), /not JSON|cut off/],
      ['', /cut off/],
    ];
    try {
      for (const [text, reason] of broken) {
        const bad = join(dir, 'bad.jsonl');
        writeFileSync(bad, text);
        expect(await run(envOf(target), 'import', '--in', bad)).toMatchObject({
          code: 1,
          err: expect.stringMatching(reason),
        });
        const { rows } = await target.pool.query('select count(*)::int as n from case_file');
        expect(rows[0].n).toBe(0);
      }
      expect(await run(envOf(target), 'import', '--in', file)).toMatchObject({ code: 0 });
    } finally {
      await target.close();
    }
  });

  it('never writes over a file', async () => {
    const file = join(dir, 'kept.jsonl');
    writeFileSync(file, 'kept');
    expect(await run(env, 'export', '--out', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('exists already'),
    });
    expect(readFileSync(file, 'utf8')).toBe('kept');
    expect(await run(env, 'import', '--in', join(dir, 'none.jsonl'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no file'),
    });
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
    const file = join(dir, 'seeded.jsonl');
    expect(await run({ ADIT_DATA_DIR: first }, 'export', '--out', file)).toMatchObject({ code: 0 });
    expect(await run({ ADIT_DATA_DIR: second }, 'import', '--in', file)).toMatchObject({ code: 0 });
    const again = await run({ ADIT_DATA_DIR: second }, 'seed', '--json');
    expect(again.code).toBe(0);
    expect(seeded.out).toContain(JSON.parse(again.out).law);
  }, 60_000);

  it('is told by the schema which rows are its own', async () => {
    const bare = await openEmptyDatabase();
    try {
      await migrate(bare.ownerUrl, { appUrl: bare.appUrl });
      const file = join(dir, 'new.jsonl');
      expect(await run(envOf(bare), 'export', '--out', file)).toMatchObject({ code: 0 });
      expect(await run(envOf(bare), 'import', '--in', file)).toMatchObject({ code: 0 });
    } finally {
      await bare.close();
    }
  });
});
