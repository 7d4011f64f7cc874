import { ValidationPipe, type PipeTransform, type ValidationError } from '@nestjs/common';
import { Problem, refuseFields, type FieldError } from '#platform';

/**
 * Reads bodies and queries into the classes of `identity.forms.ts` and refuses what they do not know. These routes
 * bring it themselves: they must not depend on what the application around them has set up.
 */
export const formPipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors) => refuseFields(listFieldErrors(errors)),
});

/** One entry per field and fault; the value is never repeated, it may be a password. */
function listFieldErrors(errors: readonly ValidationError[], path = ''): FieldError[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const field = `${path}${property}`;
    const own = Object.entries(constraints).map(([kind, message]) => ({
      field,
      message: kind === 'whitelistValidation' ? 'is not a field of this form' : message,
    }));
    return [...own, ...listFieldErrors(children, `${field}.`)];
  });
}

/** Ids in addresses: what does not look like one names nothing. */
export const idPipe: PipeTransform<string, string> = {
  transform: (id) => {
    if (!/^[0-9A-Za-z_-]{1,64}$/.test(id)) throw new Problem('not-found', { detail: 'There is nothing of that id' });
    return id;
  },
};
