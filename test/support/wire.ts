import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface WireRequest {
  readonly method: string;
  /** Path and query, as they go out. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes as they go out; left out: no body at all. */
  readonly body?: Buffer | string | undefined;
}

export class WireAnswer {
  constructor(
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    readonly text: string,
  ) {}

  /** The media type, without its parameters. */
  get type(): string {
    return (this.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  }

  /** The text read as JSON where it says that it is; an empty object where there is none. Read when it is asked for. */
  get body(): unknown {
    if (!/json/.test(this.type)) return this.text === '' ? {} : this.text;
    return JSON.parse(this.text) as unknown;
  }
}

const PATIENCE_MS = 20_000;

/** Many requests over few connections: for tests that ask thousands of questions. Streams are cut after their head. */
export class Wire {
  private readonly agent: Agent;
  private readonly base: URL;

  constructor(baseUrl: string, connections = 16) {
    this.base = new URL(baseUrl);
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws Error when the connection breaks or nothing comes in time: an interface owes everybody an answer. */
  async send({ method, path, headers = {}, body }: WireRequest): Promise<WireAnswer> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request({
        agent: this.agent,
        host: this.base.hostname,
        port: this.base.port,
        method,
        path,
        headers: { ...headers, ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }) },
        timeout: PATIENCE_MS,
      });
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
      outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)));
      outgoing.end(body);
    });
    const { statusCode: status = 0, headers: received } = answer;
    if (received['content-type']?.startsWith('text/event-stream') === true) {
      answer.destroy();
      return new WireAnswer(status, received, '');
    }
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return new WireAnswer(status, received, Buffer.concat(chunks).toString('utf8'));
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Does the work for each item, so many at a time, in their order. */
export async function forEachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const take = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: atOnce }, take));
}
