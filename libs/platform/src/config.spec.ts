import { AditConfig, ConfigError, loadConfig } from './config.js';

function readProblems(env: Record<string, string>): ConfigError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('serves a trial with no variable set', () => {
    expect({ ...loadConfig({ PATH: '/bin' }) }).toEqual({ ...new AditConfig() });
    expect(loadConfig({})).toMatchObject({ host: '127.0.0.1', port: 3000, dataDir: '.data', lanes: 3, worker: true });
  });

  it('reads each kind of value', () => {
    const config = loadConfig({
      ADIT_PORT: '0',
      ADIT_DEMO: 'false',
      ADIT_LOG_LEVEL: 'debug',
      ADIT_TRUST_PROXY: '10.0.0.0/8, ::1',
      DATABASE_URL: 'postgres://app:p@db/adit',
      DATABASE_OWNER_URL: 'postgresql://owner:p@db:6432/adit',
    });
    expect(config).toMatchObject({
      port: 0,
      demo: false,
      logLevel: 'debug',
      trustProxy: '10.0.0.0/8,::1',
      databaseUrl: 'postgres://app:p@db/adit',
      ownerUrl: 'postgresql://owner:p@db:6432/adit',
    });
  });

  it.each([
    ['ADIT_PORT', '65536'],
    ['ADIT_PORT', '80a'],
    ['ADIT_PORT', ''],
    ['ADIT_LANES', '0'],
    ['ADIT_LANES', '17'],
    ['ADIT_LANES', '1.5'],
    ['ADIT_GRACE_MS', '-1'],
    ['ADIT_DEMO', 'yes'],
    ['ADIT_LOG_LEVEL', 'loud'],
    ['ADIT_HOST', ' '],
    ['ADIT_TRUST_PROXY', 'proxy.example'],
    ['ADIT_CLAMD', 'clamd'],
    ['ADIT_UPLOAD_LIMIT', '0'],
    ['DATABASE_URL', 'mysql://app:p@db/adit'],
    ['DATABASE_URL', 'postgres://db'],
    ['DATABASE_URL', ''],
  ])('refuses %s=%p by name', (name, text) => {
    const { problems, message } = readProblems({ [name]: text });
    expect(problems.map((problem) => problem.variable)).toEqual([name]);
    expect(message).toContain(`${name}: expected `);
  });

  it('names every wrong variable at once', () => {
    const { problems } = readProblems({ ADIT_PORT: 'x', ADIT_BATCH: '0', ADIT_WORKER: '1' });
    expect(problems.map((problem) => problem.variable)).toEqual(['ADIT_PORT', 'ADIT_BATCH', 'ADIT_WORKER']);
  });

  it('refuses an unknown variable that begins with ADIT_, which is a misspelt one', () => {
    expect(readProblems({ ADIT_PROT: '3000' }).message).toContain('ADIT_PROT: no such setting');
  });

  it('refuses an owner without an application login', () => {
    expect(readProblems({ DATABASE_OWNER_URL: 'postgres://o:p@db/adit' }).message).toContain('DATABASE_URL');
  });

  describe('of an identity provider', () => {
    const whole = {
      ADIT_OIDC_ISSUER: 'https://id.example/realms/mines',
      ADIT_OIDC_CLIENT_ID: 'adit',
      ADIT_OIDC_CLIENT_SECRET: 'hunter2-hunter2',
      ADIT_OIDC_REDIRECT_URL: 'https://adit.example/v1/sessions/oidc/callback',
    };

    it('is read whole, and plain HTTP is taken of this machine alone', () => {
      expect(loadConfig(whole)).toMatchObject({ oidcIssuer: whole.ADIT_OIDC_ISSUER, oidcClientId: 'adit' });
      expect(loadConfig({ ...whole, ADIT_OIDC_ISSUER: 'http://127.0.0.1:4000' }).oidcIssuer).toContain('4000');
      for (const address of [
        'http://id.example',
        'ftp://id.example',
        'https://a:b@id.example',
        'https://id.example/?x=1',
      ])
        expect(readProblems({ ...whole, ADIT_OIDC_ISSUER: address }).message).toContain('ADIT_OIDC_ISSUER: expected');
    });

    it('is refused in parts, naming what is missing and repeating no secret', () => {
      const { ADIT_OIDC_ISSUER, ADIT_OIDC_CLIENT_SECRET } = whole;
      const { problems, message } = readProblems({ ADIT_OIDC_ISSUER, ADIT_OIDC_CLIENT_SECRET });
      expect(problems.map(({ variable }) => variable)).toEqual(['ADIT_OIDC_CLIENT_ID', 'ADIT_OIDC_REDIRECT_URL']);
      expect(message).not.toContain('hunter2');
    });
  });

  it('never repeats a database password', () => {
    expect(readProblems({ DATABASE_URL: 'mysql://app:hunter2@db/adit' }).message).not.toContain('hunter2');
  });

  it('cannot be changed after it was read', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });
});
