import { parseArgs } from 'node:util';
import type { AditConfig } from '#platform';

export interface CliOption {
  readonly text: string;
  /** Names a value; without it the option is a switch. */
  readonly value?: string;
  readonly required?: boolean;
  /** May be given more than once. */
  readonly repeatable?: boolean;
}

type CliValue = string | boolean | readonly (string | boolean)[] | undefined;
export type CliValues = Readonly<Record<string, CliValue>>;

/** What a command says in the end: for people, for programs, and whether all is well. */
export interface CliAnswer {
  readonly ok: boolean;
  readonly text: string;
  readonly data: unknown;
}

export interface CliContext {
  readonly config: AditConfig;
  /** For what a person should know meanwhile; never part of the answer. */
  readonly complain: (text: string) => void;
}

export interface CliCommand {
  readonly name: string;
  /** Its options as one writes them. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, CliOption>>;
  readonly run: (values: CliValues, context: CliContext) => Promise<CliAnswer>;
}

/** The command line is wrong; the message says what. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** @throws UsageError for an unknown option, a missing one, or one without its value. */
export function readArguments(command: CliCommand, args: readonly string[]): CliValues {
  const options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }> = {
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  };
  for (const [name, { value, repeatable }] of Object.entries(command.options)) {
    options[name] = { type: value === undefined ? 'boolean' : 'string', multiple: repeatable === true };
  }
  let values: CliValues;
  try {
    values = parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (values['help'] === true) return values;
  const missing = Object.entries(command.options)
    .filter(([name, { required }]) => required === true && (values[name] === undefined || values[name] === ''))
    .map(([name, { value }]) => `--${name} ${value ?? ''}`.trim());
  if (missing.length > 0) throw new UsageError(`${command.name} needs ${missing.join(', ')}.`);
  return values;
}

/** The text of an option that is required, or that was checked to be there. */
export function getText(values: CliValues, name: string): string {
  const value = values[name];
  if (typeof value !== 'string') throw new UsageError(`--${name} needs a value.`);
  return value;
}

/** The texts of an option that may be given more than once, in their order. */
export function getTexts(values: CliValues, name: string): readonly string[] {
  const all = values[name];
  if (!Array.isArray(all)) throw new UsageError(`--${name} needs a value.`);
  return all.map(String);
}

export function findText(values: CliValues, name: string): string | undefined {
  return values[name] === undefined ? undefined : getText(values, name);
}

/** A number from 1, such as a transition has. @throws UsageError */
export function getCount(values: CliValues, name: string): number {
  const text = getText(values, name);
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`--${name} needs a number from 1, not ${text}.`);
  return Number(text);
}
