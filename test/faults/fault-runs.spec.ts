import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOOK = fileURLToPath(new URL('support/typescript-hook.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../../apps/cli/src/faults/main.ts', import.meta.url));
const LIMIT_MS = 400_000;

/** The command as people run it, but from the sources, whenever somebody has last built them. */
async function runCommand(...args: string[]): Promise<{ readonly code: number | null; readonly told: string }> {
  const child = spawn(process.execPath, ['--import', HOOK, MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, told };
}

const countIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]?.replaceAll(',', ''));

describe('the platform as it is run, in several processes', () => {
  it(
    'loses nothing that it acknowledged when one of two apis is killed in the middle of a live auction',
    async () => {
      const { code, told } = await runCommand('--two-processes');
      expect({ code, told }).toEqual({
        code: 0,
        told: expect.stringContaining('Nothing that was acknowledged is lost.'),
      });
      expect(countIn(told, /Acknowledged: ([\d,]+) offers accepted/)).toBeGreaterThan(10);
      expect(countIn(told, /who opened (\d+) streams anew/)).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it('says how it is run when it is asked for what it does not know', async () => {
    const { code, told } = await runCommand('--only', 'kill-everybody');
    expect({ code, told }).toEqual({ code: 2, told: expect.stringContaining('npm run faults') });
  });
});
