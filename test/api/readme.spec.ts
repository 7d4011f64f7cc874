import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';

/** The blocks of the README that a newcomer pastes into one shell, in their order. */
function readBlocks(): string {
  const text = readFileSync('README.md', 'utf8');
  return [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
}

async function runInShell(script: string): Promise<readonly string[]> {
  const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return output.split('\n').filter((line) => line !== '');
}

describe('the README', () => {
  let world: ApiWorld;
  let lines: readonly string[];

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_WORKER: 'true' });
    lines = await runInShell(readBlocks().replace('http://127.0.0.1:3000', world.baseUrl));
  }, 60_000);

  afterAll(async () => {
    await world.close();
  });

  const bodies = (): readonly Record<string, unknown>[] =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  it('has requests that are answered, each with what its text says', () => {
    const statuses = bodies()
      .map(({ status }) => status)
      .filter((status) => status !== undefined);
    // The late application, and the call that is off the step: both on purpose.
    expect(statuses).toEqual([409, 422]);
  });

  it('leads its case from the draft to the allotment', () => {
    const shown = bodies().filter(({ type }) => type === 'fair-stall');
    expect(shown.map(({ view }) => (view as { status: string }).status)).toEqual([
      'Draft notice',
      'Open for applications',
      'Allotted',
    ]);
  });

  it('shows no offer and no bidder before the opening', () => {
    const text = lines
      .slice(
        0,
        lines.findIndex((line) => line.includes('state-conflict')),
      )
      .join('\n');
    expect(text).toContain('Open for applications');
    for (const offer of ['1100.00', '1200.00', '1300.00']) expect(text).not.toContain(offer);
  });

  it('computes the bid security that the Supreme Court case of 2024 names', () => {
    const [answer] = bodies().filter((body) => 'working' in body);
    expect(answer).toMatchObject({ result: { amount: '91221315.00' } });
  });
});
