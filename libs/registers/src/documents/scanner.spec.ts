import { createServer, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { EICAR, openClamd, type FakeClamd } from '../../../../test/support/clamd.js';
import { ClamdScanner } from './scanner.js';

describe('a scanner that speaks as clamd does', () => {
  let clamd: FakeClamd;

  beforeAll(async () => {
    clamd = await openClamd();
  });
  afterAll(() => clamd.close());
  beforeEach(() => {
    clamd.mood = 'scanning';
  });

  const scan = (content: Readable, idleMs = 1_000) => new ClamdScanner(clamd.address, idleMs).scan(content);

  it('gives its verdict on content in pieces of any size', async () => {
    const pieces = Array.from({ length: 300 }, (_, index) => Buffer.alloc(index % 7 === 0 ? 0 : index * 37, 'a'));
    await expect(scan(Readable.from(pieces))).resolves.toEqual({ state: 'clean', signature: null });
    expect(clamd.scanned.at(-1)).toBe(pieces.reduce((sum, each) => sum + each.length, 0));
    const split = [EICAR.subarray(0, 30), EICAR.subarray(30)];
    await expect(scan(Readable.from(split))).resolves.toEqual({ state: 'infected', signature: 'Eicar-Test-Signature' });
  });

  it('gives none when it is silent, refuses, takes no more or is not there', async () => {
    for (const mood of ['silent', 'refusing', 'full'] as const) {
      clamd.mood = mood;
      await expect(scan(Readable.from([Buffer.alloc(500_000)]), 300)).rejects.toMatchObject({
        name: 'ScannerUnavailable',
      });
    }
    await expect(new ClamdScanner('127.0.0.1:9').scan(Readable.from([EICAR]))).rejects.toMatchObject({
      name: 'ScannerUnavailable',
    });
  });

  it('is reached through a socket of the file system as well', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'adit-clamd-'));
    const path = join(directory, 'clamd.sock');
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('stream: OK\0'));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(new ClamdScanner(path).scan(Readable.from([EICAR]))).resolves.toMatchObject({ state: 'clean' });
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  });
});
