import { randomInt } from 'node:crypto';
import { drawKey } from '#testing';
import { HttpConnection, logIn } from './http-client.js';
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

  private constructor(private readonly url: string) {}

  static async prepare(url: string): Promise<HttpFigures> {
    const figures = new HttpFigures(url);
    await figures.prepare();
    return figures;
  }

  private async prepare(): Promise<void> {
    this.officer = await logIn(this.url, 'central@adit.example');
    this.bidders = await Promise.all(BIDDERS.map((name) => logIn(this.url, `${name}@adit.example`)));
    await Promise.all(
      Array.from({ length: OPENERS }, async () => {
        const connection = await HttpConnection.open(this.url);
        for (let opened = 0; opened < CASES / OPENERS; opened += 1) this.cases.push(await this.openCase(connection));
        connection.close();
      }),
    );
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
