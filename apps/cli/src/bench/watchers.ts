import { connect } from 'node:net';
import { inParallel } from '../drive/in-parallel.js';
import { HttpConnection } from './http-client.js';
import { WatchLog } from './watch-log.js';

/** What the parent sends: first whom to watch as, then when to begin and when to tell. */
export type WatchOrder =
  | { readonly kind: 'watch'; readonly url: string; readonly caseId: string; readonly tokens: readonly string[] }
  | { readonly kind: 'begin' }
  | { readonly kind: 'report' };

const ABREAST = 16;
const LOOK_EVERY_MS = 50;

let log = new WatchLog(0);

/** Opens one stream for each token and reads it until the process ends. */
async function watch({ url, caseId, tokens }: Extract<WatchOrder, { kind: 'watch' }>): Promise<void> {
  log = new WatchLog(tokens.length);
  await inParallel([...tokens.entries()], ABREAST, async ([stream, token]) => {
    const connection = await HttpConnection.open(url);
    const answer = await connection.post('/v1/feed-tickets', { Authorization: `Bearer ${token}` }, { cases: [caseId] });
    connection.close();
    if (answer.status !== 201) throw new Error(`a ticket was answered ${answer.status}: ${answer.body}`);
    await openStream(url, (JSON.parse(answer.body) as { href: string }).href, stream);
  });
  while (log.watching < tokens.length) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

async function openStream(url: string, href: string, stream: number): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    log.read(stream, text, performance.now());
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    log.end();
  });
  socket.write(`GET ${href} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
}

/** Runs beside the bench, so that reading thousands of streams takes no time from those who offer. */
process.on('message', (order: WatchOrder) => {
  if (order.kind === 'begin') {
    log.begin();
    process.send?.('begun');
  }
  if (order.kind === 'report') process.send?.(log.report());
  if (order.kind !== 'watch') return;
  watch(order).then(
    () => process.send?.('watching'),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
