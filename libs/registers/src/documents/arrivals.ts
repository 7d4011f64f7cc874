import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { findErrorCode } from '../error-code.js';
import { sniffMediaType, type MediaType } from './media-type.js';

/** A file that has arrived but is not kept yet. */
export interface Arrival {
  readonly path: string;
  /** SHA-256 of the content (hex). */
  readonly hash: string;
  readonly bytes: number;
  /** What it is by its content; undefined when that may not be stored. */
  readonly mediaType: MediaType | undefined;
}

/** Thrown when more arrives than is taken. */
export class ContentTooLarge extends Error {
  override readonly name = 'ContentTooLarge';
}

/** Thrown when the sender went away before all had arrived. */
export class ContentBroken extends Error {
  override readonly name = 'ContentBroken';

  constructor(
    readonly bytes: number,
    cause: unknown,
  ) {
    super('the content did not arrive whole', { cause });
  }
}

/** Where uploads arrive on this machine, each in a file of its own, before they are kept wherever documents lie. */
export class Arrivals {
  private readonly incoming: string;

  constructor(directory: string) {
    this.incoming = join(directory, 'incoming');
  }

  /**
   * Takes a stream into a file of its own, hashing as it comes, and looks at what it is. On disk before it returns.
   *
   * @throws ContentTooLarge, ContentBroken; nothing is left behind then.
   */
  async receive(id: string, content: Readable, maxBytes: number): Promise<Arrival> {
    await mkdir(this.incoming, { recursive: true, mode: 0o700 });
    const path = join(this.incoming, id);
    const hash = createHash('sha256');
    let bytes = 0;
    // The stream is not ended by us when we stop reading: it is the request, which still has to be answered.
    const chunks = content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    const measure = async function* (): AsyncIterable<Buffer> {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw new ContentTooLarge(`more than ${maxBytes} bytes`);
        hash.update(chunk);
        yield chunk;
      }
    };
    const file = await open(path, 'wx+', 0o600);
    try {
      await writeFile(file, measure()).catch((error: unknown) => {
        throw error instanceof ContentTooLarge || isDiskFault(error) ? error : new ContentBroken(bytes, error);
      });
      await file.sync();
      const mediaType = await sniffMediaType(file, bytes);
      await file.close();
      return { path, hash: hash.digest('hex'), bytes, mediaType };
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Looks at a file that arrived in another way, whole. */
  async examine(path: string): Promise<Arrival> {
    const hash = createHash('sha256');
    const file = await open(path, 'r');
    try {
      let bytes = 0;
      for await (const chunk of file.createReadStream({ autoClose: false, start: 0 }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      return { path, hash: hash.digest('hex'), bytes, mediaType: await sniffMediaType(file, bytes) };
    } finally {
      await file.close();
    }
  }

  async discard({ path }: Arrival): Promise<void> {
    await rm(path, { force: true });
  }

  /** Removes what uploads left behind that were cut off with their process, older than so many milliseconds. */
  async sweep(now: number, olderThanMs: number): Promise<number> {
    const names = await readdir(this.incoming).catch(() => [] as string[]);
    let removed = 0;
    for (const name of names) {
      const path = join(this.incoming, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (now - mtimeMs < olderThanMs) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }
}

const DISK_FAULTS = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EACCES', 'EROFS', 'EEXIST', 'EMFILE', 'ENFILE']);

function isDiskFault(error: unknown): boolean {
  return DISK_FAULTS.has(findErrorCode(error) ?? '');
}
