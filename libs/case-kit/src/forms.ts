import { ValidateIf } from 'class-validator';

/**
 * A field of a form that may be left out. Null is not left out: no rule or effect would know what to make of it, so it
 * is judged like any other value.
 */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_form, value) => value !== undefined);
}
