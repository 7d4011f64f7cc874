import { connect } from 'node:net';
import fc from 'fast-check';

const PATIENCE_MS = 5_000;

const HEADS = [
  'GET /v1/cases HTTP/1.1\r\nHost: x\r\n',
  'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n',
  'POST /v1/feed-tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n',
  'GET http://elsewhere.example/v1/cases HTTP/1.1\r\nHost: x\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\n',
  'CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: x\r\n',
  'GET /v1/cases HTTP/1.0\r\n',
  'GET /v1/cases HTTP/9.9\r\nHost: x\r\n',
  'BREW /pot HTTP/1.1\r\nHost: x\r\n',
  'GET //v1//cases/%2e%2e/%00 HTTP/1.1\r\nHost: x\r\n',
  `GET /v1/cases?${'x'.repeat(9_000)} HTTP/1.1\r\nHost: x\r\n`,
] as const;
const FIELDS = [
  'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n',
  'Content-Length: 2\r\nContent-Length: 3\r\n',
  'Content-Length: -1\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Expect: 100-continue\r\n',
  'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  'Connection: close\r\n',
  'Bad header\r\n',
  'X: \u0001\r\n',
  'Host: y\r\n',
  ' folded: x\r\n',
  `X: ${'y'.repeat(20_000)}\r\n`,
] as const;

/** Bytes that a client sends who does not speak HTTP well, or not at all. */
export const rawBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(
      fc.constantFrom(...HEADS),
      fc.array(fc.constantFrom(...FIELDS), { maxLength: 3 }),
      fc.constantFrom('\r\n', '\n', ''),
      fc.oneof(
        fc.constantFrom('', '{}', '2\r\n{}\r\n0\r\n\r\n', 'zz\r\n', '{}GET / HTTP/1.1\r\n\r\n'),
        fc.string({ unit: 'binary', maxLength: 60 }),
      ),
    )
    .map(([head, fields, end, body]) => Buffer.from(`${head}${fields.join('')}${end}${body}`, 'latin1')),
);

/** Sends the bytes, says that no more will come, and reads whatever is answered until the server has closed. */
export async function sendRaw(baseUrl: string, bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(baseUrl);
  return await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const chunks: Buffer[] = [];
    const patience = setTimeout(() => {
      socket.destroy();
      reject(new Error('the server neither answered nor closed'));
    }, PATIENCE_MS);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('error', () => undefined);
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(patience);
      resolve(Buffer.concat(chunks).toString('latin1'));
    });
    socket.end(bytes);
  });
}

/** @throws Error for a fault of ours, or for what is no HTTP. */
export function judgeRaw(answer: string): void {
  if (answer === '') return;
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  if (!answer.startsWith('HTTP/1.1 ')) throw new Error(`not HTTP: ${answer.slice(0, 200)}`);
  if (statuses.some((status) => status >= 500)) throw new Error(`a fault of ours: ${answer.slice(0, 400)}`);
}
