import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** What is known of a content: see the comments of the table `document_scan`. */
export type ScanState = 'pending' | 'clean' | 'infected' | 'not-scanned';

export interface ScanVerdict {
  readonly state: 'clean' | 'infected';
  /** What was found, in the words of the scanner. */
  readonly signature: string | null;
}

export interface MalwareScanner {
  /** @throws ScannerUnavailable when there is no verdict; the content is then as unknown as before. */
  scan(content: Readable): Promise<ScanVerdict>;
}

export class ScannerUnavailable extends Error {
  override readonly name = 'ScannerUnavailable';
}

const IDLE_MS = 60_000;
const LONGEST_ANSWER = 4096;

/** clamd by its own protocol: the content is streamed to it (INSTREAM), so that it needs no sight of our files. */
export class ClamdScanner implements MalwareScanner {
  /** `address`: the path of its socket, or host:port. */
  constructor(
    private readonly address: string,
    private readonly idleMs = IDLE_MS,
  ) {}

  async scan(content: Readable): Promise<ScanVerdict> {
    const socket = this.open();
    const answer = readAnswer(socket);
    // A verdict may come before all is sent, and a broken pipe with it: the verdict counts.
    const sending = send(socket, content);
    sending.catch(() => undefined);
    try {
      const text = await Promise.race([answer, sending.then(() => answer)]);
      return readVerdict(text);
    } catch (error) {
      if (error instanceof ScannerUnavailable) throw error;
      throw new ScannerUnavailable('clamd does not answer', { cause: error });
    } finally {
      socket.destroy();
      content.destroy();
    }
  }

  private open(): Socket {
    const parts = /^\[?([^\]]*)\]?:(\d+)$/.exec(this.address);
    const socket =
      this.address.startsWith('/') || parts === null
        ? connect({ path: this.address })
        : connect({ host: parts[1] ?? '', port: Number(parts[2]) });
    socket.setTimeout(this.idleMs, () => socket.destroy(new ScannerUnavailable('clamd fell silent')));
    return socket;
  }
}

/** Each piece behind its length in four bytes, big end first; a length of nothing is the end. */
async function send(socket: Socket, content: Readable): Promise<void> {
  socket.write('zINSTREAM\0');
  for await (const chunk of content as AsyncIterable<Buffer>) {
    if (chunk.length === 0) continue;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    socket.write(length);
    if (!socket.write(chunk)) await once(socket, 'drain');
  }
  socket.write(Buffer.alloc(4));
}

function readAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      text += piece;
      if (text.includes('\0') || text.length > LONGEST_ANSWER) resolve(text);
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new ScannerUnavailable('clamd closed without a verdict')));
  });
}

function readVerdict(text: string): ScanVerdict {
  const line = text.replace(/\0[^]*$/, '').trim();
  if (/^stream: OK$/.test(line)) return { state: 'clean', signature: null };
  const found = /^stream: (.+) FOUND$/.exec(line);
  if (found !== null) return { state: 'infected', signature: (found[1] ?? '').slice(0, 200) };
  // Among them that the content is longer than clamd was told to take (StreamMaxLength).
  throw new ScannerUnavailable(`clamd gave no verdict: ${line.slice(0, 200)}`);
}
