import { findInstant, findLocalDate, Percent, Rupees, type LocalDate } from '#case-kit';

export interface FieldError {
  /** Path in the request, for example `bids[2].percent`; `(body)` for the request as a whole. */
  readonly field: string;
  readonly message: string;
}

/** Notes a bad field; a field is noted once, with the first fault found. */
export type Refuse = (field: string, message: string) => void;

export type JsonSchema = Readonly<Record<string, unknown>>;

/** How one kind of field is read: strictly, nothing guessed. */
export interface FieldType<T> {
  /** The same in JSON Schema, for the documentation of the interface. */
  readonly schema: JsonSchema;
  /** The value, or undefined after the fault was noted. */
  read(value: unknown, field: string, refuse: Refuse): T | undefined;
}

interface Field<T, Optional extends boolean> {
  readonly type: FieldType<T>;
  readonly optional: Optional;
}

export const required = <T>(type: FieldType<T>): Field<T, false> => ({ type, optional: false });
/** May be absent; null is not absent. */
export const optional = <T>(type: FieldType<T>): Field<T, true> => ({ type, optional: true });

export type Shape = Readonly<Record<string, Field<unknown, boolean>>>;
type TypeOf<F> = F extends Field<infer T, boolean> ? T : never;

/** What a shape reads: required members are there, optional ones may be undefined. */
export type ValueOf<S extends Shape> = {
  readonly [K in keyof S as S[K]['optional'] extends true ? never : K]: TypeOf<S[K]>;
} & { readonly [K in keyof S as S[K]['optional'] extends true ? K : never]?: TypeOf<S[K]> | undefined };

/** Faults between fields; members whose own reading failed are undefined. */
export type ShapeCheck<S extends Shape> = (values: Partial<ValueOf<S>>, refuse: Refuse) => void;

export const BODY = '(body)';

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of text in one exact form. */
function textField<T>(schema: JsonSchema, find: (value: unknown) => T | undefined, message: string): FieldType<T> {
  return {
    schema: { type: 'string', ...schema },
    read(value, field, refuse) {
      const found = find(value);
      if (found === undefined) refuse(field, message);
      return found;
    },
  };
}

const TWO_DECIMALS = '^\\d+(\\.\\d{1,2})?$';
const DECIMAL_MESSAGE = 'must be a decimal string of digits with at most two decimals, without sign or separators';

export const percentField: FieldType<Percent> = textField(
  { pattern: TWO_DECIMALS, examples: ['63.55'] },
  (value) => Percent.find(value),
  DECIMAL_MESSAGE,
);

export const moneyField: FieldType<Rupees> = textField(
  { pattern: TWO_DECIMALS, examples: ['91221315.00'] },
  (value) => Rupees.find(value),
  DECIMAL_MESSAGE,
);

export const signedMoneyField: FieldType<Rupees> = textField(
  { pattern: '^-?\\d+(\\.\\d{1,2})?$', examples: ['-250.00'] },
  (value) => Rupees.findSigned(value),
  'must be a decimal string of digits with at most two decimals; a leading minus is allowed here',
);

export const dateField: FieldType<LocalDate> = textField(
  { format: 'date', examples: ['2026-03-02'] },
  findLocalDate,
  'must be a date of the calendar, YYYY-MM-DD',
);

export const instantField: FieldType<number> = textField(
  { format: 'date-time', examples: ['2026-03-02T13:00:00+05:30'] },
  findInstant,
  'must be an instant YYYY-MM-DDThh:mm:ss with offset, with at most three digits of fraction',
);

export const nameField: FieldType<string> = textField(
  { minLength: 1 },
  (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  'must be a text that is not empty',
);

/** Any text, the empty one too: what it must say is judged by a rule. */
export const textOnly: FieldType<string> = textField(
  {},
  (value) => (typeof value === 'string' ? value : undefined),
  'must be a text',
);

export const flagField: FieldType<boolean> = {
  schema: { type: 'boolean' },
  read(value, field, refuse) {
    if (typeof value === 'boolean') return value;
    refuse(field, 'must be true or false');
    return undefined;
  },
};

/** A JSON number without fraction, from the least allowed upwards. */
export function integerField(minimum: number): FieldType<number> {
  return {
    schema: { type: 'integer', minimum },
    read(value, field, refuse) {
      if (typeof value === 'number' && Number.isInteger(value) && value >= minimum) return value;
      refuse(field, `must be a whole JSON number of at least ${minimum}`);
      return undefined;
    },
  };
}

/** One of a few words or numbers, compared exactly. */
export function oneOf<const T extends string | number>(...values: readonly T[]): FieldType<T> {
  return {
    schema: { enum: values },
    read(value, field, refuse) {
      const found = values.find((known) => known === value);
      if (found === undefined)
        refuse(field, `must be one of ${values.map((known) => JSON.stringify(known)).join(', ')}`);
      return found;
    },
  };
}

/** The same field, with a sentence on it for the documentation. */
export function described<T>(type: FieldType<T>, description: string): FieldType<T> {
  return { ...type, schema: { ...type.schema, description } };
}

export function nullable<T>(type: FieldType<T>): FieldType<T | null> {
  return {
    schema: { anyOf: [type.schema, { type: 'null' }] },
    read: (value, field, refuse) => (value === null ? null : type.read(value, field, refuse)),
  };
}

export function listOf<T>(
  type: FieldType<T>,
  check: (items: readonly (T | undefined)[], field: string, refuse: Refuse) => void = () => undefined,
): FieldType<readonly T[]> {
  return {
    schema: { type: 'array', items: type.schema },
    read(value, field, refuse) {
      if (!Array.isArray(value)) {
        refuse(field, 'must be an array');
        return undefined;
      }
      const items = value.map((item: unknown, index) => type.read(item, `${field}[${index}]`, refuse));
      check(items, field, refuse);
      const good = items.filter((item) => item !== undefined);
      return good.length === items.length ? good : undefined;
    },
  };
}

/** An object with exactly these fields. Several faults are all noted, those between fields too. */
export function objectOf<S extends Shape>(shape: S, check: ShapeCheck<S> = () => undefined): FieldType<ValueOf<S>> {
  const fields = Object.entries(shape);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(fields.map(([name, { type }]) => [name, type.schema])),
      required: fields.filter(([, { optional }]) => !optional).map(([name]) => name),
      additionalProperties: false,
    },
    read(value, at, refuse) {
      if (!isPlainObject(value)) {
        refuse(at, 'must be a JSON object');
        return undefined;
      }
      let whole = true;
      const fault: Refuse = (field, message) => {
        whole = false;
        refuse(field, message);
      };
      const pathOf = (name: string): string => (at === BODY ? name : `${at}.${name}`);
      for (const name of Object.keys(value)) {
        if (!Object.hasOwn(shape, name)) fault(pathOf(name), 'is not a field of this request');
      }
      const read: Record<string, unknown> = {};
      for (const [name, { type, optional: mayBeAbsent }] of fields) {
        if (Object.hasOwn(value, name)) read[name] = type.read(value[name], pathOf(name), fault);
        else if (!mayBeAbsent) fault(pathOf(name), 'is required');
      }
      check(read as Partial<ValueOf<S>>, (field, message) => fault(pathOf(field), message));
      return whole ? (read as ValueOf<S>) : undefined;
    },
  };
}

/** The whole request, or one entry for each bad field in the order in which they were found. */
export function readRequest<T>(
  body: unknown,
  type: FieldType<T>,
): { readonly value: T } | { readonly errors: FieldError[] } {
  const faults = new Map<string, FieldError>();
  const value = type.read(body, BODY, (field, message) => {
    if (!faults.has(field)) faults.set(field, { field, message });
  });
  const errors = [...faults.values()];
  if (errors.length > 0) return { errors };
  // Every reader that answers undefined has noted why.
  return value === undefined ? { errors: [{ field: BODY, message: 'cannot be read' }] } : { value };
}
