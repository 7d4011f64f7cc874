import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { measureLoop, summarise, type LoadOptions, type Sample } from './measure.js';

/** The bare transaction: the least that any system would do for one recorded command, and nothing else. */
const ROWS = 20_000;

const SCHEMA = `
  drop schema if exists bare cascade;
  create schema bare;
  create table bare.cases (id int primary key, seq bigint not null, state jsonb not null) with (fillfactor = 50);
  create table bare.audit (case_id int, seq bigint, event jsonb, at timestamptz default now());
  create table bare.outbox (id bigint generated always as identity, case_id int, body jsonb);
  insert into bare.cases select n, 0, jsonb_build_object('pad', repeat('x', 1000)) from generate_series(1, ${ROWS}) n;
  vacuum analyze bare.cases;`;

const EVENT = JSON.stringify({ pad: 'x'.repeat(200) });
const STATE = JSON.stringify({ pad: 'y'.repeat(1_000) });

const SIX_STATEMENTS = [
  'begin',
  'select seq, state from bare.cases where id = $id for update',
  `update bare.cases set seq = seq + 1, state = '${STATE}' where id = $id`,
  `insert into bare.audit (case_id, seq, event) values ($id, 1, '${EVENT}')`,
  `insert into bare.outbox (case_id, body) values ($id, '${EVENT}')`,
  'commit',
];

const ONE_STATEMENT = [
  `with c as (update bare.cases set seq = seq + 1, state = '${STATE}' where id = $id returning id, seq),
        a as (insert into bare.audit (case_id, seq, event) select id, seq, '${EVENT}' from c)
   insert into bare.outbox (case_id, body) select id, '${EVENT}' from c`,
];

export const hasPgbench = (): boolean => spawnSync('pgbench', ['--version']).status === 0;

/** PostgreSQL's own load program, or the same statements driven from Node where it is not installed. */
export class Baseline {
  readonly isPgbench = hasPgbench();

  constructor(private readonly adminUrl: string) {}

  async prepare(): Promise<void> {
    const client = new pg.Client({ connectionString: this.adminUrl });
    await client.connect();
    for (const statement of SCHEMA.split(';').filter((text) => text.trim() !== '')) await client.query(statement);
    await client.end();
  }

  async sixStatements(target: 'many' | 'hot', load: LoadOptions): Promise<Sample> {
    return await this.run(SIX_STATEMENTS, target, load);
  }

  /** The best that one row can do: one statement, at whichever number of clients is fastest. */
  async bestOnOneRow(load: LoadOptions): Promise<Sample> {
    const tried: Sample[] = [];
    for (const clients of [1, 2, 4]) tried.push(await this.run(ONE_STATEMENT, 'hot', { ...load, clients }));
    return tried.reduce((best, sample) => (sample.perSecond > best.perSecond ? sample : best));
  }

  private async run(statements: readonly string[], target: 'many' | 'hot', load: LoadOptions): Promise<Sample> {
    return this.isPgbench
      ? await runPgbench(this.adminUrl, statements, target, load)
      : await runNode(this.adminUrl, statements, target, load);
  }
}

async function runPgbench(
  url: string,
  statements: readonly string[],
  target: 'many' | 'hot',
  load: LoadOptions,
): Promise<Sample> {
  const directory = mkdtempSync(join(tmpdir(), 'adit-bench-'));
  try {
    const script = join(directory, 'script.sql');
    const id = target === 'many' ? `\\set id random(1, ${ROWS})` : '\\set id 1';
    writeFileSync(
      script,
      [id, ...statements.map((text) => `${text.replaceAll('\n', ' ').replaceAll('$id', ':id')};`)].join('\n'),
    );
    const seconds = Math.max(1, Math.round((load.measureMs + load.warmUpMs) / 1_000));
    const prefix = join(directory, 'log');
    const args = [
      '-n',
      '-M',
      'prepared',
      '-j',
      '1',
      '-c',
      String(load.clients),
      '-T',
      String(seconds),
      '-f',
      script,
      '-l',
      `--log-prefix=${prefix}`,
      url,
    ];
    await new Promise<void>((resolve, reject) => {
      const child = spawn('pgbench', args, { stdio: ['ignore', 'ignore', 'pipe'] });
      let errors = '';
      child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
      child.once('error', reject);
      child.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`pgbench ended with ${code}: ${errors}`));
      });
    });
    return summarisePgbenchLog(directory, load.warmUpMs);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A line of pgbench's log: client, transaction, microseconds, script, second, microsecond of its end. */
function summarisePgbenchLog(directory: string, warmUpMs: number): Sample {
  const lines = readdirSync(directory)
    .filter((name) => name.startsWith('log'))
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n'))
    .map((line) => line.split(' ').map(Number));
  const ends = lines.map(([, , , , second = 0, micro = 0]) => second * 1_000 + micro / 1_000);
  const from = Math.min(...minMax(ends)) + warmUpMs;
  const to = Math.max(...minMax(ends));
  const counted = lines.filter((_, index) => (ends[index] ?? 0) > from).map(([, , micro = 0]) => micro / 1_000);
  return summarise(counted, (to - from) / 1_000);
}

function minMax(values: readonly number[]): [number, number] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

async function runNode(
  url: string,
  statements: readonly string[],
  target: 'many' | 'hot',
  load: LoadOptions,
): Promise<Sample> {
  const pool = new pg.Pool({ connectionString: url, max: load.clients });
  try {
    return await measureLoop(load, async () => {
      const client = await pool.connect();
      const id = target === 'many' ? 1 + Math.floor(Math.random() * ROWS) : 1;
      try {
        for (const [index, text] of statements.entries()) {
          const values = text.includes('$id') ? [id] : [];
          await client.query({ name: `s${statements.length}-${index}`, text: text.replaceAll('$id', '$1'), values });
        }
      } finally {
        client.release();
      }
    });
  } finally {
    await pool.end();
  }
}
