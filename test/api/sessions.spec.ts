import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_PASSWORD } from '#identity';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { expectStatus } from '../support/client.js';
import { Stall } from '../support/stall-story.js';

describe('the right to act', () => {
  let world: ApiWorld;
  let stall: Stall;

  beforeAll(async () => {
    // The shortest life that the configuration allows is too long to wait for, so an expired token is made from it.
    world = await openApiWorld({ ADIT_ACCESS_TOKEN_SECONDS: '30' });
    stall = await Stall.publish(world);
  });
  afterAll(() => world.close());

  it('ends with the access token', async () => {
    const { identity, clock } = world.runtime.parts;
    const tokens = await identity.sessions.begin('bidder1@adit.example', DEMO_PASSWORD, { ip: '127.0.0.1' });
    const past = { now: () => clock.now() - 3_600_000 };
    const { createIdentity } = await import('#identity');
    const earlier = createIdentity({
      pool: world.database.pool,
      clock: past,
      signingKey: world.runtime.parts.secrets.tokenSigningKey,
      config: { accessTokenSeconds: 30, refreshTokenDays: 1 },
    });
    const old = await earlier.sessions.refresh(tokens.refreshToken, { ip: '127.0.0.1' });
    const client = world.anybody.withToken(old.accessToken);
    for (const answer of [
      await client.get(`/v1/cases/${stall.id}`),
      await client.command(`${stall.path}/apply`, { offer: '1250.00' }),
    ]) {
      expect([answer.status, answer.body.type]).toEqual([401, '/problems/token-expired']);
      expect(answer.headers['www-authenticate']).toContain('invalid_token');
    }
  });

  it('is not given by a token that somebody made up, changed or signed with another algorithm', async () => {
    const good = (await world.as('bidder1')).token;
    const [head = '', claims = '', signature = ''] = good.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const changed = Buffer.from(
      Buffer.from(claims, 'base64url')
        .toString()
        .replace(/"sub":"./, '"sub":"X'),
    ).toString('base64url');
    for (const token of [
      'nonsense',
      `${none}.${claims}.`,
      `${head}.${changed}.${signature}`,
      `${head}.${claims}.AAAA`,
    ]) {
      const answer = await world.anybody.withToken(token).command(`${stall.path}/apply`, { offer: '1250.00' });
      expect([answer.status, answer.body.type]).toEqual([401, '/problems/unauthenticated']);
    }
  });

  it('ends with the log-in, on the next command', async () => {
    const token = await world.anybody.logIn('bidder2@adit.example', DEMO_PASSWORD);
    const client = world.anybody.withToken(token);
    await client.command(`${stall.path}/apply`, { offer: '1250.00' }).then(expectStatus(200));
    await client.delete('/v1/sessions/current').then(expectStatus(204));
    const answer = await client.command(`${stall.path}/apply`, { offer: '1300.00' });
    expect([answer.status, answer.body.type]).toEqual([401, '/problems/token-expired']);
  });

  it('ends in mid-session when the appointment is revoked, at the very next command', async () => {
    const client = world.anybody.withToken(await world.anybody.logIn('bidder3@adit.example', DEMO_PASSWORD));
    await client.command(`${stall.path}/apply`, { offer: '1250.00' }).then(expectStatus(200));
    await world.database.pool.query(
      `update appointment set revoked_at = now()
       where person_id = (select id from person where email = 'bidder3@adit.example')`,
    );
    // No wait: whoever still holds the old facts is asked again inside the transaction.
    const answer = await client.command(`${stall.path}/apply`, { offer: '1300.00' });
    expect([401, 403]).toContain(answer.status);
    await sleep(700);
    const later = await client.command(`${stall.path}/apply`, { offer: '1300.00' });
    expect(later.status).toBe(403);
  });

  it('is that of the appointment that is named, and must be named by who holds several', async () => {
    const client = await world.as('two-roles');
    const unclear = await client.command(`${stall.path}/annul`, { reason: 'The ground is flooded.' });
    expect(unclear.status).toBe(400);
    expect(unclear.body.errors[0].field).toBe('Adit-Acting-As');
    const approver = await world.as('two-roles', 'approving-officer');
    expect((await approver.command(`${stall.path}/annul`, { reason: 'The ground is flooded.' })).status).toBe(403);
    const stranger = await world.as('two-roles', 'bidder');
    expect((await stranger.get('/v1/cases')).status).toBe(403);
  });

  it('never lets one person be both hands of an act, in whatever capacity', async () => {
    const own = await Stall.publish(world);
    const officer = await world.as('two-roles', 'central-officer');
    const proposed = await officer
      .command(`${own.path}/annul`, { reason: 'The ground is flooded.' })
      .then(expectStatus(202));
    const approver = await world.as('two-roles', 'approving-officer');
    const answer = await approver.command(`${own.path}/confirm-proposal`, { proposalId: proposed.body.proposal.id });
    expect(answer.status).toBe(422);
    expect(answer.body.refusals.length).toBeGreaterThan(0);
  });

  it('is noted in the security log where it is refused, without a flood of notes', async () => {
    const auditor = await world.as('auditor');
    const notes = async () => {
      const { rows } = await world.database.pool.query(
        `select detail, subject from security_event where kind = 'access-refused'
         and person_id = (select id from person where email = 'auditor@adit.example') order by id`,
      );
      return rows as { detail: Record<string, unknown>; subject: string | null }[];
    };
    expect((await auditor.command(`${stall.path}/annul`, { reason: 'I would rather.' })).status).toBe(403);
    await sleep(100);
    expect(await notes()).toEqual([
      {
        subject: stall.id,
        detail: expect.objectContaining({
          status: 403,
          method: 'POST',
          route: '/v1/fair-stalls/:caseId/annul',
          capacity: 'auditor',
        }),
      },
    ]);
    for (let count = 0; count < 40; count += 1) await auditor.get('/v1/cases/STALL-00000-00000');
    await sleep(100);
    expect((await notes()).length).toBeLessThan(25);
  });

  it('is not an administrator’s over any case', async () => {
    const administrator = await world.as('administrator');
    const answer = await administrator.command(`${stall.path}/annul`, { reason: 'Because I can.' });
    expect(answer.status).toBe(403);
    const hidden = await Stall.open(world);
    expect((await administrator.get(`/v1/cases/${hidden.id}`)).status).toBe(404);
  });
});
