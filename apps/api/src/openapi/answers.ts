import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiHeader, ApiResponse } from '@nestjs/swagger';
import { PROBLEMS, type ProblemSlug } from '#platform';
import { EXAMPLES } from './examples.js';
import { ref, type Schema, type SCHEMAS } from './schemas.js';

type Headers = Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;

const header = (description: string): Headers[string] => ({ description, schema: { type: 'string' } });

/** Headers that every answer of a kind carries. */
export const HEADERS = {
  ETag: header('Version of the case as this caller sees it; it changes only when that view changes.'),
  Location: header('Address of the case.'),
  'Idempotent-Replayed': header('`true` when the key was used before and nothing happened again.'),
} as const satisfies Headers;

/** A JSON answer of a named component. */
export function Answers(
  status: number,
  name: keyof typeof SCHEMAS,
  description: string,
  headers: readonly (keyof typeof HEADERS)[] = [],
): MethodDecorator {
  return ApiResponse({
    status,
    description,
    headers: Object.fromEntries(headers.map((each) => [each, HEADERS[each]])),
    content: {
      'application/json': {
        schema: ref(name),
        ...(name in EXAMPLES && { examples: { usual: { value: EXAMPLES[name] } } }),
      },
    },
  });
}

/** Problems of every route that looks at a token. */
export const KNOWN_CALLER = ['unauthenticated', 'token-expired', 'forbidden', 'validation'] as const;

/**
 * Everything that a route answers besides its success: one response for each status, with an example of each kind.
 * Once per route, since a second list would replace the first.
 */
export function Problems(...slugs: readonly ProblemSlug[]): MethodDecorator {
  const byStatus = new Map<number, Set<ProblemSlug>>();
  for (const slug of [...slugs, 'internal', 'unavailable'] as const) {
    const { status } = PROBLEMS[slug];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(slug));
  }
  return applyDecorators(
    ...[...byStatus].map(([status, kinds]) =>
      ApiResponse({
        status,
        description: [...kinds].map((slug) => `\`${slug}\`: ${PROBLEMS[slug].title}.`).join('\n\n'),
        content: {
          'application/problem+json': {
            schema: {
              allOf: [ref('Problem')],
              properties: {
                type: { enum: [...kinds].map((slug) => `/problems/${slug}`) },
                status: { enum: [status] },
              },
            },
            examples: Object.fromEntries([...kinds].map((slug) => [slug, { value: exampleOf(slug) }])),
          },
        },
      }),
    ),
  );
}

function exampleOf(slug: ProblemSlug): Readonly<Record<string, unknown>> {
  const { status, title } = PROBLEMS[slug];
  return { type: `/problems/${slug}`, title, status, instance: 'urn:adit:request:Xk29_aPq81Lz', ...PARTICULARS[slug] };
}

const REFUSAL = {
  rule: 'notice-runs-long-enough',
  ref: { act: 'Fair Rules', provision: 'r. 4' },
  text: 'Between the publication of the notice and the closing time there must lie the days of the rule.',
  datum: 'applicationsCloseAt',
  found: '2026-01-12T17:00:00+05:30',
  required: 'on or after 2026-01-15, 7 days after publication',
  cure: { who: 'state-officer or central-officer', how: 'amend the notice with a later closing time' },
};

const PARTICULARS: Readonly<Partial<Record<ProblemSlug, Readonly<Record<string, unknown>>>>> = {
  validation: { errors: [{ field: 'stallName', message: 'stallName must be a string' }] },
  forbidden: { detail: 'the role bidder does not give this command', roles: ['state-officer', 'central-officer'] },
  'rule-refused': { detail: REFUSAL.text, refusals: [REFUSAL] },
  'too-many-requests': { retryAfter: 1 },
  unavailable: { retryAfter: 1 },
  'outcome-unknown': { retryAfter: 1 },
};

/** Marks operations that serve whoever comes; read when the document is built. */
export const OPEN_MARK = 'x-adit-open';

/** A route that is closed without a token. */
export function Closed(): MethodDecorator {
  return applyDecorators(ApiBearerAuth(), ActingAs());
}

/** A route that is open to everybody, and shows more to who sends a token. */
export function Open(): MethodDecorator {
  return applyDecorators(ApiBearerAuth(), ActingAs(), ApiExtension(OPEN_MARK, true));
}

function ActingAs(): MethodDecorator {
  return ApiHeader({
    name: 'Adit-Acting-As',
    required: false,
    description: 'Id, or role, of the appointment in which the caller acts; needed by who holds several.',
  });
}
