import { ValidationPipe } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import type { AnyForm, FormClass } from '#case-kit';
import { refuseFields, type FieldError } from '#platform';

const STRICT = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false } as const;

/**
 * What is declared of a class stays as it was loaded. The library looks for it among all classes at every check, which
 * took a tenth of the time that a command takes: it is looked for once.
 */
function rememberDeclarations(): void {
  type Declared = ReturnType<typeof storage.getTargetValidationMetadatas>;
  const storage = getMetadataStorage();
  const look = storage.getTargetValidationMetadatas.bind(storage);
  const known = new WeakMap<object, Declared>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    if (always || strictGroups || groups !== undefined) return look(target, schema, always, strictGroups, groups);
    const found = known.get(target) ?? look(target, schema, always, strictGroups, groups);
    known.set(target, found);
    return found;
  };
}

rememberDeclarations();

export interface CheckedForm {
  readonly form: AnyForm;
  readonly errors: readonly FieldError[];
}

/**
 * Reads a body into a form class. Nothing is converted and nothing unknown is dropped in silence: both are errors, one
 * entry for each fault of each field. Values are never repeated, since a field may be one that is sealed.
 */
export function checkForm(formClass: FormClass, body: unknown): CheckedForm {
  const given = body === undefined ? {} : body;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { form: {}, errors: [{ field: '(body)', message: 'must be a JSON object' }] };
  }
  const errors = listFieldErrors(validateSync(plainToInstance(formClass, given), STRICT));
  return { form: errors.length === 0 ? (given as AnyForm) : {}, errors };
}

/** One entry per field and fault, with the path of the field. */
export function listFieldErrors(errors: readonly ValidationError[], path = ''): FieldError[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const field = /^\d+$/.test(property) && path !== '' ? `${path.slice(0, -1)}[${property}]` : `${path}${property}`;
    const own = Object.entries(constraints).map(([kind, message]) => ({
      field,
      message: kind === 'whitelistValidation' ? 'is not a field of this form' : message,
    }));
    return [...own, ...listFieldErrors(children, `${field}.`)];
  });
}

/** Reads queries and plain bodies into the classes that the handlers declare. */
export const strictPipe = new ValidationPipe({
  ...STRICT,
  transform: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors) => refuseFields(listFieldErrors(errors)),
});
