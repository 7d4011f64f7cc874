import { applyDecorators } from '@nestjs/common';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';

/** How one environment variable becomes one field of the configuration. */
export interface ConfigVariable {
  /** Name in the environment, as quoted in refusals. */
  name: string;
  field: string;
  /** What a right value looks like, in words that an operator reads. */
  expected: string;
  /** True when the value may hold a password and must never be repeated in a message. */
  confidential: boolean;
  /** Returns undefined for a text that has not even the right form. */
  parse: (text: string) => unknown;
}

const variablesOfClass = new Map<object, ConfigVariable[]>();

/** The variables declared on a configuration class, in the order of its fields. */
export function listVariables(configClass: { prototype: object }): readonly ConfigVariable[] {
  return variablesOfClass.get(configClass.prototype) ?? [];
}

function declareVariable(variable: Omit<ConfigVariable, 'field'>): PropertyDecorator {
  return (prototype, field) => {
    const variables = variablesOfClass.get(prototype) ?? [];
    variables.push({ ...variable, field: String(field) });
    variablesOfClass.set(prototype, variables);
  };
}

/** A whole number between two bounds, both allowed. */
export function WholeVariable(name: string, min: number, max: number, unit = ''): PropertyDecorator {
  return applyDecorators(
    declareVariable({
      name,
      expected: `a whole number${unit && ` of ${unit}`} from ${min} to ${max}`,
      confidential: false,
      parse: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
    }),
    IsInt(),
    Min(min),
    Max(max),
  );
}

export function BooleanVariable(name: string): PropertyDecorator {
  return applyDecorators(
    declareVariable({
      name,
      expected: 'true or false',
      confidential: false,
      parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    }),
    IsBoolean(),
  );
}

export function ChoiceVariable(name: string, choices: readonly string[]): PropertyDecorator {
  return applyDecorators(
    declareVariable({ name, expected: `one of ${choices.join(', ')}`, confidential: false, parse: (text) => text }),
    IsIn([...choices]),
  );
}

export function TextVariable(name: string, expected: string): PropertyDecorator {
  return applyDecorators(
    declareVariable({ name, expected, confidential: false, parse: (text) => text }),
    IsString(),
    IsNotEmpty(),
    Matches(/^\S(.*\S)?$/),
  );
}

/** A text that may be left out. A confidential one is never repeated in a message. */
export function OptionalVariable(
  name: string,
  expected: string,
  { confidential = false, form = /^\S(.*\S)?$/ } = {},
): PropertyDecorator {
  return applyDecorators(
    declareVariable({ name, expected, confidential, parse: (text) => text }),
    IsOptional(),
    IsString(),
    Matches(form),
  );
}

/** Plain HTTP says everything to whoever listens on the way; inside of one machine nobody does. */
function isSafeWebAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  if (username !== '' || password !== '' || search !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}

/** A web address that may be left out: https, or http of this machine. */
export function WebAddressVariable(name: string): PropertyDecorator {
  return applyDecorators(
    declareVariable({
      name,
      expected: 'an https address without query (http only of this machine), like https://id.example/realm',
      confidential: false,
      parse: (text) => text,
    }),
    IsOptional(),
    ValidateBy({ name: 'isSafeWebAddress', validator: { validate: isSafeWebAddress } }),
  );
}

function namesPostgresDatabase(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return ['postgres:', 'postgresql:'].includes(url.protocol) && url.hostname !== '' && url.pathname.length > 1;
}

/** A PostgreSQL URL; optional, and never repeated in a message because it holds a password. */
export function DatabaseUrlVariable(name: string): PropertyDecorator {
  return applyDecorators(
    declareVariable({
      name,
      expected: 'a URL like postgres://user:password@host:5432/database',
      confidential: true,
      parse: (text) => text,
    }),
    IsOptional(),
    ValidateBy({ name: 'namesPostgresDatabase', validator: { validate: namesPostgresDatabase } }),
  );
}

/** Whether, or from which addresses, the X-Forwarded headers are believed. */
export function TrustProxyVariable(name: string): PropertyDecorator {
  const address = /^[0-9a-fA-F.:]+(\/\d{1,3})?$/;
  return applyDecorators(
    declareVariable({
      name,
      expected: 'true, false, or the addresses of the proxies separated by commas (10.0.0.0/8,::1)',
      confidential: false,
      parse: (text) => {
        if (text === 'true' || text === 'false') return text === 'true';
        const addresses = text.split(',').map((part) => part.trim());
        return addresses.every((part) => address.test(part)) ? addresses.join(',') : undefined;
      },
    }),
    ValidateBy({
      name: 'trustProxy',
      validator: { validate: (value) => ['boolean', 'string'].includes(typeof value) },
    }),
  );
}
