import type { AnyCaseType } from '#case-kit';
import { assertContextBound, type DecideInput, type Decision } from './decide.js';
import { accept, refuse } from './verdicts.js';

/**
 * Moves a case to another version of its type by the written migration of that version, as a transition of its own.
 * What comes out must be a complete state of the new machine.
 */
export function decideMigration(input: DecideInput, target: AnyCaseType): Decision {
  const { row } = input;
  const migrate = target.migratesFrom?.[row.machineVersion];
  if (migrate === undefined) {
    return refuse(409, {
      rule: 'migration-is-written',
      text: 'A case moves to another version of its kind only by a migration that was written for the version it has.',
      datum: 'machineVersion',
      found: row.machineVersion,
      required: Object.keys(target.migratesFrom ?? {}),
      cure: { who: 'platform-operator', how: `install a release that migrates ${row.type} ${row.machineVersion}` },
    });
  }
  const moved = migrate(row);
  assertContextBound(moved.context);
  return accept({ ...input, caseType: target }, 'migration', { ...row, ...moved, machineVersion: target.version });
}
