import jwt from 'jsonwebtoken';
import { Problem } from '#platform';
import { openTestDatabase, type TestDatabase } from '#testing';
import { PASSWORD, openWorld, type World } from '../test-support/world.js';
import { Passwords } from './passwords.js';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  world = await openWorld(database, Date.now());
});
afterEach(() => world.close());

const here = { ip: '192.0.2.1' };
const there = { ip: '198.51.100.7' };

async function refusalOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

async function rowsOf(text: string): Promise<Record<string, unknown>[]> {
  return (await world.admin.query<Record<string, unknown>>(text)).rows;
}

const failFrom = async (email: string, place: { ip: string }, times: number): Promise<Problem[]> => {
  const problems: Problem[] = [];
  for (let i = 0; i < times; i += 1) {
    problems.push(await refusalOf(world.identity.sessions.begin(email, 'not the password', place)));
  }
  return problems;
};

describe('a log-in', () => {
  it('gives a token that says who and which log-in, and nothing else, for ten minutes', async () => {
    const personId = await world.addPerson('asha@adit.example');
    const tokens = await world.logIn(' Asha@Adit.Example ');
    expect(tokens).toMatchObject({ personId, expiresIn: 600 });
    const claims = jwt.decode(tokens.accessToken, { complete: true });
    expect(claims?.header).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(Object.keys(claims?.payload ?? {}).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
    expect(claims?.payload).toMatchObject({ sub: personId, sid: tokens.sessionId, iss: 'adit', aud: 'adit-api' });
  });

  it('gives the same answer to a wrong password, an unknown e-mail and a disabled person', async () => {
    await world.addPerson('asha@adit.example');
    const gone = await world.addPerson('gone@adit.example');
    await world.pool.query('update person set disabled_at = now() where id = $1', [gone]);
    const answers = [
      await refusalOf(world.identity.sessions.begin('asha@adit.example', 'wrong', here)),
      await refusalOf(world.identity.sessions.begin('nobody@adit.example', PASSWORD, here)),
      await refusalOf(world.identity.sessions.begin('gone@adit.example', PASSWORD, here)),
    ].map((problem) => JSON.stringify(problem));
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ status: 401, type: '/problems/unauthenticated' });
  });

  it('makes the token end with the log-in', async () => {
    await world.addPerson('asha@adit.example');
    world.clock.advance(14 * 86_400_000 - 60_000);
    const { expiresIn } = await world.logIn('asha@adit.example');
    expect(expiresIn).toBeGreaterThan(0);
    // A minute, and what passed on the database's clock since the test began; a token lives ten minutes otherwise.
    expect(expiresIn).toBeLessThan(300);
  });

  it('hashes the password anew when it was stored at another cost', async () => {
    const personId = await world.addPerson('asha@adit.example');
    const costly = new Passwords({ cost: { memoryCost: 128, timeCost: 1 } });
    await world.pool.query('update credential set hash = $2 where person_id = $1', [
      personId,
      await costly.hash(PASSWORD),
    ]);
    await world.logIn('asha@adit.example');
    expect(await rowsOf('select hash from credential')).toMatchObject([{ hash: expect.stringContaining('m=64,t=1') }]);
    await world.logIn('asha@adit.example');
  });
});

describe('failed log-ins', () => {
  it('are free five times, then each wait is twice as long, and the answer says how long', async () => {
    await world.addPerson('asha@adit.example');
    const statuses: number[] = (await failFrom('asha@adit.example', here, 6)).map(({ status }) => status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const waits: unknown[] = [];
    for (let i = 0; i < 9; i += 1) {
      const [blocked] = await failFrom('asha@adit.example', here, 1);
      waits.push(blocked?.extensions['retryAfter']);
      await world.admin.query('update login_attempt set blocked_until = now()');
      expect((await failFrom('asha@adit.example', here, 1))[0]?.status).toBe(401);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900]);
  });

  it('make even the right password wait, and are forgotten when it was right', async () => {
    await world.addPerson('asha@adit.example');
    await failFrom('asha@adit.example', here, 5);
    expect((await refusalOf(world.logIn('asha@adit.example'))).status).toBe(429);
    await world.admin.query('update login_attempt set blocked_until = now()');
    await world.logIn('asha@adit.example');
    expect((await failFrom('asha@adit.example', here, 5)).map(({ status }) => status)).toEqual([
      401, 401, 401, 401, 401,
    ]);
  });

  it('are counted for e-mails that nobody has, so that the answers tell nothing', async () => {
    const statuses = (await failFrom('nobody@adit.example', here, 6)).map(({ status }) => status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('are counted before they are tried: a hundred at once are not a hundred guesses', async () => {
    await world.addPerson('asha@adit.example');
    const problems = await Promise.all(
      Array.from({ length: 100 }, () => refusalOf(world.identity.sessions.begin('asha@adit.example', 'guess', here))),
    );
    expect(problems.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(problems.filter(({ status }) => status === 429)).toHaveLength(95);
  });

  it('are counted together by all processes, and survive a restart', async () => {
    await world.addPerson('asha@adit.example');
    await failFrom('asha@adit.example', here, 5);
    const other = world.openIdentity();
    expect((await refusalOf(other.sessions.begin('asha@adit.example', PASSWORD, here))).status).toBe(429);
  });

  it('of a stranger do not lock somebody out from where he logged in before', async () => {
    await world.addPerson('asha@adit.example');
    await world.logIn('asha@adit.example', here.ip);
    await failFrom('asha@adit.example', there, 5);
    expect((await refusalOf(world.logIn('asha@adit.example', there.ip))).status).toBe(429);
    await world.logIn('asha@adit.example', here.ip);
    // At the known place, too, guesses are counted.
    await failFrom('asha@adit.example', here, 5);
    expect((await refusalOf(world.logIn('asha@adit.example', here.ip))).status).toBe(429);
  });

  it('of many accounts from one address make that address wait, and no other', async () => {
    await world.addPerson('asha@adit.example');
    for (let i = 0; i < 30; i += 1) await failFrom(`guess${i}@adit.example`, there, 1);
    const [blocked] = await failFrom('another@adit.example', there, 1);
    expect(blocked).toMatchObject({ status: 429, extensions: { retryAfter: expect.any(Number) } });
    expect((await refusalOf(world.logIn('asha@adit.example', there.ip))).status).toBe(429);
    await world.logIn('asha@adit.example', here.ip);
  });

  it('of others at a shared address do not lock out who logged in there before', async () => {
    await world.addPerson('asha@adit.example');
    await world.addPerson('bela@adit.example');
    await world.logIn('asha@adit.example', there.ip);
    for (let i = 0; i < 30; i += 1) await failFrom(`guess${i}@adit.example`, there, 1);
    await world.logIn('asha@adit.example', there.ip);
    expect((await refusalOf(world.logIn('bela@adit.example', there.ip))).status).toBe(429);
  });

  it('are in the security log without the e-mail that was typed', async () => {
    const personId = await world.addPerson('asha@adit.example');
    await failFrom('asha@adit.example', there, 1);
    await failFrom('my-password-by-mistake@adit.example', there, 1);
    const events = await rowsOf('select kind, person_id, subject, ip from security_event order by id');
    expect(events).toEqual([
      { kind: 'log-in-failed', person_id: null, subject: personId, ip: there.ip },
      { kind: 'log-in-failed', person_id: null, subject: null, ip: there.ip },
    ]);
    expect(JSON.stringify(await rowsOf('select * from login_attempt'))).not.toContain('mistake');
  });
});

describe('a refresh token', () => {
  it('serves once, for tokens of the same log-in', async () => {
    await world.addPerson('asha@adit.example');
    const first = await world.logIn('asha@adit.example');
    const second = await world.identity.sessions.refresh(first.refreshToken, here);
    expect(second.sessionId).toBe(first.sessionId);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const third = await world.identity.sessions.refresh(second.refreshToken, here);
    expect(third.sessionId).toBe(first.sessionId);
  });

  it('that is used again ends the whole log-in and is a security event', async () => {
    const personId = await world.addPerson('asha@adit.example');
    const first = await world.logIn('asha@adit.example');
    const elsewhere = await world.logIn('asha@adit.example');
    const second = await world.identity.sessions.refresh(first.refreshToken, here);
    expect((await refusalOf(world.identity.sessions.refresh(first.refreshToken, there))).status).toBe(401);
    expect((await refusalOf(world.identity.sessions.refresh(second.refreshToken, here))).status).toBe(401);
    const claims = { sub: personId, sid: first.sessionId };
    expect((await refusalOf(world.identity.principals.resolve(claims))).slug).toBe('token-expired');
    await world.identity.sessions.refresh(elsewhere.refreshToken, here);
    expect(await rowsOf(`select session_id, ip from security_event where kind = 'refresh-token-reused'`)).toEqual([
      { session_id: first.sessionId, ip: there.ip },
    ]);
  });

  it('gives one answer of two when it is used twice at the same moment', async () => {
    await world.addPerson('asha@adit.example');
    const { refreshToken } = await world.logIn('asha@adit.example');
    const both = await Promise.allSettled([
      world.identity.sessions.refresh(refreshToken, here),
      world.identity.sessions.refresh(refreshToken, here),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is worth nothing when unknown, ended, expired, or when its person is disabled', async () => {
    const { sessions } = world.identity;
    const personId = await world.addPerson('asha@adit.example');
    expect((await refusalOf(sessions.refresh('x'.repeat(43), here))).status).toBe(401);

    const ended = await world.logIn('asha@adit.example');
    await sessions.end(ended, here);
    expect((await refusalOf(sessions.refresh(ended.refreshToken, here))).status).toBe(401);

    const expired = await world.logIn('asha@adit.example');
    await world.admin.query(`update refresh_token set expires_at = now() - interval '1 second'`);
    expect((await refusalOf(sessions.refresh(expired.refreshToken, here))).status).toBe(401);

    const disabled = await world.logIn('asha@adit.example');
    await world.pool.query('update person set disabled_at = now() where id = $1', [personId]);
    expect((await refusalOf(sessions.refresh(disabled.refreshToken, here))).status).toBe(401);
  });

  it('is removed when it has expired, with the counts that no longer matter', async () => {
    await world.addPerson('asha@adit.example');
    await world.logIn('asha@adit.example');
    await failFrom('nobody@adit.example', here, 1);
    await world.identity.sessions.prune();
    expect(await rowsOf('select 1 from refresh_token')).toHaveLength(1);
    await world.admin.query(`update refresh_token set expires_at = now() - interval '1 second'`);
    await world.admin.query(`update login_attempt set last_at = now() - interval '25 hours'`);
    await world.identity.sessions.prune();
    expect(await rowsOf('select 1 from refresh_token union all select 1 from login_attempt')).toEqual([]);
  });
});

describe('logging out', () => {
  it('ends this log-in, or all of them', async () => {
    const { sessions, principals } = world.identity;
    const personId = await world.addPerson('asha@adit.example');
    const [one, two, three] = [
      await world.logIn('asha@adit.example'),
      await world.logIn('asha@adit.example'),
      await world.logIn('asha@adit.example'),
    ];
    await sessions.end(one, here);
    await expect(principals.resolve({ sub: personId, sid: one.sessionId })).rejects.toMatchObject({ status: 401 });
    await principals.resolve({ sub: personId, sid: two.sessionId });
    await sessions.endAll(two, here);
    for (const { sessionId } of [two, three]) {
      await expect(principals.resolve({ sub: personId, sid: sessionId })).rejects.toMatchObject({ status: 401 });
    }
  });
});

describe('changing a password', () => {
  it('takes the old one, ends every other log-in and keeps this one', async () => {
    const { sessions, principals } = world.identity;
    const personId = await world.addPerson('asha@adit.example');
    const [mine, other] = [await world.logIn('asha@adit.example'), await world.logIn('asha@adit.example')];
    expect((await refusalOf(sessions.changePassword(mine, 'not it', 'a wholly new phrase', here))).status).toBe(401);
    await sessions.changePassword(mine, PASSWORD, 'a wholly new phrase', here);
    await principals.resolve({ sub: personId, sid: mine.sessionId });
    await expect(principals.resolve({ sub: personId, sid: other.sessionId })).rejects.toMatchObject({ status: 401 });
    expect((await refusalOf(world.logIn('asha@adit.example'))).status).toBe(401);
    await sessions.begin('asha@adit.example', 'a wholly new phrase', here);
  });

  it('refuses a weak one by its rule', async () => {
    await world.addPerson('asha@adit.example');
    const mine = await world.logIn('asha@adit.example');
    const problem = await refusalOf(world.identity.sessions.changePassword(mine, PASSWORD, 'short', here));
    expect(problem).toMatchObject({ status: 422, extensions: { refusals: [{ rule: 'password-is-strong' }] } });
  });
});

describe('secrets', () => {
  it('are found in no table in clear', async () => {
    const planted = 'planted-secret-phrase-7391';
    await world.addPerson('asha@adit.example');
    const mine = await world.logIn('asha@adit.example');
    await world.identity.sessions.changePassword(mine, PASSWORD, planted, here);
    const tokens = await world.identity.sessions.begin('asha@adit.example', planted, here);
    const renewed = await world.identity.sessions.refresh(tokens.refreshToken, here);
    await refusalOf(world.identity.sessions.begin(`${planted}@adit.example`, planted, here));
    await refusalOf(world.identity.sessions.begin('asha@adit.example', `${planted}!`, here));

    const tables = await rowsOf(`select table_name from information_schema.tables where table_schema = 'public'`);
    expect(tables.length).toBeGreaterThan(10);
    let text = '';
    for (const { table_name: table } of tables) {
      text += JSON.stringify(await rowsOf(`select t::text from "${String(table)}" t`));
    }
    expect(text).toContain('asha@adit.example');
    for (const secret of [planted, PASSWORD, tokens.accessToken, tokens.refreshToken, renewed.refreshToken]) {
      expect(text).not.toContain(secret);
    }
  });
});
