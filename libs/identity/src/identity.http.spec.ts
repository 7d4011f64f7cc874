import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Catch, Controller, Get, Module, Post, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import jwt from 'jsonwebtoken';
import request from 'supertest';
import type { Actor } from '#case-kit';
import { NestLogger, Problem, createLogger } from '#platform';
import { openTestDatabase, type TestDatabase } from '#testing';
import { PASSWORD, openWorld, withinASecond, type World } from '../test-support/world.js';
import { createIdentity, IdentityModule } from './identity.module.js';
import { CurrentActor, OnlyFor, Public } from './jwt.guard.js';
import { Passwords } from './passwords.js';

/** Routes as an application would have them. */
@Controller('v1/shelves')
class ShelfController {
  @Get('closed')
  readClosed(@CurrentActor() actor: Actor): Actor {
    return actor;
  }

  @Get('open')
  @Public()
  readOpen(@CurrentActor() actor: Actor): Actor {
    return actor;
  }

  @Post('audited')
  @OnlyFor('auditor')
  audit(@CurrentActor() actor: Actor): Actor {
    return actor;
  }
}

@Module({ controllers: [ShelfController] })
class ShelfModule {}

/** The smallest thing that renders a problem. */
@Catch(Problem)
class ProblemFilter implements ExceptionFilter<Problem> {
  catch(problem: Problem, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<{
      code(status: number): { header(name: string, value: string): { send(body: string): void } };
      header(name: string, value: string): void;
    }>();
    const { retryAfter } = problem.extensions;
    if (typeof retryAfter === 'number') reply.header('Retry-After', String(retryAfter));
    reply.code(problem.status).header('Content-Type', 'application/problem+json').send(JSON.stringify(problem));
  }
}

let database: TestDatabase;
let world: World;
let app: NestFastifyApplication;
const lines: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  world = await openWorld(database, Date.now());
  const logger = createLogger({ logLevel: 'trace' }, { write: (line: string) => void lines.push(line) });
  @Module({ imports: [IdentityModule.register(world.identity, world.signingKey), ShelfModule] })
  class App {}
  app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter({ loggerInstance: logger }), {
    logger: new NestLogger(logger),
  });
  app.useGlobalFilters(new ProblemFilter());
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(async () => {
  await app.close();
  await world.close();
  await database.close();
});

const http = () => request(app.getHttpServer());
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

async function logIn(email: string, password: string = PASSWORD) {
  const response = await http().post('/v1/sessions').send({ email, password });
  expect(response.status).toBe(201);
  return response.body as {
    accessToken: string;
    expiresIn: number;
    refreshToken: string;
    person: { id: string; name: string };
    appointments: { id: string; role: string }[];
  };
}

let people = 0;
async function addOfficer(...roles: ('central-officer' | 'approving-officer' | 'rule-book-owner')[]) {
  people += 1;
  const email = `officer${people}@adit.example`;
  const organisationId = await world.addOrganisation('ministry', 'CENTRE');
  const personId = await world.addPerson(email);
  const appointments: string[] = [];
  for (const role of roles) appointments.push(await world.appoint(personId, organisationId, role, 'CENTRE'));
  return { email, personId, organisationId, appointments };
}

async function addAdministrator(): Promise<string> {
  people += 1;
  const email = `administrator${people}@adit.example`;
  const platform = await world.addOrganisation('platform');
  await world.appoint(await world.addPerson(email), platform, 'administrator');
  return (await logIn(email)).accessToken;
}

describe('logging in over HTTP', () => {
  it('answers with tokens, the person and what he may act as, and nothing may cache it', async () => {
    const { email, personId, organisationId, appointments } = await addOfficer('central-officer');
    const response = await http().post('/v1/sessions').send({ email, password: PASSWORD });
    expect(response.status).toBe(201);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresIn: 600,
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      person: { id: personId, name: 'Invented Person' },
      appointments: [
        {
          id: appointments[0],
          role: 'central-officer',
          organisation: { id: organisationId, name: expect.any(String), kind: 'ministry' },
          jurisdiction: 'CENTRE',
          until: null,
          delegated: false,
        },
      ],
      mustChangePassword: false,
    });
    expect(personId).not.toContain('@');
  });

  it('refuses a form that is not one, field by field, and repeats no value', async () => {
    const response = await http().post('/v1/sessions').send({ email: 'no address', secret: 'planted-3141' });
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ type: '/problems/validation' });
    const fields = (response.body as { errors: { field: string }[] }).errors.map(({ field }) => field);
    expect(new Set(fields)).toEqual(new Set(['email', 'password', 'secret']));
    expect(response.text).not.toContain('planted-3141');
  });

  it('is not hindered by an old token, nor is a refresh', async () => {
    const { email } = await addOfficer('central-officer');
    const stale = { Authorization: 'Bearer stale' };
    const response = await http().post('/v1/sessions').set(stale).send({ email, password: PASSWORD });
    expect(response.status).toBe(201);
    const { refreshToken } = response.body as { refreshToken: string };
    const refreshed = await http().post('/v1/sessions/refresh').set(stale).send({ refreshToken });
    expect(refreshed.status).toBe(200);
    expect(Object.keys(refreshed.body as object).sort()).toEqual(['accessToken', 'expiresIn', 'refreshToken']);
  });

  it('makes who fails too often wait, and says how long', async () => {
    const { email } = await addOfficer('central-officer');
    for (let i = 0; i < 5; i += 1) {
      expect((await http().post('/v1/sessions').send({ email, password: 'wrong' })).status).toBe(401);
    }
    const response = await http().post('/v1/sessions').send({ email, password: PASSWORD });
    expect(response.status).toBe(429);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(response.body).toMatchObject({ type: '/problems/too-many-requests' });
    await world.admin.query('truncate login_attempt');
  });

  it('ends by logging out, here or everywhere', async () => {
    const { email } = await addOfficer('central-officer');
    const [one, two, three] = [await logIn(email), await logIn(email), await logIn(email)];
    expect((await http().delete('/v1/sessions/current').set(bearer(one.accessToken))).status).toBe(204);
    expect((await http().get('/v1/me').set(bearer(one.accessToken))).status).toBe(401);
    expect((await http().get('/v1/me').set(bearer(two.accessToken))).status).toBe(200);
    expect((await http().delete('/v1/sessions').set(bearer(two.accessToken))).status).toBe(204);
    for (const { accessToken } of [two, three]) {
      expect((await http().get('/v1/me').set(bearer(accessToken))).body).toMatchObject({
        type: '/problems/token-expired',
      });
    }
  });
});

describe('a route', () => {
  it('is closed unless it says otherwise', async () => {
    const response = await http().get('/v1/shelves/closed');
    expect(response.status).toBe(401);
    expect(response.body).toMatchObject({ type: '/problems/unauthenticated' });
  });

  it('gives the actor: who, in which capacity, for whom', async () => {
    const { email, personId, organisationId, appointments } = await addOfficer('central-officer');
    const { accessToken } = await logIn(email);
    const response = await http().get('/v1/shelves/closed').set(bearer(accessToken));
    expect(response.body).toEqual({
      personId,
      sessionId: expect.any(String),
      appointmentId: appointments[0],
      role: 'central-officer',
      organisationId,
      jurisdiction: 'CENTRE',
      epoch: expect.any(Number),
    });
  });

  it('asks which capacity when there are several, for reads too, and takes role or id', async () => {
    const { email, appointments } = await addOfficer('central-officer', 'approving-officer');
    const { accessToken } = await logIn(email);
    const open = (path: string, actingAs?: string) =>
      http()
        .get(path)
        .set({ ...bearer(accessToken), ...(actingAs !== undefined && { 'Adit-Acting-As': actingAs }) });

    const unclear = await open('/v1/shelves/closed');
    expect(unclear.status).toBe(400);
    expect(unclear.body).toMatchObject({ header: 'Adit-Acting-As', appointments: expect.any(Array) });
    expect((await open('/v1/shelves/open')).status).toBe(400);
    expect((await open('/v1/shelves/closed', 'approving-officer')).body).toMatchObject({
      appointmentId: appointments[1],
    });
    expect((await open('/v1/shelves/closed', appointments[0])).body).toMatchObject({ role: 'central-officer' });
    expect((await open('/v1/shelves/closed', 'bidder')).status).toBe(403);
    // Who I am does not depend on the capacity.
    expect((await open('/v1/me')).body).toMatchObject({ appointments: [{}, {}] });
  });

  it('that is public knows nobody without a token, somebody by a token, and refuses a bad one', async () => {
    expect((await http().get('/v1/shelves/open')).body).toMatchObject({ role: 'public', personId: 'public' });
    const { email } = await addOfficer('central-officer');
    const { accessToken } = await logIn(email);
    expect((await http().get('/v1/shelves/open').set(bearer(accessToken))).body).toMatchObject({
      role: 'central-officer',
    });
    for (const Authorization of ['Bearer nonsense', 'Basic dTpw', '']) {
      const response = await http().get('/v1/shelves/open').set({ Authorization });
      expect(response.status).toBe(401);
    }
  });

  it('that is public shows a person without any appointment what everybody sees', async () => {
    const { email } = await addOfficer();
    const { accessToken } = await logIn(email);
    expect((await http().get('/v1/shelves/open').set(bearer(accessToken))).body).toMatchObject({ role: 'public' });
    expect((await http().get('/v1/shelves/closed').set(bearer(accessToken))).status).toBe(403);
  });

  it('for one role refuses the others and names it', async () => {
    const { email } = await addOfficer('central-officer');
    const { accessToken } = await logIn(email);
    const response = await http().post('/v1/shelves/audited').set(bearer(accessToken));
    expect(response.status).toBe(403);
    expect(response.body).toMatchObject({ type: '/problems/forbidden', roles: ['auditor'] });
  });
});

describe('a token', () => {
  async function claimsOf(): Promise<Record<string, unknown>> {
    const { email } = await addOfficer('central-officer');
    const { accessToken } = await logIn(email);
    return jwt.decode(accessToken) as Record<string, unknown>;
  }
  const send = async (token: string) => await http().get('/v1/shelves/closed').set(bearer(token));

  it('is refused as expired after its time', async () => {
    const claims = await claimsOf();
    const token = jwt.sign({ ...claims, exp: claims['iat'] }, world.signingKey, { algorithm: 'HS256' });
    const response = await send(token);
    expect(response.status).toBe(401);
    expect(response.body).toMatchObject({ type: '/problems/token-expired' });
  });

  it('lives as long by the common clock as it says, wherever the clock of the system has jumped to', async () => {
    const { email } = await addOfficer('central-officer');
    const { accessToken } = await logIn(email);
    const systemNow = Date.now;
    const hour = 3_600_000;
    try {
      for (const jump of [hour, -hour]) {
        Date.now = () => systemNow() + jump;
        expect((await send(accessToken)).status).toBe(200);
        expect((await send((await logIn(email)).accessToken)).status).toBe(200);
      }
    } finally {
      Date.now = systemNow;
    }
  });

  it('is refused when it is signed otherwise, for others, by others or not at all', async () => {
    const claims = await claimsOf();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const unsigned = [{ alg: 'none', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const forged = [
      jwt.sign(claims, createSecretKey(Buffer.alloc(32, 1)), { algorithm: 'HS256' }),
      jwt.sign(claims, world.signingKey, { algorithm: 'HS512' }),
      jwt.sign(claims, privateKey, { algorithm: 'RS256' }),
      jwt.sign({ ...claims, iss: 'another' }, world.signingKey, { algorithm: 'HS256' }),
      jwt.sign({ ...claims, aud: 'another' }, world.signingKey, { algorithm: 'HS256' }),
      `${unsigned}.`,
    ];
    expect((await send(jwt.sign(claims, world.signingKey, { algorithm: 'HS256' }))).status).toBe(200);
    for (const token of forged) {
      const response = await send(token);
      expect(response.status).toBe(401);
      expect(response.body).toMatchObject({ type: '/problems/unauthenticated' });
    }
  });

  it('is refused when it names a log-in that is not of its person, or none', async () => {
    const [claims, others] = [await claimsOf(), await claimsOf()];
    for (const more of [{ sub: others['sub'] }, { sid: 'nothing' }, { sid: undefined }, { sub: { a: 1 } }]) {
      const token = jwt.sign(JSON.stringify({ ...claims, ...more }), world.signingKey, { algorithm: 'HS256' });
      expect((await send(token)).status).toBe(401);
    }
  });
});

describe('administration over HTTP', () => {
  it('creates, appoints, delegates and revokes, and the revoked person is out with the next request', async () => {
    const admin = bearer(await addAdministrator());
    const post = async (path: string, body: object, headers = admin) => await http().post(path).set(headers).send(body);

    const organisation = (
      await post('/v1/organisations', { kind: 'state-directorate', name: 'Goa', jurisdiction: 'GA' })
    ).body as { id: string };
    const person = (await post('/v1/people', { name: 'Meera Demo', email: 'Meera@adit.example' })).body as {
      id: string;
      initialPassword: string;
    };
    const deputy = (await post('/v1/people', { name: 'Nila Demo', email: 'nila@adit.example' })).body as { id: string };
    const appointed = await post('/v1/appointments', {
      personId: person.id,
      organisationId: organisation.id,
      role: 'state-officer',
    });
    expect(appointed.status).toBe(201);
    const appointment = appointed.body as { id: string };
    expect(appointed.body).toMatchObject({ jurisdiction: 'GA', active: true, revokedAt: null });

    // The initial password opens nothing but its change.
    const first = await logIn('meera@adit.example', person.initialPassword);
    const meera = bearer(first.accessToken);
    expect((await http().get('/v1/shelves/closed').set(meera)).status).toBe(403);
    expect((await http().get('/v1/me').set(meera)).body).toMatchObject({ mustChangePassword: true });
    const change = { currentPassword: person.initialPassword, newPassword: 'a phrase of her own' };
    expect((await http().put('/v1/me/password').set(meera).send(change)).status).toBe(204);
    expect((await http().get('/v1/shelves/closed').set(meera)).status).toBe(200);

    const until = new Date(Date.now() + 86_400_000).toISOString();
    const delegated = await post(
      `/v1/appointments/${appointment.id}/delegations`,
      { personId: deputy.id, until },
      meera,
    );
    expect(delegated.status).toBe(201);
    expect(delegated.body).toMatchObject({ delegatedBy: appointment.id, personId: deputy.id, until });

    const listed = await http().get('/v1/appointments').query({ organisationId: organisation.id }).set(admin);
    expect(listed.body).toHaveLength(2);
    const people = await http().get('/v1/people').query({ search: 'meera', limit: 1 }).set(admin);
    expect(people.body).toMatchObject([{ id: person.id, email: 'meera@adit.example', disabledAt: null }]);

    expect((await post(`/v1/appointments/${appointment.id}/revoke`, { reason: 'transferred' })).status).toBe(204);
    expect((await http().get('/v1/shelves/closed').set(meera)).status).toBe(403);
    expect((await post(`/v1/people/${person.id}/disable`, { reason: 'left the service' })).status).toBe(204);
    expect((await http().get('/v1/me').set(meera)).status).toBe(401);
    const after = await http().get('/v1/appointments').query({ personId: deputy.id }).set(admin);
    expect(after.body).toMatchObject([{ active: false, revokedAt: null }]);

    const events = await http().get('/v1/security-events').query({ limit: 3 }).set(admin);
    expect((events.body as { kind: string }[]).map(({ kind }) => kind)).toEqual([
      'person-disabled',
      'appointment-revoked',
      'appointment-delegated',
    ]);
  });

  it('refuses by the rule, with the cure', async () => {
    const admin = await addAdministrator();
    const { person } = (await http().get('/v1/me').set(bearer(admin))).body as { person: { id: string } };
    const organisationId = await world.addOrganisation('ministry', 'CENTRE');
    const response = await http()
      .post('/v1/appointments')
      .set(bearer(admin))
      .send({ personId: person.id, organisationId, role: 'central-officer' });
    expect(response.status).toBe(422);
    expect(response.body).toMatchObject({
      type: '/problems/rule-refused',
      refusals: [
        { rule: 'nobody-appoints-himself', cure: { who: 'another administrator' } },
        { rule: 'role-stands-alone' },
      ],
    });
  });

  it.each([
    ['post', '/v1/organisations', { kind: 'bidder', name: 'A\u0000B' }],
    ['post', '/v1/organisations', { kind: 'cartel', name: 'Name' }],
    ['post', '/v1/people', { name: 'Name', email: 'x@adit.example', role: 'administrator' }],
    ['post', '/v1/appointments', { personId: 'x', organisationId: 'y', role: 'system' }],
    [
      'post',
      '/v1/appointments',
      { personId: 'a'.repeat(26), organisationId: 'b'.repeat(26), role: 'auditor', until: '2027-02-30T00:00:00Z' },
    ],
    [
      'post',
      '/v1/appointments',
      { personId: 'a'.repeat(26), organisationId: 'b'.repeat(26), role: 'auditor', jurisdiction: 'ZZ' },
    ],
    ['get', '/v1/people?limit=0', undefined],
    ['get', '/v1/people?order=email', undefined],
    ['get', '/v1/security-events?kind=gossip', undefined],
  ] as const)('refuses a malformed request: %s %s %j', async (method, path, body) => {
    const response = await http()
      [method](path)
      .set(bearer(await addAdministrator()))
      .send(body);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ type: '/problems/validation', errors: expect.any(Array) });
  });

  it('finds nothing under an id that cannot be one', async () => {
    const admin = bearer(await addAdministrator());
    expect((await http().get('/v1/people/%00').set(admin)).status).toBe(404);
    expect((await http().get('/v1/people/nobody-of-that-id').set(admin)).status).toBe(404);
    expect((await http().post('/v1/appointments/%F0%9F%98%80/revoke').set(admin).send({ reason: 'why' })).status).toBe(
      404,
    );
  });

  it('is closed to everybody else', async () => {
    const { email, personId, appointments } = await addOfficer('central-officer');
    const officer = bearer((await logIn(email)).accessToken);
    const reason = { reason: 'because' };
    const answers = [
      await http().get('/v1/people').set(officer),
      await http().get(`/v1/people/${personId}`).set(officer),
      await http().get('/v1/organisations').set(officer),
      await http().get('/v1/appointments').set(officer),
      await http().get('/v1/security-events').set(officer),
      await http().post('/v1/people').set(officer).send({ name: 'Name', email: 'y@adit.example' }),
      await http().post(`/v1/people/${personId}/disable`).set(officer).send(reason),
      await http().post(`/v1/people/${personId}/password-reset`).set(officer).send(reason),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    const own = `/v1/appointments/${appointments[0]}/revoke`;
    expect((await http().post(own).set(officer).send(reason)).status).toBe(404);
  });
});

describe('the description of these routes', () => {
  it('names every route, form field and answer', () => {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().addBearerAuth().build());
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        'post /v1/sessions',
        'post /v1/sessions/refresh',
        'delete /v1/sessions/current',
        'delete /v1/sessions',
        'get /v1/me',
        'put /v1/me/password',
        'post /v1/appointments/{appointmentId}/delegations',
        'get /v1/security-events',
      ]),
    );
    const { schemas = {} } = document.components ?? {};
    expect(Object.keys((schemas['NewAppointmentForm'] as { properties: object }).properties).sort()).toEqual([
      'from',
      'jurisdiction',
      'organisationId',
      'personId',
      'role',
      'until',
    ]);
    for (const [name, schema] of Object.entries(schemas)) {
      for (const property of Object.values((schema as { properties?: object }).properties ?? {})) {
        expect({ name, property: Object.keys(property as object).length }).not.toMatchObject({ property: 0 });
      }
    }
    const ours = Object.entries(document.paths).filter(([path]) => !path.startsWith('/v1/shelves'));
    for (const [path, methods] of ours) {
      for (const operation of Object.values(methods) as { responses: Record<string, unknown> }[]) {
        const codes = Object.keys(operation.responses);
        expect({ path, good: codes.some((code) => /^[23]/.test(code)) }).toEqual({ path, good: true });
        expect({ path, bad: codes.some((code) => code.startsWith('4')) }).toEqual({ path, bad: true });
      }
    }
  });
});

describe('under attack', () => {
  it('a flood of log-ins delays neither those who are logged in nor the reading of files', async () => {
    const { email } = await addOfficer('central-officer');
    const { accessToken } = await logIn(email);
    // At full cost, as in production.
    const identity = createIdentity({
      pool: world.pool,
      clock: world.clock,
      signingKey: world.signingKey,
      passwords: new Passwords(),
      config: { accessTokenSeconds: 600, refreshTokenDays: 14 },
    });
    const flood = Promise.allSettled(
      Array.from({ length: 120 }, (_, i) =>
        identity.sessions.begin(`flood${i}@adit.example`, 'guess', { ip: `198.51.100.${i % 20}` }),
      ),
    );
    let over = false;
    void flood.then(() => (over = true));
    const waits: number[] = [];
    const timed = async (work: () => Promise<unknown>) => {
      const begin = performance.now();
      await work();
      waits.push(performance.now() - begin);
    };
    for (let i = 0; i < 20 && !over; i += 1) {
      await timed(async () => {
        const response = await http().get('/v1/shelves/closed').set(bearer(accessToken));
        expect(response.status).toBe(200);
      });
      await timed(() => readFile(fileURLToPath(import.meta.url)));
    }
    expect(over).toBe(false);
    waits.sort((a, b) => a - b);
    expect(waits[Math.floor(waits.length * 0.9)]).toBeLessThan(500);
    const results = await flood;
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    await world.admin.query('truncate login_attempt');
  });

  it('a person revoked in mid-session is out with the next request, also when the database was changed by hand', async () => {
    const { email, personId } = await addOfficer('central-officer');
    const { accessToken } = await logIn(email);
    const read = async () => (await http().get('/v1/shelves/closed').set(bearer(accessToken))).status;
    expect(await read()).toBe(200);
    await world.admin.query('update person set disabled_at = now() where id = $1', [personId]);
    await withinASecond(async () => (await read()) === 401);
  });

  it('a refresh token used twice ends the log-in for thief and owner', async () => {
    const { email } = await addOfficer('central-officer');
    const { accessToken, refreshToken } = await logIn(email);
    const refresh = async (token: string) => await http().post('/v1/sessions/refresh').send({ refreshToken: token });
    const owner = (await refresh(refreshToken)).body as { accessToken: string; refreshToken: string };
    expect((await refresh(refreshToken)).status).toBe(401);
    expect((await refresh(owner.refreshToken)).status).toBe(401);
    for (const token of [accessToken, owner.accessToken]) {
      expect((await http().get('/v1/me').set(bearer(token))).status).toBe(401);
    }
  });

  it('no secret that was sent is in the log', async () => {
    const planted = 'planted-phrase-2718281828';
    const { email } = await addOfficer('central-officer');
    const { accessToken, refreshToken } = await logIn(email);
    await http().post('/v1/sessions').send({ email, password: planted });
    await http().post(`/v1/sessions?password=${planted}`).send({ email: planted, password: planted, extra: planted });
    await http()
      .put('/v1/me/password')
      .set(bearer(accessToken))
      .send({ currentPassword: planted, newPassword: planted });
    await http().get(`/v1/me?token=${accessToken}`).set(bearer(accessToken));
    await http().post('/v1/sessions/refresh').send({ refreshToken });
    await http().post('/v1/sessions/refresh').send({ refreshToken });
    const log = lines.join('\n');
    expect(log).toContain('/v1/sessions');
    for (const secret of [planted, PASSWORD, accessToken, refreshToken]) expect(log).not.toContain(secret);
  });
});
