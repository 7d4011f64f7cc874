import { connect, type Socket } from 'node:net';
import { DEMO_PASSWORD } from '#identity';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';

/**
 * One kept connection that sends a request and waits for its answer. It reads only what a bench needs (status and
 * content length), so that the client costs the machine little beside what is measured.
 */
export class HttpConnection {
  private buffer = '';
  private waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    socket.setNoDelay(true);
    // One character for each byte, so that lengths can be compared; what a bench reads of an answer is ASCII.
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.buffer += text;
      this.read();
    });
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('the server closed the connection')));
  }

  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new HttpConnection(socket, host);
  }

  /** @throws Error when the connection is lost, or was lost before. */
  async post(path: string, headers: Readonly<Record<string, string>>, body: object): Promise<HttpAnswer> {
    if (this.socket.destroyed) throw new Error('the server closed the connection while it was not used');
    const text = JSON.stringify(body);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = new Promise<HttpAnswer>((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
    this.socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ${this.host}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(text)}\r\n${lines.join('')}\r\n${text}`,
    );
    return await answer;
  }

  close(): void {
    this.waiting = null;
    this.socket.destroy();
  }

  private read(): void {
    const headEnd = this.buffer.indexOf(HEAD_END);
    if (headEnd < 0 || this.waiting === null) return;
    const head = this.buffer.slice(0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const body = this.buffer.slice(headEnd + HEAD_END.length);
    if (body.length < length) return;
    const { resolve } = this.waiting;
    this.waiting = null;
    this.buffer = body.slice(length);
    resolve({ status: Number(head.slice(9, 12)), body: body.slice(0, length) });
  }
}

/** The access token of somebody with the password of the demonstration. */
export async function logIn(url: string, email: string): Promise<string> {
  const connection = await HttpConnection.open(url);
  try {
    const { status, body } = await connection.post('/v1/sessions', {}, { email, password: DEMO_PASSWORD });
    if (status !== 201) throw new Error(`log-in was answered ${status}: ${body}`);
    return (JSON.parse(body) as { accessToken: string }).accessToken;
  } finally {
    connection.close();
  }
}
