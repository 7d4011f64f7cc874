import type { ServerResponse } from 'node:http';
import type { Actor } from '#case-kit';
import type { FeedEvent, FeedSubscriber } from '#engine';

/** Bytes that may wait for a reader; who is further behind is dropped, so that nobody's slowness costs the others. */
const MOST_WAITING = 262_144;
/** Told to every reader whose stream ends: come back after this time, milliseconds. */
const RETRY_MS = 2_000;

/** One reader of the live feed: text/event-stream on a raw response. */
export class EventStream implements FeedSubscriber {
  private ended = false;
  /** What the reader was told last of each case. */
  private readonly told = new Map<string, string>();

  constructor(
    private readonly response: ServerResponse,
    readonly actor: Actor,
    readonly caseIds: readonly string[],
    readonly openedAt: number,
  ) {
    response.on('close', () => (this.ended = true));
  }

  get isOver(): boolean {
    return this.ended;
  }

  /** Begins the answer. `retry` tells the browser when to come back after any loss. */
  begin(): void {
    this.response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Proxies that buffer would turn a live feed into a late one.
      'X-Accel-Buffering': 'no',
    });
    this.write(`retry: ${RETRY_MS}\n\n`);
  }

  send({ caseId, id, body }: FeedEvent): boolean {
    // A reader who has just come may be told what he has been sent already.
    if (this.told.get(caseId) === id) return true;
    this.told.set(caseId, id);
    const data = body ?? JSON.stringify({ id: caseId });
    this.write(`event: ${body === null ? 'gone' : 'case'}\nid: ${id}\ndata: ${data}\n\n`);
    return this.response.writableLength <= MOST_WAITING;
  }

  /** The platform's time and by how much it may be wrong; also keeps the connection from looking idle. */
  sendTime(text: string): void {
    this.write(`event: time\ndata: ${text}\n\n`);
  }

  /** Ends the stream; the reader may come back with what rights he has then. */
  drop(): void {
    if (this.ended) return;
    // Somebody who does not read would keep the connection, and what waits for it, for ever.
    if (this.response.writableLength > MOST_WAITING) this.response.destroy();
    else this.response.end(`event: end\ndata: {}\nretry: ${RETRY_MS}\n\n`);
    this.ended = true;
  }

  private write(text: string): void {
    if (!this.ended) this.response.write(text);
  }
}
