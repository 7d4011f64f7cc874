import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = resolve(import.meta.dirname, '../..');
/** What is made, kept or fetched, and what a copy of the sources therefore does without. */
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.data', '.git']);

interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

function readBlocks(): readonly Block[] {
  const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  return [...page.matchAll(/```(\w+)(?: file=(\S+))?\n([\s\S]*?)```/g)].map(([, language = '', file, text = '']) => ({
    language,
    file,
    text,
  }));
}

/** The sources as a newcomer has them, with the packages of this checkout. */
function copySources(): string {
  const copy = mkdtempSync(join(tmpdir(), 'adit-newcomer-'));
  for (const name of readdirSync(ROOT)) {
    if (!LEFT_OUT.has(name)) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

async function startPlatform(copy: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ['dist/apps/api/src/start.js'], {
    cwd: copy,
    env: { ...process.env, ADIT_PORT: '0', ADIT_DATA_DIR: join(copy, '.data'), NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((found, fail) => {
    const read = (data: Buffer): void => {
      output += data.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (address !== undefined && output.includes('adit-demo-password')) found(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => fail(new Error(`the platform did not start: ${output}`)));
  });
  return { child, url };
}

describe('the walk that adds a kind of case', () => {
  let copy: string;
  let platform: Awaited<ReturnType<typeof startPlatform>> | undefined;
  let answers: readonly Record<string, unknown>[];

  beforeAll(async () => {
    copy = copySources();
    const blocks = readBlocks();
    for (const { file, text } of blocks) {
      if (file === undefined) continue;
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), text);
    }
    const [list = '', use = ''] = blocks.filter(({ language }) => language === 'bash').map(({ text }) => text);
    await run('bash', ['-e', '-c', list], { cwd: copy });
    platform = await startPlatform(copy);
    const { stdout } = await run('bash', ['-c', use.replace('http://127.0.0.1:3000', platform.url)], { cwd: copy });
    answers = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }, 240_000);

  afterAll(async () => {
    const child = platform?.child;
    if (child !== undefined) {
      const ended = new Promise((resolveEnd) => child.once('exit', resolveEnd));
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(copy, { recursive: true, force: true });
  });

  it('shows a rule that refuses and says who can cure it', () => {
    expect(answers[0]).toMatchObject({
      status: 422,
      refusals: [{ rule: 'decline-is-reasoned', found: '1 word', cure: { how: expect.any(String) as string } }],
    });
  });

  it('lends to the company, takes the return from the agency alone, and ends', () => {
    const shown = answers.map(({ status, case: seen }) => status ?? (seen as { view: { status: string } }).view.status);
    expect(shown).toEqual([422, 'Lent', 403, 'Returned']);
  });

  it('writes files in the form that the build asks for', async () => {
    const files = readBlocks().flatMap(({ file }) => (file === undefined ? [] : [file]));
    await run('npx', ['prettier', '--check', ...files], { cwd: copy });
    await run('npx', ['depcruise', '--config', '.dependency-cruiser.cjs', 'libs'], { cwd: copy });
  });
});
