import { createHash } from 'node:crypto';
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { Problem } from '#platform';
import type { Arrival } from './arrivals.js';

/** What an upload has to be before it can be kept: a file, its SHA-256 and its length. */
export type KeptFile = Pick<Arrival, 'path' | 'hash' | 'bytes'>;

/** `kept` is read by those who may; in `quarantine` lies what a scanner found harmful, for those who look into it. */
export type BlobArea = 'kept' | 'quarantine';

/**
 * Where the content of documents lies, each under the SHA-256 of its content, written once and never over. Every
 * method throws Problem unavailable when the store does not answer; then nothing of the content is there.
 */
export interface BlobStore {
  /** For people: where that is. */
  readonly description: string;
  /** Takes a file over, for good, before it returns; the same content twice is no error. */
  keep(file: KeptFile, area: BlobArea): Promise<void>;
  /** Length in bytes; undefined when there is no such content. */
  measure(hash: string, area?: BlobArea): Promise<number | undefined>;
  /**
   * The content, checked as it is read: the stream fails with ContentDamaged at its end when it is not what its name
   * says. Undefined when there is none.
   */
  open(hash: string, area?: BlobArea): Promise<Readable | undefined>;
  /** Moves kept content into quarantine; nothing happens when it is there already. */
  quarantine(hash: string): Promise<void>;
}

/** What is stored under a hash is not what was stored under it. */
export class ContentDamaged extends Error {
  override readonly name = 'ContentDamaged';

  constructor(readonly hash: string) {
    super(`the content of document ${hash} has changed since it was stored`);
  }
}

export function isContentHash(hash: string): boolean {
  return /^[0-9a-f]{64}$/.test(hash);
}

/** Below which name content lies: two characters of its hash part it into folders, so that none gets too long. */
export function nameBlob(hash: string, area: BlobArea): string {
  const name = `${hash.slice(0, 2)}/${hash}`;
  return area === 'quarantine' ? `quarantine/${name}` : name;
}

/**
 * Lets content through and fails at the end when it was not what its name says. The last piece goes out only once the
 * whole is known to be right, so that damaged content never arrives in its full length.
 */
export class HashCheck extends Transform {
  private readonly digest = createHash('sha256');
  private held: Buffer | undefined;

  constructor(private readonly hash: string) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const { held } = this;
    this.digest.update(chunk);
    this.held = chunk;
    done(null, held);
  }

  override _flush(done: TransformCallback): void {
    if (this.digest.digest('hex') === this.hash) done(null, this.held);
    else done(new ContentDamaged(this.hash));
  }
}

/** Seconds after which a caller may try again. */
const RETRY = 5;

export function storeUnavailable(cause: unknown): Problem {
  return new Problem('unavailable', {
    detail: 'The store of documents does not answer; nothing has changed, try again later',
    extensions: { retryAfter: RETRY },
    cause,
  });
}
