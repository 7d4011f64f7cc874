import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Response } from 'supertest';
import { DEMO_PASSWORD, Passwords } from '#identity';
import { createLogger, loadConfig } from '#platform';
import { MAX_DOCUMENT_BYTES, PRACTICE_BLOCKS } from '#registers';
import { openTestDatabase, type TestDatabase } from '#testing';
import { Client, errorsOf, expectStatus, itemsOf, refusalsOf } from '../../../../test/support/client.js';
import { ApiModule } from '../api.module.js';
import { createHttpDoor } from '../http/adapter.js';
import type { RouteTable } from '../http/route-table.js';
import { buildDocument } from '../openapi/document.js';
import { ServedDocument } from '../openapi/served-document.js';
import type { ApiParts } from '../parts.js';
import { createRuntime, type Runtime } from '../runtime/runtime.js';
import { seedDemonstration } from '../runtime/seed.js';
import { RegistersModule } from './registers.module.js';

@Module({})
class Host {
  static register(parts: ApiParts, routes: RouteTable): DynamicModule {
    const api = ApiModule.register(parts, routes);
    const isWired = (api.imports ?? []).some((each) => 'module' in each && each.module === RegistersModule);
    return { module: Host, imports: isWired ? [api] : [api, RegistersModule.register(parts)] };
  }
}

const PDF = Buffer.from('%PDF-1.7\n% an invented certificate\n%%EOF\n');
const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

let database: TestDatabase;
let runtime: Runtime;
let app: NestFastifyApplication;
let anybody: Client;
let baseUrl: string;
const dataDir = mkdtempSync(join(tmpdir(), 'adit-registers-'));
const tokens = new Map<string, string>();

beforeAll(async () => {
  database = await openTestDatabase();
  const config = loadConfig({
    ADIT_DATA_DIR: dataDir,
    ADIT_LOOP_DELAY_LIMIT_MS: '30000',
    ADIT_CLOCK_OFFSET_LIMIT_MS: '5000',
    ADIT_WORKER: 'false',
  });
  const log = createLogger(config, { write: () => undefined });
  const passwords = new Passwords({ cost: { memoryCost: 64, timeCost: 1 } });
  runtime = await createRuntime(
    config,
    log,
    { appUrl: database.appUrl, embedded: true },
    {
      passwords,
      prepare: async (pool) => {
        await seedDemonstration(pool, passwords, dataDir);
      },
    },
  );
  const { parts } = runtime;
  const { adapter, routes } = await createHttpDoor(parts.config, parts.clock, parts.log);
  app = await NestFactory.create<NestFastifyApplication>(Host.register(parts, routes), adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.get(ServedDocument, { strict: false }).take(buildDocument(app));
  await app.init();
  await app.listen({ port: 0, host: '127.0.0.1' });
  baseUrl = await app.getUrl();
  anybody = await Client.open(baseUrl);
});

afterAll(async () => {
  await app.close();
  await runtime.stop();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function as(name: string): Promise<Client> {
  const token = tokens.get(name) ?? (await anybody.logIn(`${name}@adit.example`, DEMO_PASSWORD));
  tokens.set(name, token);
  return anybody.withToken(token);
}

const ok = (answer: Response): Response => expectStatus(200)(answer);
const ring = (west: number, south: number, size = 0.01) => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const BLOCK = {
  id: 'OD-INVENTED-1',
  rehearsal: true,
  name: 'Invented Graphite Block',
  state: 'OD',
  concession: 'CL',
  minerals: [{ code: 'GRAPHITE' }],
  areaHa: '116.54',
  geometry: { type: 'Polygon', coordinates: [ring(88.5, 19)] },
  land: { forestHa: '16.54', governmentHa: '60.00', otherHa: '40.00' },
  demarcated: true,
  explorationLevel: 'G3',
};
const { id: _id, rehearsal: _rehearsal, ...VERSION } = BLOCK;

describe('the register of blocks over HTTP', () => {
  it('is open to everybody: page by page, each block whole, minerals on any day', async () => {
    const first = await anybody.get('/v1/blocks?limit=40').then(ok);
    const { next } = first.body as { next: string };
    const second = await anybody.get(`/v1/blocks?limit=40&cursor=${next}`).then(ok);
    expect(itemsOf(first).length + itemsOf(second).length).toBe(62 + PRACTICE_BLOCKS.length);
    expect(second.body.next).toBeNull();
    expect(first.headers['cache-control']).toBe('public, max-age=60');
    expect(errorsOf(await anybody.get(`/v1/blocks?state=OD&cursor=${next}`).then(expectStatus(400)))).toMatchObject([
      { field: 'cursor' },
    ]);
    const block = await anybody.get('/v1/blocks/PRACTICE-CL').then(ok);
    expect(block.headers['etag']).toBe('"1"');
    expect(block.body).toMatchObject({ rehearsal: true, concession: 'CL', overlaps: [], areaHa: '2027.05' });
    expect(JSON.stringify(block.body)).not.toContain('recordedBy');
    await anybody.get('/v1/blocks/PRACTICE-CL?version=2').then(expectStatus(404));
    await anybody.get('/v1/blocks/no-such').then(expectStatus(404));
    const minerals = await anybody.get('/v1/minerals?on=2023-08-16').then(ok);
    expect(itemsOf<{ part: string }>(minerals).filter(({ part }) => part === 'D')).toEqual([]);
    await anybody.get('/v1/minerals?on=2023-02-30').then(expectStatus(400));
  });

  it('is a GeoJSON collection too, in which a block without a known place has none', async () => {
    const answer = await anybody.get('/v1/blocks.geojson?limit=10&rehearsal=false').then(ok);
    expect(answer.headers['content-type']).toContain('application/geo+json');
    expect(answer.body.features).toHaveLength(10);
    expect(answer.body.features[0]).toMatchObject({ type: 'Feature', geometry: null });
    const next = /^<([^>]+)>; rel="next"$/.exec(answer.headers['link'] ?? '')?.[1] ?? '';
    const following = await anybody.get(next).then(ok);
    expect(following.body.features[0].id > answer.body.features[9].id).toBe(true);
    const practice = await anybody.get('/v1/blocks.geojson?rehearsal=true').then(ok);
    const shapes = (practice.body as { features: { geometry: { type: string } }[] }).features;
    expect(shapes.map(({ geometry }) => geometry.type)).toEqual(PRACTICE_BLOCKS.map(() => 'Polygon'));
  });

  it('is written by officers within their territory and by nobody else', async () => {
    await anybody.post('/v1/blocks', BLOCK).then(expectStatus(401));
    for (const name of ['bidder1', 'auditor', 'operator', 'administrator', 'chair', 'agency', 'rules', 'approving']) {
      await (await as(name)).post('/v1/blocks', BLOCK).then(expectStatus(403));
      await (await as(name)).post('/v1/blocks/PRACTICE-CL/versions', VERSION).then(expectStatus(403));
    }
    await (await as('rajasthan')).post('/v1/blocks', BLOCK).then(expectStatus(403));
    const odisha = await as('odisha');
    const recorded = await odisha.post('/v1/blocks', BLOCK).then(expectStatus(201));
    expect(recorded.headers).toMatchObject({ etag: '"1"', location: '/v1/blocks/OD-INVENTED-1' });
    expect(recorded.body).toMatchObject({
      version: 1,
      geodesicAreaHa: '116.5464',
      minerals: [{ asPublished: 'GRAPHITE' }],
    });
    await odisha.post('/v1/blocks', BLOCK).then(ok);
    const version = { ...VERSION, name: 'Invented Graphite Block, surveyed again' };
    await odisha.post('/v1/blocks/OD-INVENTED-1/versions', version).then(expectStatus(428));
    await odisha.post('/v1/blocks/OD-INVENTED-1/versions', version, { 'If-Match': '"7"' }).then(expectStatus(412));
    await odisha.post('/v1/blocks/OD-INVENTED-1/versions', version, { 'If-Match': 'W/1' }).then(expectStatus(412));
    const changed = await odisha
      .post('/v1/blocks/OD-INVENTED-1/versions', version, { 'If-Match': '"1"' })
      .then(expectStatus(201));
    expect(changed.body.version).toBe(2);
    await odisha.post('/v1/blocks/NO-SUCH/versions', version, { 'If-Match': '"1"' }).then(expectStatus(404));
    expect(itemsOf(await anybody.get('/v1/blocks/OD-INVENTED-1/versions').then(ok))).toHaveLength(2);
  });

  it('names every field that is wrong and every rule that refuses, with its cure', async () => {
    const central = await as('central');
    const wrong = {
      ...BLOCK,
      id: 'x',
      areaHa: 116.54,
      state: 'XX',
      minerals: [],
      colour: 'red',
      land: { forestHa: '1' },
    };
    const fields = errorsOf(await central.post('/v1/blocks', wrong).then(expectStatus(400))).map(({ field }) => field);
    expect([...new Set(fields)].sort()).toEqual([
      'areaHa',
      'colour',
      'id',
      'land.governmentHa',
      'land.otherHa',
      'minerals',
      'state',
    ]);
    const open = { type: 'Polygon', coordinates: [ring(88.5, 19).slice(0, -1)] };
    expect(
      errorsOf(await central.post('/v1/blocks', { ...BLOCK, id: 'OPEN-1', geometry: open }).then(expectStatus(400))),
    ).toEqual([
      { field: 'geometry.coordinates[0]', message: 'must be closed: its last position is the first one again' },
    ]);
    const unsound = { ...BLOCK, id: 'UNSOUND-1', areaHa: '200.00' };
    const refused = await central.post('/v1/blocks', unsound).then(expectStatus(422));
    expect(refusalsOf(refused).map(({ rule }) => rule)).toEqual([
      'area-agrees-with-geometry',
      'land-classes-make-the-area',
    ]);
    expect(refused.body.refusals[0]).toMatchObject({
      ref: { act: 'Mineral (Auction) Rules, 2015', provision: 'r. 5(2)' },
      required: 'a difference of at most 0.50 per cent of the stated area',
    });
    const overlapping = { ...BLOCK, id: 'NEXT-1', geometry: { type: 'Polygon', coordinates: [ring(88.505, 19)] } };
    const overlap = await central.post('/v1/blocks', overlapping).then(expectStatus(201));
    expect(overlap.body.overlaps).toEqual([
      { blockId: 'OD-INVENTED-1', version: 2, areaHa: expect.stringMatching(/^58\.27/) },
    ]);
    const seen = await anybody.get('/v1/blocks/OD-INVENTED-1').then(ok);
    expect(seen.body.overlaps).toMatchObject([{ blockId: 'NEXT-1' }]);
  });

  it('keeps values from the public until a notice names one, and checks every figure', async () => {
    const sheet = {
      amount: '1380690.00',
      computedOn: '2026-10-12',
      worksheet: [
        { mineral: 'GRAPHITE', tonnes: '1000.5', averageSalePrice: '1380.00', month: '2026-08', value: '1380690.00' },
      ],
    };
    const address = '/v1/blocks/OD-INVENTED-1/values';
    const odisha = await as('odisha');
    expect((await odisha.post(address, sheet).then(expectStatus(201))).body).toMatchObject({
      version: 1,
      blockVersion: 2,
    });
    await odisha.post(address, sheet).then(ok);
    const wrong = await odisha.post(address, { ...sheet, amount: '1.00' }).then(expectStatus(422));
    expect(refusalsOf(wrong).map(({ rule }) => rule)).toEqual(['value-is-the-sum']);
    await odisha.post(address, { ...sheet, amount: 1 }).then(expectStatus(400));
    await odisha.post('/v1/blocks/NO-SUCH/values', sheet).then(expectStatus(404));
    await (await as('rajasthan')).post(address, sheet).then(expectStatus(403));
    await (await as('bidder1')).post(address, sheet).then(expectStatus(403));
    await anybody.get(address).then(expectStatus(401));
    await (await as('bidder1')).get(address).then(expectStatus(403));
    for (const name of ['odisha', 'central', 'auditor', 'chair']) {
      expect(itemsOf(await (await as(name)).get(address).then(ok))).toHaveLength(1);
    }
    await odisha.get('/v1/blocks/NO-SUCH/values').then(expectStatus(404));
  });
});

describe('the profile of a bidder', () => {
  const PROFILE = {
    legalName: 'Konark Demo Minerals Limited',
    kind: 'COMPANY',
    pan: 'AAACK1234F',
    netWorth: '2500000000.00',
    netWorthAsOn: '2026-03-31',
    links: [{ relatedParty: 'Chilika Demo Holdings', relation: 'CONTROLLED_BY', sharePercent: '51.00' }],
  };

  it('is read and written by its own organisation, whoever of it acts', async () => {
    const [first, colleague, rival] = [await as('bidder1'), await as('bidder1b'), await as('bidder2')];
    await first.get('/v1/bidder-profile').then(expectStatus(404));
    await anybody.post('/v1/bidder-profile', PROFILE).then(expectStatus(401));
    await (await as('central')).post('/v1/bidder-profile', PROFILE).then(expectStatus(403));
    const recorded = await first.post('/v1/bidder-profile', PROFILE).then(expectStatus(201));
    expect(recorded.body).toMatchObject({ version: 1, panMasked: 'AAACKXXXXF', links: PROFILE.links });
    expect(JSON.stringify(recorded.body)).not.toContain('AAACK1234F');
    expect((await colleague.get('/v1/bidder-profile').then(ok)).headers['etag']).toBe('"1"');
    await rival.get('/v1/bidder-profile').then(expectStatus(404));
    await colleague.post('/v1/bidder-profile', PROFILE).then(ok);
    const changed = { ...PROFILE, links: [] };
    await colleague.post('/v1/bidder-profile', changed).then(expectStatus(428));
    await colleague.post('/v1/bidder-profile', changed, { 'If-Match': '"2"' }).then(expectStatus(412));
    const next = await colleague.post('/v1/bidder-profile', changed, { 'If-Match': '"1"' }).then(expectStatus(201));
    expect(next.body).toMatchObject({ version: 2, links: [] });
    const { rows } = await database.pool.query('select * from bidder');
    expect(JSON.stringify(rows)).not.toContain('1234');
  });

  it('refuses what cannot be, field by field, and a link to itself', async () => {
    const rival = await as('bidder2');
    const wrong = {
      ...PROFILE,
      pan: '123',
      netWorth: '1',
      netWorthAsOn: '2026-02-30',
      links: [{ relation: 'FRIEND' }],
    };
    const fields = errorsOf(await rival.post('/v1/bidder-profile', wrong).then(expectStatus(400))).map(
      ({ field }) => field,
    );
    expect([...new Set(fields)].sort()).toEqual([
      'links[0].relatedParty',
      'links[0].relation',
      'netWorth',
      'netWorthAsOn',
      'pan',
    ]);
    const [link] = PROFILE.links;
    const twice = await rival.post('/v1/bidder-profile', { ...PROFILE, links: [link, link] }).then(expectStatus(400));
    expect(errorsOf(twice)).toEqual([{ field: 'links[1]', message: 'states the same link a second time' }]);
    const own = {
      ...PROFILE,
      legalName: 'Aravalli Demo Metals Limited',
      holdingOrganisation: 'ARAVALLI DEMO METALS LTD',
    };
    expect(refusalsOf(await rival.post('/v1/bidder-profile', own).then(expectStatus(422)))[0]?.rule).toBe(
      'party-is-another',
    );
    const foreign = { ...PROFILE, netWorthDocument: 'f'.repeat(64) };
    expect(refusalsOf(await rival.post('/v1/bidder-profile', foreign).then(expectStatus(422)))[0]?.rule).toBe(
      'document-is-own',
    );
  });
});

describe('sending documents', () => {
  const send = (client: Client, content: Buffer | string, type = 'application/pdf', query = '?name=certificate.pdf') =>
    client.send('post', `/v1/documents${query}`, (test) => test.set('Content-Type', type).send(content));

  it('stores a file for the organisation of the sender, and for a case that he sees', async () => {
    const bidder = await as('bidder1');
    const stored = await send(bidder, PDF).then(expectStatus(201));
    expect(stored.body).toMatchObject({ id: hashOf(PDF), bytes: PDF.length, caseId: null, name: 'certificate.pdf' });
    await send(bidder, PDF).then(expectStatus(201));
    expect(itemsOf(await bidder.get('/v1/documents').then(ok))).toHaveLength(1);
    expect(itemsOf(await (await as('bidder2')).get('/v1/documents').then(ok))).toEqual([]);
    await send(bidder, PDF, 'application/pdf', '?name=a.pdf&caseId=AUCTION-NONE').then(expectStatus(404));
    await bidder.get('/v1/documents?caseId=AUCTION-NONE').then(expectStatus(404));
    const profile = { legalName: 'Konark Demo Minerals Limited', kind: 'COMPANY', netWorthDocument: hashOf(PDF) };
    await bidder.post('/v1/bidder-profile', profile, { 'If-Match': '"2"' }).then(expectStatus(201));
  });

  it('refuses strangers, other roles, other kinds, wrong names and content that is not what it says', async () => {
    const bidder = await as('bidder1');
    await send(anybody, PDF).then(expectStatus(401));
    await send(await as('auditor'), PDF).then(expectStatus(403));
    await send(bidder, PDF, 'application/zip').then(expectStatus(415));
    await send(bidder, '{}', 'application/json').then(expectStatus(415));
    await bidder.send('post', '/v1/documents?name=a.pdf', (test) => test).then(expectStatus(415));
    await bidder
      .send('post', '/v1/documents?name=a.pdf', (test) =>
        test.set('Content-Type', 'application/pdf').set('Content-Encoding', 'gzip').send(PDF),
      )
      .then(expectStatus(415));
    for (const query of ['', '?name=..%2Fetc', '?name=a%00b', '?name=a.pdf&caseId=a', '?name=a.pdf&owner=b']) {
      await send(bidder, PDF, 'application/pdf', query).then(expectStatus(400));
    }
    const page = await send(bidder, '<!doctype html><script>1</script>', 'text/plain').then(expectStatus(422));
    expect(refusalsOf(page).map(({ rule }) => rule)).toEqual(['document-is-what-it-says']);
  });

  it('takes the kinds of documents on no other address', async () => {
    const central = await as('central');
    await central
      .send('post', '/v1/blocks', (test) => test.set('Content-Type', 'application/pdf').send(PDF))
      .then(expectStatus(415));
  });

  it('refuses what is announced to be more than it takes before it reads it', async () => {
    const token = (await as('bidder1')).token;
    const announced = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/pdf',
        'Content-Length': String(MAX_DOCUMENT_BYTES + 1),
      };
      const sending = httpRequest(`${baseUrl}/v1/documents?name=large.pdf`, { method: 'POST', headers }, resolve);
      sending.on('error', reject);
      sending.write(PDF);
    });
    expect(announced.statusCode).toBe(413);
    expect(announced.headers).toMatchObject({
      connection: 'close',
      'content-type': expect.stringMatching(/problem\+json/),
    });
    announced.destroy();
  });
});
