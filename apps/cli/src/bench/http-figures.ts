import { fork, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_PASSWORD } from '#identity';
import { drawKey } from '#testing';
import { HttpConnection } from './http-client.js';
import { measureLoop, type LoadOptions, type Sample } from './measure.js';

const CASES = 2_000;
const OPENERS = 32;
const BIDDERS = ['bidder1', 'bidder1b', 'bidder2', 'bidder3'];
const TEN_HOURS_MS = 36_000_000;

/** The product over HTTP: log-in, validation, rights, keys, record, sight and the rendered answer are all paid for. */
export class HttpFigures {
  private readonly cases: string[] = [];
  private officer = '';
  private bidders: string[] = [];

  private constructor(
    private readonly server: ChildProcess,
    private readonly url: string,
    private readonly dataDir: string,
  ) {}

  static async start(appUrl: string, ownerUrl: string): Promise<HttpFigures> {
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
    const figures = new HttpFigures(server, url, dataDir);
    await figures.prepare();
    return figures;
  }

  private async prepare(): Promise<void> {
    this.officer = await this.logIn('central');
    this.bidders = await Promise.all(BIDDERS.map((name) => this.logIn(name)));
    await Promise.all(
      Array.from({ length: OPENERS }, async () => {
        const connection = await HttpConnection.open(this.url);
        for (let opened = 0; opened < CASES / OPENERS; opened += 1) this.cases.push(await this.openCase(connection));
        connection.close();
      }),
    );
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill('SIGTERM');
    await ended;
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async logIn(name: string): Promise<string> {
    const connection = await HttpConnection.open(this.url);
    const form = { email: `${name}@adit.example`, password: DEMO_PASSWORD };
    const { status, body } = await connection.post('/v1/sessions', {}, form);
    connection.close();
    if (status !== 201 && status !== 200) throw new Error(`log-in was answered ${status}: ${body}`);
    return (JSON.parse(body) as { accessToken: string }).accessToken;
  }

  private async openCase(connection: HttpConnection): Promise<string> {
    const headers = { Authorization: `Bearer ${this.officer}`, 'Idempotency-Key': drawKey() };
    const { status, body } = await connection.post('/v1/tallies', headers, { closesAt: Date.now() + TEN_HOURS_MS });
    if (status !== 201) throw new Error(`opening was answered ${status}: ${body}`);
    return (JSON.parse(body) as { caseId: string }).caseId;
  }

  /** Commands spread over many cases. */
  async many(load: LoadOptions): Promise<Sample> {
    return await this.run(load, () => ({
      caseId: this.cases[randomInt(this.cases.length)] ?? '',
      command: 'set',
      token: this.officer,
    }));
  }

  /** Hot commands of many bidders on one case. */
  async hot(load: LoadOptions): Promise<Sample> {
    const connection = await HttpConnection.open(this.url);
    const caseId = await this.openCase(connection);
    connection.close();
    return await this.run(load, (client) => ({
      caseId,
      command: 'add',
      token: this.bidders[client % this.bidders.length] ?? '',
    }));
  }

  private async run(
    load: LoadOptions,
    next: (client: number) => { readonly caseId: string; readonly command: string; readonly token: string },
  ): Promise<Sample> {
    const connections = await Promise.all(Array.from({ length: load.clients }, () => HttpConnection.open(this.url)));
    try {
      return await measureLoop(load, async (client) => {
        const { caseId, command, token } = next(client);
        const headers = { Authorization: `Bearer ${token}`, 'Idempotency-Key': drawKey() };
        const answer = await connections[client]?.post(`/v1/tallies/${caseId}/${command}`, headers, { by: 1 });
        if (answer?.status !== 200) throw new Error(`the bench was answered ${answer?.status}: ${answer?.body}`);
      });
    } finally {
      for (const connection of connections) connection.close();
    }
  }
}
