import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The product's interface in a process of its own, with the people of the demonstration. */
export class BenchServer {
  private constructor(
    private readonly server: ChildProcess,
    readonly url: string,
    private readonly dataDir: string,
  ) {}

  static async start(appUrl: string, ownerUrl: string): Promise<BenchServer> {
    const dataDir = mkdtempSync(join(tmpdir(), 'adit-bench-'));
    const server = fork(new URL('server.js', import.meta.url), {
      // As `npm start` runs it: with room for short-lived objects, or a quarter of the time goes into collecting them.
      execArgv: ['--max-semi-space-size=64', '--enable-source-maps'],
      env: {
        DATABASE_URL: appUrl,
        DATABASE_OWNER_URL: ownerUrl,
        ADIT_DATA_DIR: dataDir,
        ADIT_LOG_LEVEL: 'warn',
        ADIT_ACCESS_TOKEN_SECONDS: '3600',
      },
    });
    const url = await new Promise<string>((resolve, reject) => {
      server.once('message', (message) => resolve(message as string));
      server.once('exit', (code) => reject(new Error(`the server of the bench ended with ${code}`)));
    });
    return new BenchServer(server, url, dataDir);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill('SIGTERM');
    await ended;
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
