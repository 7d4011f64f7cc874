import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { AnyCaseType } from '#case-kit';
import type { ProblemSlug } from '#platform';
import { Answers, Closed, KNOWN_CALLER, Problems } from '../openapi/answers.js';
import { pascal, type OfferedCommand } from './offered-command.js';

/** What every command may answer besides its success. */
const EVERY_COMMAND: readonly ProblemSlug[] = [
  ...KNOWN_CALLER,
  'missing-idempotency-key',
  'malformed-json',
  'body-too-large',
  'unsupported-media-type',
  'slow-body',
  'rule-refused',
  'platform-late',
  'key-reused-with-other-body',
  'too-many-requests',
  'outcome-unknown',
];

export function describeOpening(caseType: AnyCaseType, opening: OfferedCommand): MethodDecorator {
  return applyDecorators(
    describeHead(caseType, opening, `open${pascal(caseType.id)}`),
    ApiQuery({
      name: 'rehearsalStartsAt',
      required: false,
      schema: { type: 'string', format: 'date-time', examples: ['2026-01-05T10:00:00+05:30'] },
      description: 'Opens a rehearsal whose own clock starts then. Left out: the case is live.',
    }),
    Answers(201, 'CommandAnswer', 'The case is open.', ['ETag', 'Location', 'Idempotent-Replayed']),
    Problems(...EVERY_COMMAND),
  );
}

export function describeCommand(caseType: AnyCaseType, command: OfferedCommand): MethodDecorator {
  const proposes = command.secondPerson !== null;
  const edits: readonly ProblemSlug[] = command.edit ? ['precondition-required', 'precondition-failed'] : [];
  return applyDecorators(
    describeHead(caseType, command, `${pascal(caseType.id)}${pascal(command.path)}`),
    ApiParam({ name: 'caseId', schema: { type: 'string', examples: [`${caseType.prefix}-0B7K2-9QX4M`] } }),
    ...(command.edit
      ? [ApiHeader({ name: 'If-Match', required: true, description: 'ETag of the case as the caller has read it.' })]
      : []),
    ...(proposes
      ? [Answers(202, 'ProposalAnswer', 'Proposed: another person has to confirm it.', ['ETag', 'Idempotent-Replayed'])]
      : [Answers(200, 'CommandAnswer', 'Done, and on the record.', ['ETag', 'Idempotent-Replayed'])]),
    Problems(...EVERY_COMMAND, 'not-found', 'state-conflict', ...edits),
  );
}

function describeHead(caseType: AnyCaseType, command: OfferedCommand, operationId: string): MethodDecorator {
  return applyDecorators(
    ApiTags(caseType.id),
    ApiOperation({ operationId, summary: command.summary, description: describeInWords(command) }),
    Closed(),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description: 'Sent again with the same body it answers the same and does nothing. Nobody else can guess it.',
      schema: { type: 'string', minLength: 16, maxLength: 200, examples: ['b1946ac92492d2347c6235b4d2611184'] },
    }),
    ApiHeader({
      name: 'Prefer',
      required: false,
      description: '`return=minimal` leaves the case out of the answer.',
    }),
    ApiBody({ type: command.form, required: Reflect.ownKeys(command.form.prototype as object).length > 0 }),
  );
}

/** Roles, provision, second person, sealed fields and rules, for people who read the document. */
function describeInWords({ ref, roles, secondPerson, sealed, rules }: OfferedCommand): string {
  return [
    `${ref.act}, ${ref.provision}. Given by: ${roles.filter((role) => role !== 'system').join(', ')}.`,
    secondPerson === null ? '' : `It is proposed and takes effect when confirmed by: ${secondPerson.join(', ')}.`,
    sealed.length === 0 ? '' : `Sealed before anything is stored: ${sealed.join(', ')}.`,
    ...rules.map(({ name, ref: { provision }, text }) => `- \`${name}\` (${provision}): ${text}`),
  ]
    .filter((line) => line !== '')
    .join('\n');
}
