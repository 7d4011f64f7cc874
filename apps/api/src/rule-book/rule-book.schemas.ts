import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { CONFIDENCES } from '#case-kit';
import { exactly, ref, type Schema } from '../openapi/schemas.js';

const text = (description?: string): Schema => ({ type: 'string', ...(description !== undefined && { description }) });
const listOf = (items: Schema, description?: string): Schema => ({
  type: 'array',
  items,
  ...(description !== undefined && { description }),
});
const integer: Schema = { type: 'integer' };
const flag: Schema = { type: 'boolean' };
const instant: Schema = { type: 'string', format: 'date-time' };
const date: Schema = { type: 'string', format: 'date' };
const dateOrNull: Schema = { type: ['string', 'null'], format: 'date' };
const textOrNull: Schema = { type: ['string', 'null'] };
const orNull = (schema: Schema): Schema => ({ oneOf: [schema, { type: 'null' }] });

const person = { role: { const: 'rule-book-owner' }, id: text('Opaque.'), name: text() } satisfies Record<
  string,
  Schema
>;

const parameterFields = {
  name: text(),
  version: text('The day from which it holds, and the beginning of the SHA-256 of its content.'),
  anchor: text('Which date of a case chooses the version.'),
  inForceFrom: { ...dateOrNull, description: 'First day in force; null: since ever.' },
  inForceUntil: { ...dateOrNull, description: 'First day no longer in force; null: until further notice.' },
  knownSince: date,
  value: { description: 'A decimal string, an integer, a date, a list or a table; null where the law sets none.' },
  unit: text(),
  ref: ref('Provision'),
  text: { ...textOrNull, description: 'What the value says, as a sentence.' },
  source: text('Address or document that was read.'),
  confidence: { type: 'string', enum: CONFIDENCES },
  signed: { ...flag, description: 'Two owners of the rule book have signed this very content.' },
  signatures: listOf(exactly({ ...person, signedAt: instant })),
} satisfies Record<string, Schema>;

const parameter = exactly(parameterFields);

const publicationFields = {
  seq: integer,
  law: text('SHA-256 of the canonical text of the law.'),
  href: text('Where the law is, whole.'),
  note: text(),
  publishedAt: instant,
  publishedBy: exactly(person),
} satisfies Record<string, Schema>;

const publication = exactly(publicationFields);

const draftHeadFields = {
  id: text(),
  href: text(),
  version: { ...integer, description: 'Counts the revisions; send it back in If-Match, as the ETag has it.' },
  state: { type: 'string', enum: ['open', 'withdrawn', 'published'] },
  note: text(),
  base: { ...textOrNull, description: 'The law that the changes were made on.' },
  parameters: listOf(text()),
  changedBy: exactly(person),
  changedAt: instant,
} satisfies Record<string, Schema>;

export const IN_FORCE = exactly({
  on: date,
  publication,
  items: listOf(parameter, 'One version of each parameter, by name.'),
});

export const CHANGES = exactly({
  from: date,
  to: date,
  publication,
  items: listOf(
    exactly({
      name: text(),
      before: orNull(parameter),
      after: orNull(parameter),
      since: listOf(parameter, 'Versions that came into force after `from` and not after `to`, oldest first.'),
    }),
  ),
});

export const HISTORY = exactly({
  name: text(),
  versions: listOf(
    exactly({
      ...parameterFields,
      standing: { ...flag, description: 'Whether the law now in force still holds it.' },
      publication: { ...publication, description: 'The publication that held it first.' },
    }),
    'Every version that was ever published, the newest publication first.',
  ),
});

export const PUBLICATIONS = exactly({
  items: listOf(
    exactly({
      ...publicationFields,
      changes: listOf(exactly({ name: text(), removed: listOf(text()), added: listOf(text()) })),
    }),
    'Newest first.',
  ),
  next: { type: ['integer', 'null'], description: 'Send it back as `before` for the next page. Null: no more.' },
});

/** The canonical text itself, so that whoever hashes the body gets the name of the law. */
export const LAW = exactly({
  format: { const: 1 },
  parameters: listOf({ type: 'object', additionalProperties: true }, 'By name, then by the day from which they hold.'),
});

export const DRAFT = exactly({
  ...draftHeadFields,
  changes: listOf(exactly({ parameter: text(), versions: listOf(parameter) })),
  missing: listOf(
    exactly({ parameter: text(), version: text(), signatures: integer }),
    'How many signatures each content still lacks; empty: it can be published.',
  ),
  publication: { ...orNull(publication), description: 'Once it was published.' },
});

export const DRAFTS = exactly({
  items: listOf(exactly(draftHeadFields)),
  next: { ...textOrNull, description: 'Send it back as `cursor` for the next page. Null: no more.' },
});

const HEADERS = {
  ETag: 'Version of the draft: it changes with every revision, and not when somebody signs.',
  Location: 'Address of the draft.',
  'Idempotent-Replayed': '`true` when the key was used before and nothing happened again.',
} as const;

/** A JSON answer with a schema of its own. */
export function AnswersWith(
  status: number,
  schema: Schema,
  description: string,
  headers: readonly (keyof typeof HEADERS)[] = [],
): MethodDecorator {
  return ApiResponse({
    status,
    description,
    headers: Object.fromEntries(
      headers.map((name) => [name, { description: HEADERS[name], schema: { type: 'string' } }]),
    ),
    content: { 'application/json': { schema } },
  });
}

export const NeedsKey = (): MethodDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    description: 'Sent again with the same body it answers the draft as it is and does nothing.',
    schema: { type: 'string', minLength: 16, maxLength: 200, examples: ['b1946ac92492d2347c6235b4d2611184'] },
  });

export const NeedsVersion = (): MethodDecorator =>
  ApiHeader({ name: 'If-Match', required: true, description: 'ETag of the draft as the caller has read it.' });
