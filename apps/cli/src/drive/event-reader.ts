import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
  readonly retry: number | undefined;
  /** Milliseconds of the reader's own clock. */
  readonly at: number;
}

/** Reads a stream of server-sent events until it ends or is closed. */
export class EventReader {
  readonly events: ServerEvent[] = [];
  status = 0;
  private over = false;

  private constructor(private readonly abort: AbortController) {}

  /** `lastEventId`: what the stream before this one told last, as a browser says when it comes back. */
  static async open(url: string, lastEventId?: string): Promise<EventReader> {
    const abort = new AbortController();
    const reader = new EventReader(abort);
    const response = await fetch(url, {
      signal: abort.signal,
      headers: { Accept: 'text/event-stream', ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) },
    });
    reader.status = response.status;
    void reader.read(response);
    return reader;
  }

  get isOver(): boolean {
    return this.over;
  }

  close(): void {
    this.abort.abort();
  }

  ofKind(event: string): readonly ServerEvent[] {
    return this.events.filter((each) => each.event === event);
  }

  /** Waits until something is so. @throws Error after five seconds, with what was read. */
  async until(condition: () => boolean): Promise<void> {
    for (let waited = 0; waited < 5_000; waited += 20) {
      if (condition()) return;
      await sleep(20);
    }
    throw new Error(`waited in vain; read ${JSON.stringify(this.events)}`);
  }

  private async read(response: Response): Promise<void> {
    let text = '';
    try {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.events.push(parse(block));
      }
    } catch {
      // Closed by ourselves, or cut off: either way it is over.
    }
    this.over = true;
  }
}

function parse(block: string): ServerEvent {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const data = fields.get('data');
  const retry = fields.get('retry');
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id'),
    data: data === undefined ? undefined : JSON.parse(data),
    retry: retry === undefined ? undefined : Number(retry),
    at: performance.now(),
  };
}
