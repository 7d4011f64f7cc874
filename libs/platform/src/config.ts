import { validateSync } from 'class-validator';
import {
  BooleanVariable,
  ChoiceVariable,
  DatabaseUrlVariable,
  OptionalVariable,
  TextVariable,
  TrustProxyVariable,
  WebAddressVariable,
  WholeVariable,
  listVariables,
} from './config-variable.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Everything that can be set from outside, read once at start. The defaults serve a trial on one machine; a field
 * without a default is optional.
 */
export class AditConfig {
  /** Address to listen on. The default is reachable from this machine only. */
  @TextVariable('ADIT_HOST', 'an address or host name to listen on')
  host: string = '127.0.0.1';

  /** TCP port; 0 takes any free one. */
  @WholeVariable('ADIT_PORT', 0, 65_535)
  port: number = 3000;

  /** Login of the application. Without it the PostgreSQL that npm installed is started under `dataDir`. */
  @DatabaseUrlVariable('DATABASE_URL')
  databaseUrl?: string;

  /** Login that owns the schema and migrates it. Without it `databaseUrl` does both, and live cases are refused. */
  @DatabaseUrlVariable('DATABASE_OWNER_URL')
  ownerUrl?: string;

  /** Directory for the embedded database, generated secrets and documents; relative to the working directory. */
  @TextVariable('ADIT_DATA_DIR', 'a directory')
  dataDir: string = '.data';

  @ChoiceVariable('ADIT_LOG_LEVEL', LOG_LEVELS)
  logLevel: LogLevel = 'info';

  /** Seed demonstration people and cases at first start. */
  @BooleanVariable('ADIT_DEMO')
  demo: boolean = true;

  /** How long after a closing time a punctual command may still surface before the close is applied. */
  @WholeVariable('ADIT_GRACE_MS', 0, 60_000, 'milliseconds')
  graceMs: number = 1000;

  /** Group-commit lanes, each of which holds one connection while it writes. */
  @WholeVariable('ADIT_LANES', 1, 16)
  lanes: number = 3;

  /** Most commands in one group commit. */
  @WholeVariable('ADIT_BATCH', 1, 1024)
  batch: number = 64;

  /** Commands waiting in this process beyond which new ones are answered 503. */
  @WholeVariable('ADIT_QUEUE_LIMIT', 1, 1_000_000)
  queueLimit: number = 10_000;

  /** Largest request body. */
  @WholeVariable('ADIT_BODY_LIMIT', 1024, 104_857_600, 'bytes')
  bodyLimit: number = 262_144;

  /** How long a body may take to arrive before it is answered 408. */
  @WholeVariable('ADIT_BODY_TIMEOUT_MS', 100, 600_000, 'milliseconds')
  bodyTimeoutMs: number = 10_000;

  /** Believe X-Forwarded headers from every peer (true), from none (false) or from these addresses. */
  @TrustProxyVariable('ADIT_TRUST_PROXY')
  trustProxy: boolean | string = false;

  /** Readiness fails when the system clock is further than this from the database's. */
  @WholeVariable('ADIT_CLOCK_OFFSET_LIMIT_MS', 1, 60_000, 'milliseconds')
  clockOffsetLimitMs: number = 100;

  /** Readiness fails when the event loop was held up longer than this. */
  @WholeVariable('ADIT_LOOP_DELAY_LIMIT_MS', 10, 60_000, 'milliseconds')
  loopDelayLimitMs: number = 500;

  /** Readiness fails when the oldest due event or outbox item has waited longer than this. */
  @WholeVariable('ADIT_WORKER_LAG_LIMIT_MS', 100, 3_600_000, 'milliseconds')
  workerLagLimitMs: number = 10_000;

  /** Run the worker in the process of the api; set to false where a separate worker runs. */
  @BooleanVariable('ADIT_WORKER')
  worker: boolean = true;

  @WholeVariable('ADIT_ACCESS_TOKEN_SECONDS', 30, 86_400, 'seconds')
  accessTokenSeconds: number = 600;

  @WholeVariable('ADIT_REFRESH_TOKEN_DAYS', 1, 365, 'days')
  refreshTokenDays: number = 14;

  /** Issuer of the identity provider (OpenID Connect) at which people may log in, beside their passwords. */
  @WebAddressVariable('ADIT_OIDC_ISSUER')
  oidcIssuer?: string;

  @OptionalVariable('ADIT_OIDC_CLIENT_ID', 'the id under which the identity provider knows this platform')
  oidcClientId?: string;

  @OptionalVariable('ADIT_OIDC_CLIENT_SECRET', 'the secret that the identity provider gave', { confidential: true })
  oidcClientSecret?: string;

  /** Where the provider sends people back to: this platform's /v1/sessions/oidc/callback, or a page that calls it. */
  @WebAddressVariable('ADIT_OIDC_REDIRECT_URL')
  oidcRedirectUrl?: string;

  /** S3-compatible store for documents, instead of the folder below `dataDir`; without the bucket, which is named apart. */
  @WebAddressVariable('ADIT_S3_ENDPOINT')
  s3Endpoint?: string;

  @OptionalVariable('ADIT_S3_BUCKET', 'the name of a bucket')
  s3Bucket?: string;

  @TextVariable('ADIT_S3_REGION', 'a region of the store')
  s3Region: string = 'us-east-1';

  @OptionalVariable('ADIT_S3_ACCESS_KEY_ID', 'the id of an access key')
  s3AccessKeyId?: string;

  @OptionalVariable('ADIT_S3_SECRET_ACCESS_KEY', 'the secret of the access key', { confidential: true })
  s3SecretAccessKey?: string;

  /** Largest document that may be sent in pieces; those sent in one request have a limit of their own. */
  @WholeVariable('ADIT_UPLOAD_LIMIT', 1024, 5_368_709_120, 'bytes')
  uploadLimit: number = 524_288_000;

  /** How long an upload in pieces may take before what has arrived of it is removed. */
  @WholeVariable('ADIT_UPLOAD_HOURS', 1, 720, 'hours')
  uploadHours: number = 24;

  /** clamd, which scans documents for malware: a socket or host and port. Without it they are marked not scanned. */
  @OptionalVariable('ADIT_CLAMD', 'the path of a socket, or host:port, of clamd', {
    form: /^(\/\S+|\[?[\w.:-]+\]?:\d{1,5})$/,
  })
  clamd?: string;
}

/** Settings that mean something only together. */
const TOGETHER: readonly (readonly (keyof AditConfig)[])[] = [
  ['oidcIssuer', 'oidcClientId', 'oidcClientSecret', 'oidcRedirectUrl'],
  ['s3Endpoint', 's3Bucket', 's3AccessKeyId', 's3SecretAccessKey'],
];

/** One or more environment variables are wrong; the message names each of them and says what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly { variable: string; message: string }[]) {
    super(`Configuration refused:\n${problems.map((each) => `  ${each.variable}: ${each.message}`).join('\n')}`);
  }
}

const PREFIX = 'ADIT_';

/**
 * Reads and checks the configuration. This is the only place that touches the environment.
 *
 * @throws ConfigError naming every wrong, and every unknown `ADIT_`, variable at once.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): AditConfig {
  const variables = listVariables(AditConfig);
  const problems: { variable: string; message: string }[] = [];
  const values: Record<string, unknown> = {};
  const nameOf = (field: string) => variables.find((each) => each.field === field)?.name ?? field;
  for (const { name, field, parse } of variables) {
    const text = env[name];
    // A text without the right form becomes null, which every check refuses; undefined would mean "not given".
    if (text !== undefined) values[field] = parse(text) ?? null;
  }
  const config = Object.assign(new AditConfig(), values);
  const failed = new Set(validateSync(config, { forbidUnknownValues: true }).map((error) => error.property));
  for (const { name, field, expected, confidential } of variables) {
    // IsOptional lets null pass, and an empty text is given but says nothing.
    if (!failed.has(field) && values[field] !== null && env[name] !== '') continue;
    problems.push({ variable: name, message: `expected ${expected}, got ${describeValue(env[name], confidential)}` });
  }
  if (config.ownerUrl !== undefined && config.databaseUrl === undefined) {
    problems.push({ variable: 'DATABASE_URL', message: 'must be given when DATABASE_OWNER_URL is' });
  }
  for (const group of TOGETHER) {
    if (group.every((field) => env[nameOf(field)] === undefined)) continue;
    for (const field of group.filter((each) => env[nameOf(each)] === undefined)) {
      problems.push({ variable: nameOf(field), message: `must be given with ${group.map(nameOf).join(', ')}` });
    }
  }
  const known = new Set(variables.map((variable) => variable.name));
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || known.has(name)) continue;
    problems.push({ variable: name, message: `no such setting; there are ${[...known].sort().join(', ')}` });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

function describeValue(text: string | undefined, confidential: boolean): string {
  if (text === '') return 'an empty text (leave the variable out instead)';
  return confidential ? 'something else (not shown: it may hold a password)' : JSON.stringify(text);
}
