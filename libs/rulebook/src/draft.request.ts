import { CONFIDENCES } from '#case-kit';
import type { DraftInput, ParameterChange } from './draft.js';
import type { ParameterContent, ParameterValue } from './parameter.js';
import {
  dateField,
  described,
  listOf,
  nullable,
  objectOf,
  oneOf,
  optional,
  readRequest,
  required,
  textOnly,
  type FieldError,
  type FieldType,
  type JsonSchema,
} from './request.js';

/** Whatever JSON can say; whether it is exact is a rule of the rule book. */
const valueField: FieldType<ParameterValue> = {
  schema: { description: 'A decimal string, an integer, a date, a list or a table; null where the law sets none.' },
  read: (value) => value as ParameterValue,
};

const versionField: FieldType<ParameterContent> = objectOf({
  name: required(described(textOnly, 'The name of the parameter.')),
  anchor: required(described(textOnly, 'Which date of a case chooses the version.')),
  inForceFrom: required(described(nullable(dateField), 'First day in force; null: since ever.')),
  inForceUntil: required(described(nullable(dateField), 'First day no longer in force; null: until further notice.')),
  knownSince: required(described(dateField, 'The day on which the value became known.')),
  value: required(valueField),
  unit: required(textOnly),
  act: required(textOnly),
  provision: required(textOnly),
  text: optional(described(textOnly, 'What the value says, as a sentence.')),
  source: required(described(textOnly, 'Address or document that was read.')),
  confidence: required(oneOf(...CONFIDENCES)),
});

const changeField: FieldType<ParameterChange> = objectOf({
  parameter: required(textOnly),
  versions: required(
    described(listOf(versionField), 'All its versions, past and future: they replace those in force.'),
  ),
});

const draftField: FieldType<DraftInput> = objectOf({
  note: required(described(textOnly, 'Why: the notification that is carried into the rule book.')),
  changes: required(listOf(changeField)),
});

/** What `readDraftInput` takes, in JSON Schema. */
export const draftInputSchema: JsonSchema = draftField.schema;

/** What is wrong with the body of an act that says everything by its address; nothing when there is none. */
export function findBodyFaults(body: unknown): readonly FieldError[] {
  const read = readRequest(body === undefined ? {} : body, objectOf({}));
  return 'errors' in read ? read.errors : [];
}

/**
 * Reads a proposed change strictly: nothing is converted, nothing unknown is dropped, one entry for each bad field.
 * Whether what it says can stand is judged by the rule book.
 */
export function readDraftInput(
  body: unknown,
): { readonly value: DraftInput } | { readonly errors: readonly FieldError[] } {
  return readRequest(body, draftField);
}
