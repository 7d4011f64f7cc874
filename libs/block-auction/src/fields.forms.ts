import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Length, Matches, Max, Min, registerDecorator } from 'class-validator';
import { findInstant, findLocalDate, MayBeAbsent } from '#case-kit';

/** Percentage points with exactly two decimals; the law knows no upper bound. */
export const PERCENT = /^(0|[1-9]\d{0,6})\.\d{2}$/;
/** Rupees with exactly two decimals, no sign, leading zeros or separators. */
export const RUPEES = /^(0|[1-9]\d{0,15})\.\d{2}$/;
const CASE_ID = /^(REHEARSAL-)?[A-Z]+-[0-9A-Z]{5}-[0-9A-Z]{5}$/;
const DOCUMENT_ID = /^[0-9a-f]{64}$/;

interface Words {
  readonly example: unknown;
  readonly description: string;
  readonly optional?: boolean;
}

function compose(words: Words, schema: object, ...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  const { example, description, optional = false } = words;
  const documented = optional
    ? ApiPropertyOptional({ example, description, ...schema })
    : ApiProperty({ example, description, ...schema });
  return (target, property) => {
    documented(target, property);
    if (optional) MayBeAbsent()(target, property);
    for (const decorate of decorators) decorate(target, property);
  };
}

/** A check of its own, where a pattern alone would take what the calendar does not have. */
function holds(name: string, check: (value: unknown) => boolean, message: string): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      options: { message },
      validator: { validate: check },
    });
  };
}

export function PercentField(words: Words): PropertyDecorator {
  const message = 'must be percentage points with two decimals, for example 63.55';
  return compose(words, { type: String, pattern: PERCENT.source }, Matches(PERCENT, { message }));
}

export function RupeesField(words: Words): PropertyDecorator {
  const message = 'must be an amount in rupees with two decimals, for example 91221315.00';
  return compose(words, { type: String, pattern: RUPEES.source }, Matches(RUPEES, { message }));
}

export function InstantField(words: Words): PropertyDecorator {
  const message = 'must be an RFC 3339 instant with offset, for example 2027-01-12T17:00:00+05:30';
  return compose(
    words,
    { type: String, format: 'date-time' },
    holds('isInstant', (value) => findInstant(value) !== undefined, message),
  );
}

export function DateField(words: Words): PropertyDecorator {
  const message = 'must be a date of the calendar, YYYY-MM-DD';
  return compose(
    words,
    { type: String, format: 'date' },
    holds('isLocalDate', (value) => findLocalDate(value) !== undefined, message),
  );
}

export function TextField(words: Words & { readonly from: number; readonly to: number }): PropertyDecorator {
  const { from, to } = words;
  return compose(words, { type: String, minLength: from, maxLength: to }, IsString(), Length(from, to));
}

export function WholeNumberField(words: Words & { readonly from: number; readonly to: number }): PropertyDecorator {
  const { from, to } = words;
  return compose(words, { type: 'integer', minimum: from, maximum: to }, IsInt(), Min(from), Max(to));
}

export function ChoiceField(words: Words, choices: readonly string[]): PropertyDecorator {
  return compose(words, { type: String, enum: [...choices] }, IsIn([...choices]));
}

export function CaseIdField(words: Words): PropertyDecorator {
  const message = 'must be the id of a case, for example AUCTION-4T7QK-9ZP2M';
  return compose(words, { type: String, pattern: CASE_ID.source }, Matches(CASE_ID, { message }));
}

export function DocumentIdField(words: Words): PropertyDecorator {
  const message = 'must be the id of a document: the SHA-256 of its content in 64 hexadecimal digits';
  return compose(words, { type: String, pattern: DOCUMENT_ID.source }, Matches(DOCUMENT_ID, { message }));
}

export const EXAMPLE_DOCUMENT = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
