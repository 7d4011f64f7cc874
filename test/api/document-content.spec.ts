import { createHash, randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { EICAR, openClamd, type FakeClamd } from '../support/clamd.js';
import type { Client } from '../support/client.js';
import { judgeContent, openDocument, storeFile } from '../support/opened-document.js';
import { openS3Server, type S3Server } from '../support/s3-server.js';

interface Refused {
  readonly refusals: readonly {
    readonly rule: string;
    readonly found: string;
    readonly cure: { readonly who: string; readonly how: string };
  }[];
}

const makePaper = (more: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.from(`%PDF-1.7\n${randomBytes(8).toString('hex')}\n`), more]);
const pathOf = (id: string): string => `/v1/documents/${id}`;
const nothing = createHash('sha256').update('never stored').digest('hex');

describe('the content of a document', () => {
  let world: ApiWorld;
  let owner: Client;

  beforeAll(async () => {
    world = await openApiWorld();
    owner = await world.as('bidder1');
  });
  afterAll(() => world.close());

  const fileOf = (id: string): string => join(world.dataDir, 'documents', id.slice(0, 2), id);
  const isSame = (body: unknown, content: Buffer): boolean => Buffer.isBuffer(body) && body.equals(content);

  it('is what the organisation has stored, byte for byte, whatever its length', async () => {
    for (const content of [makePaper(), makePaper(randomBytes(3_000_000))]) {
      const id = await storeFile(owner, 'paper.pdf', content);
      const answer = await openDocument(owner, pathOf(id));
      expect([answer.status, isSame(answer.body, content)]).toEqual([200, true]);
      // A colleague acts for the same organisation.
      expect(isSame((await openDocument(await world.as('bidder1b'), pathOf(id))).body, content)).toBe(true);
    }
  });

  it('comes as an attachment that no cache keeps and no browser runs', async () => {
    const id = await storeFile(owner, 'paper.txt', 'A paper of a bidder.\n', 'text/plain');
    const { headers } = await openDocument(owner, pathOf(id));
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '21',
      'content-disposition': `attachment; filename="paper.txt"; filename*=UTF-8''paper.txt`,
      'cache-control': 'private, no-store',
      etag: `"${id}"`,
      'accept-ranges': 'none',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    });
  });

  it('has a name that stays in its header, whatever its sender called it', async () => {
    for (const name of [`a"; filename="b.pdf`, "net worth' (2).pdf", 'शपथपत्र.pdf', 'run.bat', 'a%0d%0ab.pdf']) {
      const id = await storeFile(owner, name, makePaper());
      const { headers } = await openDocument(owner, pathOf(id));
      const told = /^attachment; filename="[\w .,()+-]+"; filename\*=UTF-8''([\w.!#$&+^`|~%-]+)$/.exec(
        headers['content-disposition'] as string,
      );
      expect(decodeURIComponent(told?.[1] ?? '')).toBe(name.endsWith('.pdf') ? name : `${name}.pdf`);
    }
    // A line break is no name at all.
    await expect(storeFile(owner, 'a\r\nb.pdf', makePaper())).rejects.toThrow('400');
  });

  it('is nothing to another organisation, although it knows the hash, until it has stored the same itself', async () => {
    const content = makePaper();
    const id = await storeFile(owner, 'mine.pdf', content);
    const rival = await world.as('bidder2');
    expect((await openDocument(rival, pathOf(id))).status).toBe(404);
    expect((await openDocument(await world.as('odisha'), pathOf(id))).status).toBe(404);
    expect((await openDocument(await world.as('auditor'), pathOf(id))).status).toBe(403);
    expect((await openDocument(world.anybody, pathOf(id))).status).toBe(401);
    await storeFile(rival, 'theirs.pdf', content);
    const answer = await openDocument(rival, pathOf(id));
    expect(answer.headers['content-disposition']).toContain('filename="theirs.pdf"');
  });

  it('is nothing under an id that names nothing', async () => {
    const refused = await owner.send('post', '/v1/documents?name=x.pdf', (test) =>
      test.set('Content-Type', 'application/pdf').send('no paper at all'),
    );
    expect(refused.status).toBe(422);
    const notKept = createHash('sha256').update('no paper at all').digest('hex');
    for (const id of [nothing, notKept, 'x', nothing.toUpperCase(), '..%2f..%2fetc%2fpasswd', `${nothing}0`]) {
      expect([id, (await openDocument(owner, pathOf(id))).status]).toEqual([id, 404]);
    }
  });

  it('is not sent again to who has it, nor to who asks for its headers alone', async () => {
    const content = makePaper(randomBytes(200_000));
    const id = await storeFile(owner, 'paper.pdf', content);
    for (const known of [`"${id}"`, `"x", W/"${id}"`, '*']) {
      const answer = await openDocument(owner, pathOf(id), { 'If-None-Match': known });
      expect([answer.status, answer.headers['etag'], answer.headers['cache-control']]).toEqual([
        304,
        `"${id}"`,
        'private, no-store',
      ]);
    }
    expect((await openDocument(owner, pathOf(id), { 'If-None-Match': '"x"' })).status).toBe(200);
    const rival = await world.as('bidder2');
    expect((await openDocument(rival, pathOf(id), { 'If-None-Match': `"${id}"` })).status).toBe(404);
    const head = await fetch(`${world.baseUrl}${pathOf(id)}`, {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${owner.token}` },
    });
    expect([head.status, head.headers.get('content-length'), head.headers.get('content-type')]).toEqual([
      200,
      String(content.length),
      'application/pdf',
    ]);
    expect(await head.text()).toBe('');
    const known = await fetch(`${world.baseUrl}${pathOf(id)}`, {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${owner.token}`, 'If-None-Match': `"${id}"` },
    });
    expect([known.status, known.headers.get('content-length')]).toEqual([304, null]);
    // A part is not served: the whole comes.
    expect((await openDocument(owner, pathOf(id), { Range: 'bytes=0-9' })).status).toBe(200);
  });

  it('that has gone, or was changed, is a fault that is logged, and never half a document', async () => {
    const gone = await storeFile(owner, 'gone.pdf', makePaper());
    const changed = await storeFile(owner, 'changed.pdf', makePaper());
    rmSync(fileOf(gone));
    writeFileSync(fileOf(changed), makePaper());
    for (const [id, words] of [
      [gone, 'is missing'],
      [changed, 'has changed since it was stored'],
    ] as const) {
      const answer = await openDocument(owner, pathOf(id));
      expect([answer.status, answer.headers['content-disposition']]).toEqual([500, undefined]);
      expect(answer.text ?? JSON.stringify(answer.body)).not.toContain(id);
      expect(world.log.some((line) => line.includes('"error"') && line.includes(`${id} ${words}`))).toBe(true);
    }
    const head = await fetch(`${world.baseUrl}${pathOf(gone)}`, {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${owner.token}` },
    });
    expect(head.status).toBe(500);
  });

  it('that turns out to be damaged while it is sent is cut off before its end', async () => {
    const content = makePaper(randomBytes(1_000_000));
    const id = await storeFile(owner, 'long.pdf', content);
    writeFileSync(fileOf(id), Buffer.concat([content.subarray(0, content.length - 1), Buffer.from([0])]));
    const answer = await fetch(`${world.baseUrl}${pathOf(id)}`, {
      headers: { Authorization: `Bearer ${owner.token}` },
    });
    await expect(answer.arrayBuffer()).rejects.toThrow();
    const told = world.log.filter((line) => line.includes('broke off while it was handed out') && line.includes(id));
    expect(told).toHaveLength(1);
    expect((await openDocument(owner, '/v1/documents')).status).toBe(200);
  });

  it('that its reader leaves in the middle is let go without a fault', async () => {
    const id = await storeFile(owner, 'left.pdf', makePaper(randomBytes(20_000_000)));
    const before = world.log.length;
    const leaving = new AbortController();
    const answer = await fetch(`${world.baseUrl}${pathOf(id)}`, {
      headers: { Authorization: `Bearer ${owner.token}` },
      signal: leaving.signal,
    });
    await answer.body?.getReader().read();
    leaving.abort();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(world.log.slice(before).filter((line) => line.includes('"error"'))).toEqual([]);
    expect((await openDocument(owner, pathOf(id))).status).toBe(200);
  });
});

describe('the content of a document where there is a scanner for malware', () => {
  let clamd: FakeClamd;
  let world: ApiWorld;
  let owner: Client;

  beforeAll(async () => {
    clamd = await openClamd();
    world = await openApiWorld({ ADIT_CLAMD: clamd.address });
    owner = await world.as('bidder1');
  });
  afterAll(async () => {
    await world.close();
    await clamd.close();
  });

  it('is handed out once it was found clean', async () => {
    const id = await storeFile(owner, 'clean.pdf', makePaper());
    expect((await openDocument(owner, pathOf(id))).status).toBe(200);
  });

  it('is handed out to nobody when it is infected, with what was found and who can mend it', async () => {
    const id = await storeFile(owner, 'infected.pdf', makePaper(EICAR));
    const answer = await openDocument(owner, pathOf(id), { 'If-None-Match': '*' });
    const { refusals } = answer.body as Refused;
    expect([answer.status, refusals]).toMatchObject([
      422,
      [
        {
          rule: 'document-is-clean',
          found: 'infected: Eicar-Test-Signature',
          cure: { who: 'the organisation that stored it', how: expect.stringContaining('a clean machine') as string },
        },
      ],
    ]);
    expect((await openDocument(await world.as('bidder2'), pathOf(id))).status).toBe(404);
  });

  it('waits for the scanner, and says when to ask again', async () => {
    clamd.mood = 'refusing';
    const pending = await storeFile(owner, 'pending.pdf', makePaper());
    clamd.mood = 'scanning';
    const early = await storeFile(owner, 'early.pdf', makePaper());
    // As it would stand there had it come before there was a scanner.
    await judgeContent(world, early, 'not-scanned');
    for (const id of [pending, early]) {
      const answer = await openDocument(owner, pathOf(id));
      const { refusals } = answer.body as Refused;
      expect([answer.status, answer.headers['retry-after'], refusals]).toMatchObject([
        422,
        '60',
        [{ rule: 'document-is-clean', found: 'not scanned yet', cure: { who: 'nobody has to' } }],
      ]);
    }
  });
});

describe('the content of a document in a bucket', () => {
  let server: S3Server;
  let world: ApiWorld;

  beforeAll(async () => {
    server = await openS3Server();
    const { endpoint, bucket, accessKeyId, secretAccessKey } = server.settings;
    world = await openApiWorld({
      ADIT_S3_ENDPOINT: endpoint,
      ADIT_S3_BUCKET: bucket,
      ADIT_S3_ACCESS_KEY_ID: accessKeyId,
      ADIT_S3_SECRET_ACCESS_KEY: secretAccessKey,
    });
  });
  afterAll(async () => {
    await world.close();
    await server.close();
  });

  it('is the same, and is told to be out of reach while the store is', async () => {
    const owner = await world.as('bidder1');
    const content = makePaper(randomBytes(2_000_000));
    const id = await storeFile(owner, 'paper.pdf', content);
    const answer = await openDocument(owner, pathOf(id));
    expect([answer.status, Buffer.isBuffer(answer.body) && answer.body.equals(content)]).toEqual([200, true]);
    await server.stop();
    const down = await openDocument(owner, pathOf(id));
    expect([down.status, down.headers['retry-after'], down.headers['content-disposition']]).toEqual([
      503,
      '5',
      undefined,
    ]);
    await server.start();
    expect((await openDocument(owner, pathOf(id))).status).toBe(200);
  });
});
