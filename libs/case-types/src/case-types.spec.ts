import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { assertCaseType, stepped } from '#case-kit';
import { caseTypes, logicVersionOf } from './index.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const SCRIPT = join(ROOT, 'scripts/logic-versions.mjs');

/** Exit status and text of a run of the script over a tree. */
function runScript(root: string, ...options: string[]): { status: number; text: string } {
  try {
    const text = execFileSync(process.execPath, [SCRIPT, '--root', root, ...options], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return { status: 0, text };
  } catch (error) {
    const failed = error as { status: number; stderr: string };
    return { status: failed.status, text: failed.stderr };
  }
}

describe('the case types that are served', () => {
  it('may all run', () => {
    for (const caseType of caseTypes) {
      expect(() => assertCaseType(caseType)).not.toThrow();
      expect(() => stepped(caseType.machine)).not.toThrow();
    }
  });

  it('have ids, routes and prefixes of their own', () => {
    for (const key of ['id', 'plural', 'prefix'] as const) {
      expect(new Set(caseTypes.map((caseType) => caseType[key])).size).toBe(caseTypes.length);
    }
    for (const { id, plural, prefix, machine } of caseTypes) {
      expect([id, plural]).toEqual([expect.stringMatching(/^[a-z-]+$/), expect.stringMatching(/^[a-z-]+$/)]);
      expect(prefix).toMatch(/^[A-Z]+$/);
      expect(machine.id).toBe(id);
    }
  });

  it('name each rule once: the same name is the same rule', () => {
    for (const { open, commands } of caseTypes) {
      const rules = [open, ...Object.values(commands)].flatMap((spec): readonly object[] => [...spec.rules]);
      const names = rules.map((rule) => ('name' in rule ? rule.name : ''));
      rules.forEach((rule, index) => expect(rules[names.indexOf(names[index] ?? '')]).toBe(rule));
    }
  });

  it('have a recorded logic each', () => {
    for (const { id } of caseTypes) expect(logicVersionOf(id)).toMatch(/^[0-9a-f]{64}$/);
    expect(() => logicVersionOf('lost-dog')).toThrow('no logic is recorded of case type lost-dog');
  });

  it('decide as their recorded versions say', () => {
    expect(runScript(ROOT)).toEqual({
      status: 0,
      text: `${caseTypes.length} case types decide as their versions say\n`,
    });
  });
});

describe('the list of logic versions', () => {
  let root: string;
  const part = (name: string): string => join(root, 'libs/stall-inspection/src', `stall-inspection.${name}.ts`);
  const change = (name: string, from: string | RegExp, to: string): void => {
    const text = readFileSync(part(name), 'utf8');
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    writeFileSync(part(name), changed);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'logic-'));
    mkdirSync(join(root, 'libs'));
    for (const library of ['stall-inspection', 'case-types']) {
      cpSync(join(ROOT, 'libs', library), join(root, 'libs', library), { recursive: true });
    }
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('does not mind comments, formatting, quotes, types and forms', () => {
    change('rules', 'const LEAST_REMARKS = 10;', '/* why ten */ const LEAST_REMARKS: number =\n  10; // said again');
    change('rules', "needs: 'form'", 'needs: "form"');
    const cure = "cure: { who: 'agency-officer', how: 'write what is wrong with the stall' },";
    change('rules', cure, cure.replace('{ ', '{\n').replace(' }', ',\n}'));
    change('forms', 'Length(0, 2000)', 'Length(0, 1000)');
    expect(runScript(root)).toMatchObject({ status: 0 });
  });

  it('refuses a changed rule, machine or command table under the old version, and takes it under a new one', () => {
    const changes: readonly [string, string, string][] = [
      ['rules', 'LEAST_REMARKS = 10', 'LEAST_REMARKS = 11'],
      ['machine', "{ target: 'failed' }", "{ target: 'visiting' }"],
      ['commands', "roles: ['agency-officer']", "roles: ['state-officer']"],
    ];
    for (const [name, from, to] of changes) {
      change(name, from, to);
      expect(runScript(root)).toMatchObject({
        status: 1,
        text: expect.stringContaining('the logic of stall-inspection has changed, but its version is still 1'),
      });
      expect(runScript(root, '--write')).toMatchObject({
        status: 1,
        text: expect.stringContaining('state a new version'),
      });
      change(name, to, from);
      expect(runScript(root)).toMatchObject({ status: 0 });
    }
    change('rules', 'LEAST_REMARKS = 10', 'LEAST_REMARKS = 11');
    change('case-type', "version: '1'", "version: '2'");
    expect(runScript(root)).toMatchObject({ status: 1, text: expect.stringContaining('version 2 is not recorded') });
    expect(runScript(root, '--write')).toMatchObject({ status: 0 });
    expect(runScript(root)).toMatchObject({ status: 0 });
    const list = readFileSync(join(root, 'libs/case-types/src/logic-versions.ts'), 'utf8');
    expect(list).toContain(logicVersionOf('stall-inspection'));
  });

  it('replaces the hash of a version only where no case has been decided by it yet', () => {
    change('rules', 'LEAST_REMARKS = 10', 'LEAST_REMARKS = 11');
    expect(runScript(root, '--write', '--unreleased')).toMatchObject({ status: 0 });
    expect(runScript(root)).toMatchObject({ status: 0 });
  });
});
