import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}

/** Writes a small tree under the project's own rules and returns what they find in it, as "from -> to: rule". */
async function cruise(files: Record<string, string>): Promise<string[]> {
  const tree = mkdtempSync(join(tmpdir(), 'adit-imports-'));
  try {
    for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
      cpSync(join(ROOT, name), join(tree, name));
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    for (const [path, text] of Object.entries({ ...CLEAN, ...files })) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [
      program,
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
      'apps',
      'libs',
      'migrations',
    ];
    const output = await new Promise<string>((resolve) => {
      // Violations are an exit status as well; what was found is in the output either way.
      execFile(process.execPath, args, { cwd: tree, maxBuffer: 1e8 }, (_error, stdout) => resolve(stdout));
    });
    const { summary } = JSON.parse(output) as { summary: { violations: Violation[] } };
    // Packages are found through the link, at their real place, and by whichever of their entries.
    const shorten = (path: string): string => path.replace(/^.*node_modules\/((@[^/]+\/)?[^/]+).*$/, '$1');
    return summary.violations.map(({ from, to, rule }) => `${from} -> ${shorten(to)}: ${rule.name}`).sort();
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

const CLEAN: Record<string, string> = {
  'migrations/index.ts': `import type { MigrationInterface } from 'typeorm';\nexport type M = MigrationInterface;\n`,
  'libs/case-kit/src/index.ts': `export const kit = 1;\n`,
  'libs/platform/src/index.ts': `import { kit } from '#case-kit';\nexport const platform = kit;\n`,
  'libs/engine/src/index.ts': `import { platform } from '#platform';\nexport const engine = platform;\n`,
  'libs/rulebook/src/index.ts': `export const law = 1;\n`,
  'libs/fair-stall/src/index.ts': `export { stall } from './stall.machine.js';\n`,
  'libs/fair-stall/src/stall.machine.ts': `import { setup } from 'xstate';\nimport { kit } from '#case-kit';\nexport const stall = [setup, kit];\n`,
  'libs/fair-stall/src/stall.forms.ts': `import { IsInt } from 'class-validator';\nexport const form = IsInt;\n`,
  'libs/fair-stall/src/stall.store.ts': `import { DataSource } from 'typeorm';\nexport const store = DataSource;\n`,
  'libs/case-types/src/index.ts': `import { stall } from '#fair-stall';\nexport const caseTypes = [stall];\n`,
  'libs/testing/src/index.ts': `import { stall } from '#fair-stall';\nexport const world = stall;\n`,
  'apps/api/src/main.ts': `import { caseTypes } from '#case-types';\nexport const api = caseTypes;\n`,
  'apps/worker/src/main.ts': `import { engine } from '#engine';\nexport const worker = engine;\n`,
};

describe('the import rules', () => {
  it('have nothing to say about a tree that keeps them', async () => {
    expect(await cruise({})).toEqual([]);
  });

  it('catch every kind of violation', async () => {
    const planted: Record<string, string> = {
      'libs/engine/src/knows.ts': `import { stall } from '#fair-stall';\nexport const e = stall;\n`,
      'libs/engine/src/deep.ts': `import { kit } from '../../case-kit/src/part.js';\nexport const d = kit;\n`,
      'libs/case-kit/src/part.ts': `export const kit = 1;\n`,
      'libs/case-kit/src/impure.ts': `import { Injectable } from '@nestjs/common';\nexport const n = Injectable;\n`,
      'libs/platform/src/upward.ts': `import type { engine } from '#engine';\nexport type E = typeof engine;\n`,
      'libs/rulebook/src/a.ts': `import { b } from './b.js';\nexport const a = (): unknown => b;\n`,
      'libs/rulebook/src/b.ts': `import { a } from './a.js';\nexport const b = (): unknown => a;\n`,
      'libs/pony-ride/src/index.ts': `import { stall } from '../../fair-stall/src/index.js';\nexport const p = stall;\n`,
      'libs/pony-ride/src/pony.rules.ts': `import { DataSource } from 'typeorm';\nexport const r = DataSource;\n`,
      'libs/pony-ride/src/pony.forms.ts': `import { engine } from '#engine';\nexport const f = engine;\n`,
      'libs/pony-ride/src/pony.store.ts': `import { Injectable } from '@nestjs/common';\nexport const s = Injectable;\n`,
      'libs/engine/src/app.ts': `import { worker } from '../../../apps/worker/src/main.js';\nexport const w = worker;\n`,
      'apps/api/src/names.ts': `import { stall } from '#fair-stall';\nexport const a = stall;\n`,
      'apps/api/src/test-code.ts': `import { world } from '#testing';\nimport 'fast-check';\nexport const t = world;\n`,
      'migrations/0001-shared.ts': `import { kit } from '#case-kit';\nexport const m = kit;\n`,
      'libs/engine/src/lost.ts': `import { gone } from './gone.js';\nexport const g: unknown = gone;\n`,
    };
    expect(await cruise(planted)).toEqual(
      [
        'libs/engine/src/knows.ts -> libs/fair-stall/src/index.ts: engine-imports-only-what-it-may',
        'libs/engine/src/knows.ts -> libs/fair-stall/src/index.ts: only-the-registry-names-case-types',
        'libs/engine/src/deep.ts -> libs/case-kit/src/part.ts: libraries-are-entered-by-their-index',
        'libs/case-kit/src/impure.ts -> @nestjs/common: case-kit-is-pure',
        'libs/platform/src/upward.ts -> libs/engine/src/index.ts: platform-imports-only-what-it-may',
        'libs/rulebook/src/a.ts -> libs/rulebook/src/b.ts: no-circular',
        'libs/pony-ride/src/index.ts -> libs/fair-stall/src/index.ts: case-types-do-not-know-each-other',
        'libs/pony-ride/src/index.ts -> libs/fair-stall/src/index.ts: case-type-imports-only-the-kit',
        'libs/pony-ride/src/pony.rules.ts -> typeorm: case-type-imports-only-the-kit',
        'libs/pony-ride/src/pony.forms.ts -> libs/engine/src/index.ts: case-type-forms-import-only-validation',
        'libs/pony-ride/src/pony.store.ts -> @nestjs/common: case-type-stores-import-only-the-database',
        'libs/engine/src/app.ts -> apps/worker/src/main.ts: nobody-imports-an-app',
        'apps/api/src/names.ts -> libs/fair-stall/src/index.ts: only-the-registry-names-case-types',
        'apps/api/src/test-code.ts -> libs/testing/src/index.ts: no-testing-in-the-product',
        'apps/api/src/test-code.ts -> fast-check: no-development-packages-in-the-product',
        'migrations/0001-shared.ts -> libs/case-kit/src/index.ts: migrations-stand-alone',
        'libs/engine/src/lost.ts -> ./gone.js: no-unresolvable',
      ].sort(),
    );
  });
});
