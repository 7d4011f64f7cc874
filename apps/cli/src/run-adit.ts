import { EraseRefused } from '#audit';
import { ConfigError, Problem, type AditConfig } from '#platform';
import { administratorCommand } from './commands/administrator.js';
import { eraseCommand } from './commands/erase.js';
import { exportCommand } from './commands/export.js';
import { exportKeyCommand } from './commands/export-key.js';
import { importCommand } from './commands/import.js';
import { seedCommand } from './commands/seed.js';
import { verifyCommand } from './commands/verify.js';
import { verifyDocumentsCommand } from './commands/verify-documents.js';
import { DumpRefused } from './dump/format.js';
import { readArguments, UsageError, type CliCommand } from './arguments.js';
import { DatabaseNotReady } from './open-database.js';

const COMMANDS: readonly CliCommand[] = [
  verifyCommand,
  verifyDocumentsCommand,
  eraseCommand,
  exportCommand,
  exportKeyCommand,
  importCommand,
  seedCommand,
  administratorCommand,
];

/** Everything outside that a command may use. */
export interface CliSurroundings {
  readonly readConfig: () => AditConfig;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** 0: done, nothing found. 1: something was found, or it was refused. 2: the command line or a setting is wrong. */
export type ExitCode = 0 | 1 | 2;

/** Runs one command line. */
export async function runAdit(args: readonly string[], surroundings: CliSurroundings): Promise<ExitCode> {
  const { print, complain } = surroundings;
  const [name, ...rest] = args;
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) {
    const asked = name === undefined || name === 'help' || name === '--help';
    if (!asked) complain(`There is no command ${name}.`);
    (asked ? print : complain)(describeAll());
    return asked ? 0 : 2;
  }
  try {
    const values = readArguments(command, rest);
    if (values['help'] === true) {
      print(describe(command));
      return 0;
    }
    const answer = await command.run(values, { config: surroundings.readConfig(), complain });
    print(values['json'] === true ? JSON.stringify(answer.data, null, 2) : answer.text);
    return answer.ok ? 0 : 1;
  } catch (error) {
    return explainFailure(error, command, complain);
  }
}

function explainFailure(error: unknown, command: CliCommand, complain: (text: string) => void): ExitCode {
  if (error instanceof UsageError) {
    complain(`${error.message}\n\n${describe(command)}`);
    return 2;
  }
  if (error instanceof ConfigError) {
    complain(error.message);
    return 2;
  }
  if (error instanceof EraseRefused || error instanceof DumpRefused || error instanceof DatabaseNotReady) {
    complain(`Refused: ${error.message}.`);
    return 1;
  }
  if (error instanceof Problem) {
    complain(`Refused: ${error.message}`);
    return 1;
  }
  complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

function describe({ name, usage, summary, options }: CliCommand): string {
  const all = [...Object.entries(options), ['json', { text: 'Answer as JSON.' }] as const];
  const width = Math.max(...all.map(([option]) => option.length));
  const lines = all.map(([option, { text }]) => `  --${option.padEnd(width)}  ${text}`);
  return [`npm run adit -- ${name}${usage === '' ? '' : ` ${usage}`}`, '', summary, '', ...lines].join('\n');
}

function describeAll(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    'npm run adit -- <command> [--json]',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'It works on the database of DATABASE_URL and DATABASE_OWNER_URL, or on the embedded one under ADIT_DATA_DIR,',
    'whether that is running or not. `npm run adit -- <command> --help` tells more.',
  ].join('\n');
}
