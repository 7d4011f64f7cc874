import { CONFIDENCES, ROLES } from '#case-kit';

/** A JSON Schema as OpenAPI 3.1 holds it. */
export type Schema = Readonly<Record<string, unknown>>;

const text = (description?: string): Schema => ({ type: 'string', ...(description !== undefined && { description }) });
const instant: Schema = { type: 'string', format: 'date-time' };
const orNull = ({ type, ...schema }: Schema): Schema => ({ ...schema, type: [type, 'null'] });
const free: Schema = { type: 'object', additionalProperties: true };
const listOf = (items: Schema): Schema => ({ type: 'array', items });

/** An object with exactly these members; those named in `optional` may be absent. */
export function exactly(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

export const ref = (name: keyof typeof SCHEMAS): Schema => ({ $ref: `#/components/schemas/${name}` });
const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const role: Schema = { type: 'string', enum: ROLES };
const provision = refTo('Provision');
const nextCursor: Schema = {
  type: ['string', 'null'],
  description: 'Send it back as `cursor` for the next page; it belongs to this caller and this query. Null: no more.',
};

/** Every answer that is not made from a DTO class, by the name of its component. */
export const SCHEMAS = {
  Provision: exactly({ act: text('The act or rules.'), provision: text('The provision in it.') }),
  FieldError: exactly({ field: text('Path of the field.'), message: text('What is wrong with it.') }),
  Refusal: exactly({
    rule: text('Stable name of the rule.'),
    ref: provision,
    text: text('The rule as a sentence.'),
    datum: text('Which datum failed.'),
    found: { description: 'What it is, where the caller may know.' },
    required: { description: 'What it must be.' },
    cure: exactly({ who: text('Who can put it right.'), how: text('How.'), by: text('By when.') }, ['by']),
  }),
  Problem: {
    type: 'object',
    description: 'RFC 9457. `type` is stable; its address tells what the kind of problem means.',
    required: ['type', 'title', 'status', 'instance'],
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: text(),
      status: { type: 'integer' },
      detail: text(),
      instance: text('Names this very answer; the id stands in the log.'),
      errors: listOf(refTo('FieldError')),
      refusals: listOf(refTo('Refusal')),
      caseId: text(),
      transition: text('Entry of the record under which a refusal is kept.'),
      roles: listOf(role),
      retryAfter: { type: 'integer', description: 'Seconds.' },
      allow: listOf(text()),
      header: text(),
      appointments: listOf(free),
    },
    additionalProperties: false,
  },
  Proposal: exactly({
    id: text(),
    command: text(),
    proposedAt: instant,
    expiresAt: instant,
    confirmedBy: listOf(role),
    own: { type: 'boolean', description: 'The caller proposed it himself: somebody else must confirm it.' },
    form: { type: ['object', 'null'], additionalProperties: true },
  }),
  Case: exactly({
    id: text(),
    type: text(),
    title: text(),
    jurisdiction: text('CENTRE or the code of a State.'),
    rehearsal: { type: 'boolean' },
    clock: orNull({ ...instant, description: "A rehearsal's own present." }),
    parentCaseId: orNull(text()),
    holds: listOf(
      exactly({
        id: text(),
        kind: text(),
        orderReference: text(),
        from: instant,
        until: orNull(instant),
        standing: { type: 'boolean' },
      }),
    ),
    proposals: listOf(refTo('Proposal')),
    view: { ...free, description: 'What its type shows to this caller; what he may not see is absent.' },
  }),
  CommandAnswer: exactly(
    {
      caseId: text(),
      transition: text('Names the entry of the record.'),
      outcome: { type: 'string', enum: ['accepted'] },
      case: {
        oneOf: [refTo('Case'), { type: 'null' }],
        description:
          'The case as the caller sees it now; null when he has lost sight of it; absent with return=minimal.',
      },
    },
    ['case'],
  ),
  ProposalAnswer: exactly(
    {
      caseId: text(),
      transition: text('Names the entry of the record.'),
      outcome: { type: 'string', enum: ['proposed'] },
      proposal: { oneOf: [refTo('Proposal'), { type: 'null' }], description: 'While it is open.' },
      case: { oneOf: [refTo('Case'), { type: 'null' }] },
    },
    ['proposal', 'case'],
  ),
  CaseList: exactly({
    items: listOf(
      exactly({
        id: text(),
        type: text(),
        jurisdiction: text(),
        rehearsal: { type: 'boolean' },
        title: text(),
        status: text('In plain language.'),
        awaits: { ...listOf(role), description: 'Roles whose act the case waits for.' },
        dueAt: orNull(instant),
        openedAt: instant,
        changedAt: instant,
      }),
    ),
    next: nextCursor,
  }),
  TransitionList: exactly({
    items: listOf(
      exactly({
        id: text(),
        kind: text(),
        command: text(),
        receivedAt: instant,
        decidedAt: instant,
        capacity: role,
        rules: { ...listOf(text()), description: 'Rules that were applied.' },
        refusals: listOf(exactly({ rule: text(), text: text() })),
        hash: text('SHA-256 of the entry as hashed, which names the hash before it.'),
        view: { ...free, description: 'What the case type shows of it to this caller.' },
      }),
    ),
    next: nextCursor,
  }),
  DueDateList: exactly({
    items: listOf(exactly({ clock: text(), event: text(), at: instant, ref: provision })),
  }),
  CommandList: exactly({
    items: listOf(
      exactly({
        name: text(),
        href: text('Where it is given, by POST.'),
        summary: text(),
        ref: provision,
        available: { type: 'boolean' },
        needsSecondPerson: { type: ['array', 'null'], items: role },
        refusals: { ...listOf(refTo('Refusal')), description: 'Every reason why it is not possible now.' },
        conditions: {
          ...listOf(exactly({ rule: text(), ref: provision, text: text() })),
          description: 'Rules that are judged once the form is filled in.',
        },
        form: { ...free, description: 'JSON Schema of its body.' },
        sealed: { ...listOf(text()), description: 'Fields that are encrypted before anything is stored.' },
        edit: { type: 'boolean', description: 'Takes the ETag of the case in If-Match.' },
      }),
    ),
  }),
  LiveState: exactly({
    caseId: text(),
    at: { ...instant, description: 'Time of the platform when this was made.' },
    uncertaintyMs: { type: 'integer', description: 'By how much that time may be wrong.' },
    live: { type: ['object', 'null'], additionalProperties: true, description: 'Null: nothing is live.' },
  }),
  Protocol: {
    type: 'object',
    required: ['format', 'caseId'],
    properties: {
      format: text('Names the meaning of every field; docs/protocol.md explains them.'),
      caseId: text(),
    },
    additionalProperties: true,
  },
  CaseTypeList: exactly({
    items: listOf(
      exactly({
        id: text(),
        title: text(),
        version: text(),
        href: text('Where cases of this type are opened.'),
        states: listOf(exactly({ path: text('Dotted path of the state.'), ref: provision, text: text() })),
        opening: { oneOf: [refTo('OfferedCommand'), { type: 'null' }] },
        commands: listOf(refTo('OfferedCommand')),
      }),
    ),
  }),
  OfferedCommand: exactly({
    name: text(),
    path: text('Last segment of its address.'),
    summary: text(),
    ref: provision,
    roles: listOf(role),
    secondPerson: { type: ['array', 'null'], items: role },
    sealed: listOf(text()),
    edit: { type: 'boolean' },
    rules: listOf(exactly({ name: text(), ref: provision, text: text() })),
    form: free,
  }),
  CalculatorList: exactly({
    on: { type: 'string', format: 'date', description: 'Today in India.' },
    law: text('Hash of the law that is computed with.'),
    items: listOf(
      exactly({
        name: text(),
        href: text(),
        summary: text(),
        request: { ...free, description: 'JSON Schema of its body.' },
        parameters: {
          ...listOf(exactly({ name: text(), inForce: { oneOf: [refTo('ParameterInForce'), { type: 'null' }] } })),
          description: 'What it may read, with the version in force today; null: none is.',
        },
      }),
    ),
  }),
  ParameterInForce: exactly({
    version: text(),
    value: { description: 'A decimal string, an integer, a date, a list or a table; null where the law sets none.' },
    ref: provision,
    confidence: { type: 'string', enum: CONFIDENCES },
    signed: { type: 'boolean', description: 'Two owners of the rule book have signed it.' },
  }),
  CalculatorAnswer: exactly({
    result: free,
    working: { ...listOf(text()), description: 'One line per step, with the numbers.' },
    rules: listOf(provision),
    confidence: { type: 'string', enum: CONFIDENCES },
  }),
  ProblemKind: exactly({ type: text(), title: text(), status: { type: 'integer' } }),
  ProblemKindList: exactly({ items: listOf(refTo('ProblemKind')) }),
  FeedTicket: exactly({
    ticket: text('Serves once, within its time.'),
    expiresIn: { type: 'integer', description: 'Seconds.' },
    href: text('Where the stream is.'),
  }),
  Liveness: exactly({ status: { type: 'string', enum: ['ok'] } }),
  Readiness: exactly({
    status: { type: 'string', enum: ['ready', 'not-ready'] },
    checks: listOf(
      exactly({
        name: text(),
        ok: { type: 'boolean' },
        found: { description: 'The figure.' },
        limit: { description: 'What it may be.' },
      }),
    ),
  }),
} as const satisfies Readonly<Record<string, Schema>>;
