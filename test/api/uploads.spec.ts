import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { DocumentDesk } from '../../apps/api/src/registers/document-desk.js';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { expectStatus, itemsOf, refusalsOf, type Client } from '../support/client.js';
import { appendPiece, beginUpload, PIECE } from '../support/uploads.js';

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(300_000)]);

const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

describe('a large document in pieces', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_UPLOAD_LIMIT: '1000000', ADIT_BODY_TIMEOUT_MS: '1000' });
  });
  afterAll(() => world.close());

  const begin = beginUpload;
  const append = appendPiece;
  const offsetOf = async (client: Client, path: string): Promise<number> =>
    Number(expectStatus(200)(await client.get(path)).headers['upload-offset']);
  const partial = (path: string) => join(world.dataDir, 'documents', 'partial', path.split('/').at(-1) ?? '');

  /** Sends so much of a piece that was announced longer, then cuts the connection. */
  async function cutOff(token: string, path: string, offset: number, content: Buffer): Promise<void> {
    await new Promise<void>((resolve) => {
      const outgoing = request(`${world.baseUrl}${path}`, {
        method: 'PATCH',
        headers: {
          ...PIECE,
          Authorization: `Bearer ${token}`,
          'Upload-Offset': String(offset),
          'Content-Length': String(content.length + 1_000),
        },
      });
      outgoing.on('error', () => resolve());
      outgoing.on('close', () => resolve());
      outgoing.write(content, () => setTimeout(() => outgoing.destroy(), 200));
    });
  }

  it('arrives piece by piece and becomes a document with the last, whose hash was declared', async () => {
    const client = await world.as('bidder1');
    const begun = expectStatus(201)(await begin(client, PDF.length, { sha256: hashOf(PDF) }));
    const path = begun.headers['location'] as string;
    expect(begun.headers).toMatchObject({ 'tus-resumable': '1.0.0', 'upload-offset': '0' });
    const first = expectStatus(204)(await append(client, path, 0, PDF.subarray(0, 100_000)));
    expect(first.headers['upload-offset']).toBe('100000');
    expect(await offsetOf(client, path)).toBe(100_000);
    const last = expectStatus(204)(await append(client, path, 100_000, PDF.subarray(100_000)));
    expect(last.headers['adit-document']).toBe(hashOf(PDF));
    const { body } = await client.get(path);
    expect(body).toMatchObject({
      state: 'stored',
      document: { id: hashOf(PDF), bytes: PDF.length, scan: 'not-scanned' },
    });
    expect(itemsOf<{ id: string }>(await client.get('/v1/documents')).map(({ id }) => id)).toContain(hashOf(PDF));
    expect(existsSync(partial(path))).toBe(false);
    // The answer to the last piece may have been lost.
    expect((await append(client, path, PDF.length, Buffer.alloc(0))).status).toBe(204);
  });

  it('answers HEAD as the protocol has it', async () => {
    const client = await world.as('bidder1');
    const path = expectStatus(201)(await begin(client, 10)).headers['location'] as string;
    const answer = await fetch(`${world.baseUrl}${path}`, {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${client.token}`, 'Tus-Resumable': '1.0.0' },
    });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'upload-offset': '0',
      'upload-length': '10',
      'tus-resumable': '1.0.0',
      'cache-control': 'no-store',
    });
    expect((await client.delete(path)).status).toBe(204);
    expect((await append(client, path, 0, Buffer.from('%PDF-1.7\nx'))).status).toBe(409);
  });

  it('goes on after a connection that was cut, from what had arrived', async () => {
    const client = await world.as('bidder2');
    const path = expectStatus(201)(await begin(client, PDF.length)).headers['location'] as string;
    await cutOff(client.token, path, 0, PDF.subarray(0, 120_000));
    let arrived = 0;
    for (let attempt = 0; attempt < 50 && arrived === 0; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      arrived = await offsetOf(client, path);
    }
    expect(arrived).toBeGreaterThan(0);
    expect(arrived).toBeLessThanOrEqual(120_000);
    expect(statSync(partial(path)).size).toBe(arrived);
    let last = await append(client, path, arrived, PDF.subarray(arrived));
    // The request that was cut may hold its right to write a moment longer.
    for (let attempt = 0; attempt < 50 && last.status === 409; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      last = await append(client, path, arrived, PDF.subarray(arrived));
    }
    expect([last.status, last.headers['adit-document']]).toEqual([204, hashOf(PDF)]);
  });

  it('goes on in another process, and lets one request write at a time', async () => {
    const client = await world.as('bidder3');
    const path = expectStatus(201)(await begin(client, PDF.length)).headers['location'] as string;
    await append(client, path, 0, PDF.subarray(0, 50_000));
    // What another process, or the next one, makes of database and directory.
    const { runtime } = world;
    const { identity } = runtime.parts;
    const { uploads } = new DocumentDesk(runtime.parts);
    const { personId, sessionId } = await identity.principals.resolve(decode(client.token));
    const { body: me } = await client.get('/v1/me');
    const actor = identity.principals.chooseActor(
      await identity.principals.resolve({ sub: personId, sid: sessionId }),
      me.appointments[0].id as string,
    );
    const id = path.split('/').at(-1) ?? '';
    expect(await uploads.find(actor, id)).toMatchObject({ offset: 50_000 });
    await world.database.pool.query(
      `update resumable_upload set writer = 'another', writer_until = clock_timestamp() + interval '1 minute' where id = $1`,
      [id],
    );
    expect((await append(client, path, 50_000, PDF.subarray(50_000))).status).toBe(409);
    await world.database.pool.query(`update resumable_upload set writer_until = clock_timestamp() where id = $1`, [id]);
    expect((await append(client, path, 49_000, PDF.subarray(49_000))).status).toBe(409);
    expect((await append(client, path, 50_000, PDF.subarray(50_000))).headers['adit-document']).toBe(hashOf(PDF));
  });

  it('is refused whole when its hash or its kind is not what was declared, and nothing of it stays', async () => {
    const client = await world.as('bidder1');
    const wrongHash = expectStatus(201)(await begin(client, 20, { sha256: hashOf(PDF) })).headers['location'] as string;
    const refused = await append(client, wrongHash, 0, Buffer.from('%PDF-1.7\n0123456789x'));
    expect([refused.status, refusalsOf(refused).map(({ rule }) => rule)]).toEqual([422, ['document-arrived-whole']]);
    expect((await client.get(wrongHash)).body).toMatchObject({ state: 'refused', document: null });
    expect(existsSync(partial(wrongHash))).toBe(false);
    const wrongKind = expectStatus(201)(await begin(client, 4)).headers['location'] as string;
    const program = await append(client, wrongKind, 0, Buffer.from([0x7f, 0x45, 0x4c, 0x46]));
    expect(refusalsOf(program).map(({ rule }) => rule)).toEqual(['document-is-what-it-says']);
    expect((await begin(client, 4, { filetype: 'application/zip' })).status).toBe(422);
  });

  it('takes no byte more than was declared, no more than is allowed, and no other form of request', async () => {
    const client = await world.as('bidder1');
    expect((await begin(client, 1_000_001)).status).toBe(413);
    const path = expectStatus(201)(await begin(client, 5)).headers['location'] as string;
    expect((await append(client, path, 0, Buffer.from('123456'))).status).toBe(413);
    await client.delete(path);
    expect((await begin(client, 0)).status).toBe(400);
    expect((await begin(client, 5, { sha256: 'x' })).status).toBe(400);
    expect((await begin(client, 5, { colour: 'blue' })).status).toBe(400);
    const other = await client.send('post', '/v1/uploads', (test) => test.set({ 'Tus-Resumable': '0.2.2' }));
    expect(other.status).toBe(412);
    const json = await client.send('patch', path, (test) => test.set('Upload-Offset', '0').send({}));
    expect(json.status).toBe(415);
  });

  it('is nobody else’s: not of a colleague’s rival, and not of the public', async () => {
    const path = expectStatus(201)(await begin(await world.as('bidder1'), 5)).headers['location'] as string;
    const rival = await world.as('bidder2');
    expect((await rival.get(path)).status).toBe(404);
    expect((await append(rival, path, 0, Buffer.from('1'))).status).toBe(404);
    expect((await rival.delete(path)).status).toBe(404);
    expect((await world.anybody.get(path)).status).toBe(401);
    expect((await begin(await world.as('auditor'), 5)).status).toBe(403);
    await (await world.as('bidder1')).delete(path);
  });

  it('may be begun five times by one person, and is removed when it takes too long', async () => {
    const client = await world.as('odisha');
    const paths: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      paths.push(expectStatus(201)(await begin(client, 5)).headers['location'] as string);
    }
    expect((await begin(client, 5)).status).toBe(429);
    expect(itemsOf(await client.get('/v1/uploads'))).toHaveLength(5);
    const admin = world.database.pool;
    await admin.query(
      `update resumable_upload set writer_until = null where person_id = (select id from person where email = 'odisha@adit.example')`,
    );
    const desk = new DocumentDesk(world.runtime.parts);
    await expect(desk.uploads.expire()).resolves.toBe(0);
    await expireAll(world);
    expect(await desk.uploads.expire()).toBeGreaterThanOrEqual(5);
    expect(readdirSync(join(world.dataDir, 'documents', 'partial'))).toEqual([]);
    expect((await client.get(paths[0] ?? '')).body).toMatchObject({ state: 'expired' });
    expect((await begin(client, 5)).status).toBe(201);
  });
});

function decode(token: string): { sub: string; sid: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string; sid: string };
}

/** Behind the application's back, which may not change when an upload expires. */
async function expireAll(world: ApiWorld): Promise<void> {
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: world.database.adminUrl });
  await admin.connect();
  await admin.query(`update resumable_upload set expires_at = clock_timestamp() where ended_at is null`);
  await admin.end();
}
