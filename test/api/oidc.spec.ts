import pg from 'pg';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { Browser } from '../support/browser.js';
import { findPort } from '../support/free-port.js';
import { CLIENT, openProvider, STATED, type TestProvider } from '../support/oidc-provider.js';

const CALLBACK = '/v1/sessions/oidc/callback';

interface SessionBody {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly person: { readonly id: string };
  readonly mustChangePassword: boolean;
  readonly appointments: readonly { readonly role: string }[];
}

interface ProblemBody {
  readonly type: string;
  readonly detail: string;
  readonly refusals?: readonly {
    readonly rule: string;
    readonly cure: { readonly who: string; readonly how: string };
  }[];
}

describe('logging in through an identity provider', () => {
  let world: ApiWorld;
  let provider: TestProvider;
  let admin: pg.Client;

  beforeAll(async () => {
    // The provider has to know our address before we listen.
    const port = await findPort();
    const redirectUrl = `http://127.0.0.1:${port}${CALLBACK}`;
    provider = await openProvider(redirectUrl);
    world = await openApiWorld(
      {
        ADIT_OIDC_ISSUER: provider.issuer,
        ADIT_OIDC_CLIENT_ID: CLIENT.id,
        ADIT_OIDC_CLIENT_SECRET: CLIENT.secret,
        ADIT_OIDC_REDIRECT_URL: redirectUrl,
      },
      { port },
    );
    admin = new pg.Client({ connectionString: world.database.adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await world.close();
    await provider.close();
  });
  // Failures of one test must not make the next one wait.
  beforeEach(() => admin.query('truncate login_attempt, oidc_log_in'));

  const start = () => `${world.baseUrl}/v1/sessions/oidc/start`;

  /** From the start to the address at which the provider sends the browser back, which it has not gone to yet. */
  async function comeBack(browser: Browser, subject: string): Promise<string> {
    const page = await browser.follow(start(), (url) => url.includes('/interaction/'));
    const logIn = new URL(page.headers.get('location') ?? '', provider.issuer).href;
    const answer = await browser.follow(`${logIn}?as=${encodeURIComponent(subject)}`, (url) =>
      url.startsWith(world.baseUrl),
    );
    return answer.headers.get('location') ?? '';
  }

  async function logIn(subject: string, browser = new Browser()): Promise<Response> {
    return await browser.go(await comeBack(browser, subject));
  }

  const readSession = async (answer: Response) => {
    expect(answer.status).toBe(200);
    return (await answer.json()) as SessionBody;
  };
  const readProblem = async (answer: Response, status: number) => {
    const body = (await answer.json()) as ProblemBody;
    expect([answer.status, body]).toEqual([status, expect.objectContaining({ type: expect.any(String) })]);
    return body;
  };
  const listEvents = async (kind: string) => {
    const { rows } = await admin.query<{ person_id: string | null; session_id: string | null; detail: object }>(
      'select person_id, session_id, detail from security_event where kind = $1 order by id desc',
      [kind],
    );
    return rows;
  };

  it('ends in the session of a password log-in, with the methods that the provider stated on record', async () => {
    provider.accounts.set('sub-bidder1', { email: 'Bidder1@ADIT.example' });
    const browser = new Browser();
    const answer = await logIn('sub-bidder1', browser);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const session = await readSession(answer);
    expect(session.appointments.map(({ role }) => role)).toEqual(['bidder']);
    const me = await world.anybody.withToken(session.accessToken).get('/v1/me');
    expect([me.status, me.body.person.id]).toEqual([200, session.person.id]);
    const refreshed = await world.anybody.post('/v1/sessions/refresh', { refreshToken: session.refreshToken });
    expect(refreshed.status).toBe(200);
    const { rows } = await admin.query('select method, acr, amr from session order by created_at desc limit 1');
    expect(rows).toEqual([{ method: 'oidc', ...STATED }]);
    expect((await listEvents('log-in'))[0]?.detail).toEqual({ method: 'oidc', ...STATED });
    expect(await listEvents('identity-linked')).toMatchObject([{ person_id: session.person.id }]);
    expect(world.log.join('')).not.toMatch(/code=|state=|a-secret-of/);
  });

  it('knows a linked account by its subject, whatever its e-mail address becomes', async () => {
    provider.accounts.set('sub-central', { email: 'central@adit.example' });
    const first = await readSession(await logIn('sub-central'));
    provider.accounts.set('sub-central', { email: 'odisha@adit.example', emailVerified: false });
    expect((await readSession(await logIn('sub-central'))).person.id).toBe(first.person.id);
    expect(await listEvents('identity-linked')).toHaveLength(2);
  });

  it('gives nobody a role: a person without an appointment gets in and may do nothing', async () => {
    const operator = await world.as('administrator');
    const email = 'newcomer@adit.example';
    const { body } = await operator.post('/v1/people', { name: 'New Comer', email });
    provider.accounts.set('sub-new', { email });
    const session = await readSession(await logIn('sub-new'));
    expect(session).toMatchObject({ person: { id: body.id }, appointments: [], mustChangePassword: false });
    const client = world.anybody.withToken(session.accessToken);
    expect((await client.get('/v1/inbox')).status).toBe(403);
    // The initial password, which two people know, still opens nothing but its own change.
    const byPassword = await world.anybody.post('/v1/sessions', { email, password: body.initialPassword });
    expect(byPassword.body.mustChangePassword).toBe(true);
  });

  it('refuses an account whose e-mail address nobody was entered under, and says who cures it', async () => {
    provider.accounts.set('sub-stranger', { email: 'stranger@elsewhere.example' });
    const { refusals } = await readProblem(await logIn('sub-stranger'), 422);
    expect(refusals).toMatchObject([{ rule: 'person-was-entered', cure: { who: 'an administrator' } }]);
    expect((await listEvents('log-in-failed'))[0]?.detail).toMatchObject({ method: 'oidc' });
    const { rows } = await admin.query(`select 1 from person where email like '%elsewhere%'`);
    expect(rows).toEqual([]);
  });

  it('links nobody by an e-mail address that is not verified, or missing', async () => {
    provider.accounts.set('sub-claims', { email: 'bidder2@adit.example', emailVerified: false });
    provider.accounts.set('sub-silent', {});
    for (const subject of ['sub-claims', 'sub-silent']) {
      const { refusals } = await readProblem(await logIn(subject), 422);
      expect(refusals).toMatchObject([{ rule: 'email-is-verified', cure: { who: 'you' } }]);
    }
    const { rows } = await admin.query(`select 1 from identity_link where subject in ('sub-claims', 'sub-silent')`);
    expect(rows).toEqual([]);
  });

  it('refuses a second account for a person until an administrator lets go of the first, which ends his log-ins', async () => {
    provider.accounts.set('sub-first', { email: 'bidder3@adit.example' });
    provider.accounts.set('sub-second', { email: 'bidder3@adit.example' });
    const session = await readSession(await logIn('sub-first'));
    const { refusals } = await readProblem(await logIn('sub-second'), 422);
    expect(refusals).toMatchObject([{ rule: 'one-account-each', cure: { who: 'an administrator' } }]);
    const operator = await world.as('administrator');
    const path = `/v1/people/${session.person.id}/unlink`;
    expect((await (await world.as('bidder1')).post(path, { reason: 'mine' })).status).toBe(403);
    expect((await operator.post(path, { reason: 'changed the provider' })).status).toBe(204);
    expect((await world.anybody.withToken(session.accessToken).get('/v1/me')).status).toBe(401);
    await readSession(await logIn('sub-second'));
    expect(await listEvents('identity-unlinked')).toHaveLength(1);
  });

  it('refuses a disabled person, linked or not', async () => {
    provider.accounts.set('sub-agency', { email: 'agency@adit.example' });
    provider.accounts.set('sub-chair', { email: 'chair@adit.example' });
    await readSession(await logIn('sub-agency'));
    await admin.query(
      `update person set disabled_at = now() where email in ('agency@adit.example', 'chair@adit.example')`,
    );
    for (const subject of ['sub-agency', 'sub-chair']) {
      const { refusals } = await readProblem(await logIn(subject), 422);
      expect(refusals).toMatchObject([{ rule: 'person-may-log-in', cure: { who: 'an administrator' } }]);
    }
  });

  it('refuses a state that is not ours, one that another browser began, and an answer that comes twice', async () => {
    const browser = new Browser();
    const back = await comeBack(browser, 'sub-bidder1');
    const foreign = new URL(back);
    foreign.searchParams.set('state', 'x'.repeat(43));
    expect((await readProblem(await browser.go(foreign.href), 401)).detail).toContain('Begin again');
    await readProblem(await new Browser().go(back), 401);
    await readSession(await browser.go(back));
    await readProblem(await browser.go(back), 401);
    expect(await listEvents('log-in-failed')).not.toEqual([]);
  });

  it('refuses a code that was used before, under a state of its own', async () => {
    const victim = new Browser();
    const back = new URL(await comeBack(victim, 'sub-bidder1'));
    await readSession(await victim.go(back.href));
    const other = new Browser();
    const own = new URL(await comeBack(other, 'sub-bidder1'));
    own.searchParams.set('code', back.searchParams.get('code') ?? '');
    expect((await readProblem(await other.go(own.href), 401)).detail).toContain('invalid_grant');
  });

  it('refuses a proof that was made for another nonce, and a code without its verifier', async () => {
    for (const change of [`nonce = 'another'`, `code_verifier = repeat('x', 43)`]) {
      const browser = new Browser();
      const back = await comeBack(browser, 'sub-bidder1');
      await admin.query(`update oidc_log_in set ${change} where used_at is null`);
      await readProblem(await browser.go(back), 401);
    }
  });

  it('refuses a log-in that took too long, and one that the provider refused', async () => {
    const late = new Browser();
    const back = await comeBack(late, 'sub-bidder1');
    await admin.query(`update oidc_log_in set begun_at = begun_at - interval '11 minutes'`);
    await readProblem(await late.go(back), 401);
    expect((await readProblem(await logIn('nobody'), 401)).detail).toContain('access_denied');
  });

  it('makes an address wait that fails or begins too often', async () => {
    const browser = new Browser();
    const foreign = `${world.baseUrl}${CALLBACK}?code=x&state=${'y'.repeat(43)}`;
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 32; attempt += 1) statuses.push((await browser.go(foreign)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    const refused = await browser.go(start());
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    await admin.query('truncate login_attempt');
    for (let attempt = 0; attempt < 60; attempt += 1) await browser.go(start());
    expect((await browser.go(start())).status).toBe(429);
  });

  it('tells the documented answers, and 503 when the provider does not answer', async () => {
    expect((await world.anybody.get(`${CALLBACK}?code=x&state=y`)).status).toBe(401);
    const away = await openApiWorld({
      ADIT_OIDC_ISSUER: 'http://127.0.0.1:9',
      ADIT_OIDC_CLIENT_ID: CLIENT.id,
      ADIT_OIDC_CLIENT_SECRET: CLIENT.secret,
      ADIT_OIDC_REDIRECT_URL: 'https://adit.example/back',
    });
    try {
      const answer = await away.anybody.get('/v1/sessions/oidc/start');
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '10']);
    } finally {
      await away.close();
    }
  });

  it('is not offered where no provider is configured', async () => {
    const plain = await openApiWorld();
    try {
      for (const path of ['start', 'callback'])
        expect((await plain.anybody.get(`/v1/sessions/oidc/${path}`)).status).toBe(404);
    } finally {
      await plain.close();
    }
  });
});
