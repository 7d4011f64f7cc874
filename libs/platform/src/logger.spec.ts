import { NestLogger, createLogger, type Logger } from './logger.js';
import { isConfidentialName } from './redaction.js';

describe('the log', () => {
  let lines: string[];
  let logger: Logger;

  beforeEach(() => {
    lines = [];
    logger = createLogger({ logLevel: 'trace' }, { write: (line: string) => void lines.push(line) });
  });

  function readLast(): Record<string, unknown> {
    return JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  }

  it('is one JSON object a line with a readable time and level', () => {
    logger.info({ port: 3000 }, 'listening');
    expect(readLast()).toMatchObject({ level: 'info', port: 3000, msg: 'listening', pid: process.pid });
    expect(String(readLast()['time'])).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it.each([
    'password',
    'newPassword',
    'token',
    'refreshToken',
    'Authorization',
    'cookie',
    'Set-Cookie',
    'secret',
    'client_secret',
    'sealed',
    'envelope',
    'salt',
    'privateKey',
    'percent',
    'percentAgain',
    'body',
    'databaseUrl',
  ])('never shows %s, at any depth', (name) => {
    logger.info({ [name]: 'planted-value', list: [{ deeper: { [name]: 'planted-value' } }] }, 'x');
    expect(lines.join('')).not.toContain('planted-value');
    expect(readLast()[name]).toBe('[redacted]');
  });

  it('leaves names alone that only look alike', () => {
    for (const name of ['tokenCount', 'caseId', 'formatted', 'passwords_changed', 'percentile']) {
      expect(isConfidentialName(name)).toBe(false);
    }
  });

  it('takes credentials out of free text', () => {
    logger.warn('Authorization: Bearer abc.def-ghi and postgres://app:hunter2@db/adit and eyJhbGci.eyJzdWIi.c2ln');
    expect(lines.join('')).not.toMatch(/abc\.def|hunter2|c2ln/);
    expect(readLast()['msg']).toContain('postgres://app:[redacted]@db/adit');
  });

  it('shows of a database error its code, never the row or the parameters', () => {
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (percent)=(7.25) already exists.',
      where: 'planted-value',
    });
    const error = Object.assign(new Error('Query failed', { cause }), { parameters: ['7.25'], query: 'insert 7.25' });
    logger.error({ err: error }, 'write failed');
    expect(lines.join('')).not.toContain('7.25');
    expect(readLast()['err']).toMatchObject({ message: 'Query failed', cause: { code: '23505' } });
  });

  it('shows of a request its path without the query, and no headers', () => {
    const req = { method: 'GET', url: '/v1/feed?ticket=planted-value', headers: { cookie: 'planted-value' } };
    logger.info({ req, res: { statusCode: 200 } }, 'done');
    expect(readLast()).toMatchObject({ req: { method: 'GET', path: '/v1/feed' }, res: { status: 200 } });
    expect(lines.join('')).not.toContain('planted-value');
  });

  it('names an object that is no plain data instead of showing it', () => {
    logger.info(
      {
        socket: new (class Socket {
          readonly inside = 'planted-value';
        })(),
        at: new Date(0),
      },
      'x',
    );
    expect(readLast()).toMatchObject({ socket: '[Socket]', at: '1970-01-01T00:00:00.000Z' });
  });

  it('does not choke on a circle', () => {
    const circle: Record<string, unknown> = { name: 'round' };
    circle['self'] = circle;
    expect(() => logger.info({ circle }, 'x')).not.toThrow();
  });

  it('takes what Nest says', () => {
    const nest = new NestLogger(logger);
    nest.log('started', 'Bootstrap');
    expect(readLast()).toMatchObject({ level: 'info', msg: 'started', context: 'Bootstrap' });
    nest.error('broke', 'Error: broke\n  at x', 'Router');
    expect(readLast()).toMatchObject({
      level: 'error',
      msg: 'broke',
      context: 'Router',
      stack: 'Error: broke\n  at x',
    });
    nest.fatal(new Error('gone'));
    expect(readLast()).toMatchObject({ level: 'fatal', err: { message: 'gone' } });
  });
});
