import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { openS3Server, type S3Server } from '../../../../test/support/s3-server.js';
import { nameBlob, type BlobArea, type BlobStore, type KeptFile } from './blob-store.js';
import { FolderStore } from './folder-store.js';
import { S3Store } from './s3-store.js';

let server: S3Server;
let directory: string;

beforeAll(async () => {
  server = await openS3Server();
});
afterAll(() => server.close());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'adit-blobs-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function makeFile(content: Buffer): KeptFile {
  const path = join(directory, `arrived-${randomBytes(4).toString('hex')}`);
  writeFileSync(path, content, { mode: 0o600 });
  return { path, hash: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}

/** The file in which a store really has the content, to damage it behind its back. */
interface Kind {
  readonly open: () => BlobStore;
  readonly fileOf: (hash: string, area: BlobArea) => string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'a folder': {
    open: () => new FolderStore(join(directory, 'documents')),
    fileOf: (hash, area) => join(directory, 'documents', nameBlob(hash, area)),
  },
  'a bucket': {
    open: () => new S3Store(server.settings),
    fileOf: (hash, area) => join(server.directory, 'documents', `${nameBlob(hash, area)}._S3rver_object`),
  },
};

describe.each(Object.entries(KINDS))('content in %s', (_, kind) => {
  it('is kept under its hash, whole, and is the same when it is read', async () => {
    const blobs = kind.open();
    const content = randomBytes(3_000_000);
    const file = makeFile(content);
    expect(await blobs.measure(file.hash)).toBeUndefined();
    await blobs.keep(file, 'kept');
    expect(await blobs.measure(file.hash)).toBe(content.length);
    const stream = await blobs.open(file.hash);
    // Not toEqual, which compares byte by byte and takes minutes.
    expect(stream && (await buffer(stream)).equals(content)).toBe(true);
    expect(readFileSync(kind.fileOf(file.hash, 'kept')).equals(content)).toBe(true);
    await blobs.keep(makeFile(content), 'kept');
    expect(await blobs.measure(file.hash)).toBe(content.length);
  });

  it('may be a single byte, and what was never kept is nothing', async () => {
    const blobs = kind.open();
    const file = makeFile(Buffer.from('x'));
    await blobs.keep(file, 'kept');
    expect(await blobs.measure(file.hash)).toBe(1);
    const none = createHash('sha256').update(randomBytes(8)).digest('hex');
    expect(await blobs.open(none)).toBeUndefined();
    await expect(blobs.quarantine(none)).resolves.toBeUndefined();
    for (const name of ['../../etc/passwd', 'A'.repeat(64), '']) {
      expect(await blobs.measure(name)).toBeUndefined();
      expect(await blobs.open(name)).toBeUndefined();
    }
  });

  it('that was changed behind its back fails at the end of reading, whatever its length', async () => {
    const blobs = kind.open();
    const file = makeFile(randomBytes(200_000));
    await blobs.keep(file, 'kept');
    writeFileSync(kind.fileOf(file.hash, 'kept'), randomBytes(200_000));
    const stream = await blobs.open(file.hash);
    let arrived = 0;
    stream?.on('data', (chunk: Buffer) => (arrived += chunk.length));
    await expect(stream && finished(stream)).rejects.toMatchObject({ name: 'ContentDamaged', hash: file.hash });
    // A reader who counts bytes must not take it for the whole.
    expect(arrived).toBeLessThan(file.bytes);
  });

  it('goes into quarantine once or twice, and is then nowhere else', async () => {
    const blobs = kind.open();
    const content = randomBytes(5_000);
    const file = makeFile(content);
    await blobs.keep(file, 'kept');
    await blobs.quarantine(file.hash);
    await blobs.quarantine(file.hash);
    expect(await blobs.measure(file.hash)).toBeUndefined();
    const stream = await blobs.open(file.hash, 'quarantine');
    expect(stream && (await buffer(stream)).equals(content)).toBe(true);
    const direct = makeFile(randomBytes(100));
    await blobs.keep(direct, 'quarantine');
    expect([await blobs.measure(direct.hash), await blobs.measure(direct.hash, 'quarantine')]).toEqual([
      undefined,
      100,
    ]);
  });
});

describe('a folder that cannot be written', () => {
  it('is answered 503, and nothing is left in it', async () => {
    writeFileSync(join(directory, 'documents'), 'in the way');
    const file = makeFile(Buffer.from('x'));
    const blobs = new FolderStore(join(directory, 'documents'));
    await expect(blobs.keep(file, 'kept')).rejects.toMatchObject({ slug: 'unavailable' });
    expect(readdirSync(directory).sort()).toEqual([file.path.split('/').at(-1), 'documents'].sort());
  });

  it('gives its files to the application alone', async () => {
    const file = makeFile(Buffer.from('x'));
    await new FolderStore(join(directory, 'documents')).keep(file, 'kept');
    expect(statSync(join(directory, 'documents', nameBlob(file.hash, 'kept'))).mode & 0o777).toBe(0o600);
  });
});

describe('a bucket that does not answer as it should', () => {
  const unavailable = { slug: 'unavailable', extensions: { retryAfter: expect.any(Number) } };

  it('is answered 503 when the signature is wrong or the bucket is missing, and nothing is stored', async () => {
    const file = makeFile(randomBytes(100));
    const stranger = new S3Store({ ...server.settings, secretAccessKey: 'wrong' });
    await expect(stranger.keep(file, 'kept')).rejects.toMatchObject(unavailable);
    await expect(stranger.open(file.hash)).rejects.toMatchObject(unavailable);
    const nowhere = new S3Store({ ...server.settings, bucket: 'no-such-bucket' });
    await expect(nowhere.keep(file, 'kept')).rejects.toMatchObject(unavailable);
    expect(await new S3Store(server.settings).measure(file.hash)).toBeUndefined();
  });

  it('is answered 503 when it is down, and takes the same file when it is back', async () => {
    const blobs = new S3Store(server.settings);
    const file = makeFile(randomBytes(100));
    await server.stop();
    await expect(blobs.keep(file, 'kept')).rejects.toMatchObject(unavailable);
    await expect(blobs.measure(file.hash)).rejects.toMatchObject(unavailable);
    await server.start();
    await blobs.keep(file, 'kept');
    expect(await blobs.measure(file.hash)).toBe(100);
  });

  it('is answered 503 when it falls silent, cuts off, stores less than it was sent, or hides an error in a 200', async () => {
    const answers: Record<string, (method: string, answer: ServerResponse) => void> = {
      silent: () => undefined,
      cut: (_, answer) => answer.destroy(),
      short: (method, answer) => answer.writeHead(200, method === 'HEAD' ? { 'content-length': '99' } : {}).end(),
      hidden: (_, answer) =>
        answer.writeHead(200).end('<?xml version="1.0"?><Error><Code>InternalError</Code></Error>'),
    };
    for (const [name, answer] of Object.entries(answers)) {
      const faulty = createServer((request, response) => {
        request.resume();
        answer(request.method ?? '', response);
      });
      await new Promise<void>((resolve) => faulty.listen(0, '127.0.0.1', resolve));
      const endpoint = `http://127.0.0.1:${(faulty.address() as AddressInfo).port}`;
      const blobs = new S3Store({ ...server.settings, endpoint, idleMs: 200 });
      const outcome = await blobs.keep(makeFile(randomBytes(100)), 'kept').catch((error: unknown) => error);
      expect([name, outcome]).toEqual([name, expect.objectContaining({ slug: 'unavailable' })]);
      faulty.closeAllConnections();
      await new Promise((resolve) => faulty.close(resolve));
    }
  });

  it('sends a file as it is read, never holding all of it', async () => {
    let seen = 0;
    const slow = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => {
        seen += chunk.length;
        request.pause();
        setTimeout(() => request.resume(), 1);
      });
      request.on('end', () => response.writeHead(200, { 'content-length': '0' }).end());
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    const file = makeFile(Buffer.alloc(64 * 1024 * 1024));
    const before = process.memoryUsage();
    let highest = 0;
    const watch = setInterval(() => {
      const { arrayBuffers, external } = process.memoryUsage();
      highest = Math.max(highest, arrayBuffers + external - before.arrayBuffers - before.external);
    }, 5);
    // It has no such object to tell the length of, which is refused at the end.
    await expect(new S3Store({ ...server.settings, endpoint }).keep(file, 'kept')).rejects.toMatchObject(unavailable);
    clearInterval(watch);
    slow.closeAllConnections();
    await new Promise((resolve) => slow.close(resolve));
    expect(seen).toBe(file.bytes);
    expect(highest).toBeLessThan(file.bytes / 2);
    expect(existsSync(file.path)).toBe(true);
  });
});
