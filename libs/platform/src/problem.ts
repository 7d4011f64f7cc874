/**
 * Every kind of error that the interface answers with. The names are part of the contract: they never change their
 * meaning, and titles are constant texts; what differs from case to case stands in `detail` and the extensions.
 */
export const PROBLEMS = {
  validation: { status: 400, title: 'Some fields are missing, malformed or unknown' },
  'missing-idempotency-key': { status: 400, title: 'The Idempotency-Key header is missing or malformed' },
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  unauthenticated: { status: 401, title: 'Log in first' },
  'token-expired': { status: 401, title: 'The access token has expired or was revoked' },
  forbidden: { status: 403, title: 'You may see this but not do this' },
  'not-found': { status: 404, title: 'There is nothing here that you may see' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method' },
  'slow-body': { status: 408, title: 'The body took too long to arrive' },
  'state-conflict': { status: 409, title: 'The state of the case does not allow this' },
  'precondition-failed': { status: 412, title: 'The case has changed since you read it' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'key-reused-with-other-body': { status: 422, title: 'This Idempotency-Key was used with another body' },
  'rule-refused': { status: 422, title: 'A rule refuses this' },
  'platform-late': { status: 422, title: 'The platform took this too late, although it arrived in time' },
  'precondition-required': { status: 428, title: 'The If-Match header is missing' },
  'too-many-requests': { status: 429, title: 'Too many requests; try again later' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  'outcome-unknown': { status: 503, title: 'The outcome is not known yet; repeat with the same key' },
  unavailable: { status: 503, title: 'The service is not ready; try again later' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemSlug = keyof typeof PROBLEMS;

export interface FieldError {
  field: string;
  message: string;
}

/** The body of an error answer, RFC 9457, `application/problem+json`. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  errors?: readonly FieldError[];
  [extension: string]: unknown;
}

export interface ProblemDetails {
  /** One sentence on this very occurrence; nothing that the caller may not see. */
  detail?: string;
  /** Members beside the standard ones, such as `rule` or `retryAfter`. */
  extensions?: Readonly<Record<string, unknown>>;
  /** For the log only, never shown. */
  cause?: unknown;
}

const STANDARD_MEMBERS = new Set(['type', 'title', 'status', 'detail', 'instance']);

/** An error that is an answer: thrown anywhere, rendered in one place. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** A URI reference, resolved against the address of the interface; it leads to the description of the kind. */
  readonly type: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    readonly slug: ProblemSlug,
    { detail, extensions = {}, cause }: ProblemDetails = {},
  ) {
    const { status, title } = PROBLEMS[slug];
    super(detail === undefined ? title : `${title}: ${detail}`, { cause });
    for (const name of Object.keys(extensions)) {
      if (STANDARD_MEMBERS.has(name)) throw new TypeError(`"${name}" is a standard member and cannot be an extension`);
    }
    this.status = status;
    this.type = describeType(slug);
    this.title = title;
    this.detail = detail;
    this.extensions = extensions;
  }

  toJSON(): ProblemDocument {
    const { type, title, status, detail, extensions } = this;
    return { type, title, status, ...(detail !== undefined && { detail }), ...extensions };
  }
}

/** A 400 with one entry for each bad field. */
export function refuseFields(errors: readonly FieldError[]): Problem {
  return new Problem('validation', { extensions: { errors } });
}

function describeType(slug: ProblemSlug): string {
  return `/problems/${slug}`;
}
