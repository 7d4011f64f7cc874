import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'supertest';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { drawKey } from '../support/client.js';
import { Stall } from '../support/stall-story.js';

const BODY_LIMIT = 4096;
const BODY_TIMEOUT_MS = 400;

describe('the HTTP door', () => {
  let world: ApiWorld;
  let stall: Stall;

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_BODY_LIMIT: String(BODY_LIMIT), ADIT_BODY_TIMEOUT_MS: String(BODY_TIMEOUT_MS) });
    stall = await Stall.publish(world);
  });
  afterAll(() => world.close());

  const send = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
    await (
      await world.as('bidder1')
    ).send('post', `${stall.path}/apply`, (test) =>
      test
        .set({ 'Idempotency-Key': drawKey(), 'Content-Type': 'application/json', ...headers })
        // Bytes go out as they are.
        .serialize((data: unknown) => data as string)
        .send(body),
    );

  /** Talks to the port as no client would. */
  const talk = async (
    text: string,
    onOpen: (write: (more: string) => void) => void = () => undefined,
  ): Promise<string> =>
    await new Promise((resolve, reject) => {
      const { port, hostname } = new URL(world.baseUrl);
      const socket = connect({ port: Number(port), host: hostname }, () => {
        socket.write(text);
        onOpen((more) => socket.write(more));
      });
      let answer = '';
      socket.on('data', (data: Buffer) => (answer += data.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });

  it('answers every error in one form, with an id that stands in the log, and no stack', async () => {
    const answer = await world.anybody.get('/nowhere');
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toEqual({
      type: '/problems/not-found',
      title: 'There is nothing here that you may see',
      status: 404,
      instance: `urn:adit:request:${answer.headers['x-request-id']}`,
    });
    expect((await world.anybody.get('/problems/not-found')).body).toMatchObject({
      status: 404,
      type: answer.body.type,
    });
  });

  it('sets strict headers and does not say what it is made of', async () => {
    const { headers } = await world.anybody.get('/v1/cases');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['server']).toBeUndefined();
    expect(headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('serves the page of the interface without a script or style in it', async () => {
    const page = await world.anybody.get('/docs');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.text).not.toMatch(/<style|style=|<script>|onload/);
    for (const [, address] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const answer = await world.anybody.get(address ?? '');
      expect([address, answer.status]).toEqual([address, 200]);
    }
    expect((await world.anybody.get('/docs/package.json')).status).toBe(404);
    expect((await world.anybody.get('/docs/..%2fpackage.json')).status).toBe(404);
  });

  it('answers 405 with the methods that an address takes', async () => {
    const answer = await world.anybody.send('put', '/v1/cases', (test) => test.send());
    expect([answer.status, answer.body.type, answer.headers['allow']]).toEqual([
      405,
      '/problems/method-not-allowed',
      'GET, HEAD',
    ]);
    const command = await world.anybody.get(`${stall.path}/apply`);
    expect([command.status, command.headers['allow']]).toEqual([405, 'POST']);
  });

  it.each([
    ['/v1/cases/%E0%A4%A', 400],
    [`/v1/cases/${'A'.repeat(300)}`, 404],
    ['/v1/cases/..%2f..%2fetc', 404],
    ['/v1/cases/%00', 404],
    ["/v1/cases/STALL'--", 404],
  ])('answers the address %s with %i', async (path, status) => {
    const answer = await talk(`GET ${path} HTTP/1.1\r\nHost: adit\r\nConnection: close\r\n\r\n`);
    expect(Number(answer.slice(9, 12))).toBe(status);
    expect(answer).toContain('application/problem+json');
  });

  it('answers 415 to a body that is not JSON, by type, charset or encoding', async () => {
    const wrong: Record<string, string>[] = [
      { 'Content-Type': 'text/plain' },
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      { 'Content-Type': 'application/problem+json' },
      { 'Content-Encoding': 'gzip' },
    ];
    for (const headers of wrong) {
      const answer = await send('{"offer":"1250.00"}', headers);
      expect([headers, answer.status, answer.body.type]).toEqual([headers, 415, '/problems/unsupported-media-type']);
    }
    expect((await send('{"offer":"1250.00"}', { 'Content-Type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  it.each([
    ['cut off', '{"offer":'],
    ['with a trailing comma', '{"offer":"1250.00",}'],
    ['with a comment', '{"offer":"1250.00"}//'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['empty of anything but space', ' '],
  ])('answers 400 malformed-json to a body that is %s', async (_, body) => {
    const answer = await send(body);
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/malformed-json']);
  });

  it.each([
    ['NUL in a text', '{"offer":"1250.00\\u0000"}', 'offer'],
    ['half of a surrogate pair', '{"offer":"\\ud800"}', 'offer'],
    ['a number beyond all bounds', '{"offer":1e999}', 'offer'],
    ['a prototype', '{"__proto__":{"offer":"1250.00"}}', '(body)'],
    ['a prototype further in', '{"offer":{"a":[{"__proto__":1}]}}', '(body)'],
    ['a NUL in a name', '{"a\\u0000b":1}', '(body)'],
    ['brackets without end', `${'['.repeat(900)}${']'.repeat(900)}`, '(body)'],
  ])('answers 400 to a body with %s', async (_, body, field) => {
    const answer = await send(body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
  });

  it('answers 413 to a body that is too large, declared or streamed, and keeps nothing of the connection', async () => {
    const answer = await send(`{"offer":"${'1'.repeat(BODY_LIMIT)}"}`);
    expect([answer.status, answer.body.type, answer.headers['connection']]).toEqual([
      413,
      '/problems/body-too-large',
      'close',
    ]);
    const chunk = `400\r\n${' '.repeat(1024)}\r\n`;
    const head = `POST ${stall.path}/apply HTTP/1.1\r\nHost: adit\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(await talk(head, (write) => write(chunk.repeat(6)))).toMatch(/^HTTP\/1.1 413 .*body-too-large/s);
  });

  it('answers 408 to a body that does not arrive in time', async () => {
    const head = `POST ${stall.path}/apply HTTP/1.1\r\nHost: adit\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n`;
    const started = performance.now();
    const answer = await talk(head, (write) => write('{"offer":'));
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('application/problem+json');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ type: '/problems/slow-body', status: 408 });
    expect(performance.now() - started).toBeLessThan(BODY_TIMEOUT_MS * 4);
  });

  it('counts a command as received when its last byte has arrived', async () => {
    const token = (await world.as('bidder1')).token;
    const body = '{"offer":"1250.00"}';
    const head = [
      `POST ${stall.path}/nothing HTTP/1.1`,
      'Host: adit',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ].join('\r\n');
    const seen: number[] = [];
    world.app
      .getHttpAdapter()
      .getInstance()
      .server.once('request', () => seen.push(world.runtime.parts.clock.now()));
    const answer = await talk(`${head}\r\n\r\n`, (write) => {
      write(body.slice(0, 5));
      void sleep(150).then(() => write(body.slice(5)));
    });
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    const line = world.log.map((each) => JSON.parse(each)).findLast(({ msg }) => msg === 'answered');
    expect(line.ms).toBeGreaterThanOrEqual(140);
    expect(seen).toHaveLength(1);
  });

  it('answers what is no HTTP, and headers without end, in the same form', async () => {
    expect(await talk('HELO adit\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*application\/problem\+json/s);
    const answer = await talk(`GET / HTTP/1.1\r\nHost: adit\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 .*application\/problem\+json/s);
  });

  it('believes no header about where a request comes from', async () => {
    await world.anybody.send('post', '/v1/sessions', (test) =>
      test.set('X-Forwarded-For', '203.0.113.9').send({ email: 'nobody@adit.example', password: 'not the password' }),
    );
    const { rows } = await world.database.pool.query(`select ip from security_event where kind = 'log-in-failed'`);
    expect(rows.map(({ ip }: { ip: string }) => ip)).toEqual(['127.0.0.1']);
  });
});
