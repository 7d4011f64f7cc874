/**
 * Which library may import which. A library that is not in this table is a case type: adding one changes nothing
 * here. Specs, and the testing library, may import any library but no app.
 */
const MAY_IMPORT = {
  'case-kit': [],
  platform: ['case-kit'],
  engine: ['case-kit', 'platform'],
  identity: ['case-kit', 'platform'],
  rulebook: ['case-kit', 'platform'],
  registers: ['case-kit', 'platform'],
  ledger: ['case-kit', 'platform'],
  days: ['case-kit', 'platform'],
  letters: ['case-kit', 'platform'],
  notify: ['case-kit', 'platform'],
  audit: ['case-kit', 'engine', 'platform'],
};
// Measure the product, or do it harm; never part of what is served.
const BENCH = '^apps/cli/src/(bench|faults)/';
const ANY_LIBRARY = ['case-types', 'testing'];

const SPEC = '\\.spec\\.ts$';
const either = (names) => `(?:${names.join('|')})`;
const KNOWN = either([...Object.keys(MAY_IMPORT), ...ANY_LIBRARY].map((name) => `${name}/`));
const CASE_TYPE = `^libs/(?!${KNOWN})([^/]+)/`;
const SAME_CASE_TYPE = '^libs/$1/';
/** What a case type may read of the shared libraries: the kit, and those of which a pure part is meant for it. */
const KIT = '^libs/(case-kit|rulebook|ledger|days)/src/index\\.ts$';

const ownFolderOnly = Object.entries(MAY_IMPORT).map(([library, allowed]) => ({
  name: `${library}-imports-only-what-it-may`,
  comment: `libs/${library} may import ${allowed.join(', ') || 'no other library'}.`,
  severity: 'error',
  from: { path: `^libs/${library}/`, pathNot: SPEC },
  to: { path: '^libs/', pathNot: `^libs/${either([library, ...allowed])}/` },
}));

const package_ = (...names) => `(^|/)node_modules/${either(names)}(/|$)`;

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'What depends on itself cannot be understood, tested or replaced alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...ownFolderOnly,
    {
      name: 'case-kit-is-pure',
      comment: 'What a case type sees has no framework, no database, no network and no files.',
      severity: 'error',
      from: { path: '^libs/case-kit/', pathNot: SPEC },
      to: {
        path: [package_('@nestjs', 'typeorm', 'pg', 'pino', 'fastify'), '^(node:)?(fs|net|http|https|child_process)'],
      },
    },
    {
      name: 'case-types-do-not-know-each-other',
      comment: 'They meet in the record only: by id, through the outbox.',
      severity: 'error',
      from: { path: CASE_TYPE, pathNot: SPEC },
      to: { path: CASE_TYPE, pathNot: SAME_CASE_TYPE },
    },
    {
      name: 'case-type-imports-only-the-kit',
      comment: 'Machine, commands, rules, timers, views and notices are pure: the kit and xstate.',
      severity: 'error',
      from: { path: CASE_TYPE, pathNot: [SPEC, '\\.(forms|store|entity)\\.ts$'] },
      to: { pathNot: [SAME_CASE_TYPE, KIT, package_('xstate')] },
    },
    {
      name: 'case-type-forms-import-only-validation',
      comment: 'A form is the kit plus class-validator, class-transformer and the OpenAPI decorators.',
      severity: 'error',
      from: { path: `${CASE_TYPE}.*\\.forms\\.ts$` },
      to: {
        pathNot: [SAME_CASE_TYPE, KIT, package_('xstate', 'class-validator', 'class-transformer', '@nestjs/swagger')],
      },
    },
    {
      name: 'case-type-stores-import-only-the-database',
      comment: 'A store or an entity is the kit plus the database.',
      severity: 'error',
      from: { path: `${CASE_TYPE}.*\\.(store|entity)\\.ts$` },
      to: {
        pathNot: [
          SAME_CASE_TYPE,
          KIT,
          '^libs/platform/src/index\\.ts$',
          package_('xstate', 'typeorm', 'pg', '@types/pg'),
        ],
      },
    },
    {
      name: 'only-the-registry-names-case-types',
      comment: 'libs/case-types lists them; everything else works with whatever is listed.',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: [CASE_TYPE, '^libs/(case-types|testing)/', SPEC] },
      to: { path: CASE_TYPE },
    },
    {
      name: 'libraries-are-entered-by-their-index',
      comment: 'What src/index.ts does not export is nobody else’s business.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/[^/]+/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^$1/$2/'] },
    },
    {
      name: 'nobody-imports-an-app',
      severity: 'error',
      from: { path: '^(apps/([^/]+)|libs|migrations)/', pathNot: BENCH },
      to: { path: '^apps/', pathNot: '^apps/$2/' },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'A migration says for ever what it said when it was written, so it shares no code that may change.',
      severity: 'error',
      from: { path: '^migrations/', pathNot: SPEC },
      to: { pathNot: ['^migrations/', package_('typeorm')] },
    },
    {
      name: 'no-testing-in-the-product',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: [SPEC, '^libs/testing/', BENCH] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'no-development-packages-in-the-product',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: [SPEC, '^libs/testing/', BENCH] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '(^|/)node_modules/@types/' },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'Fastify is the adapter’s: its version must be the one that Nest was built with.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: package_('fastify') },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    // Imports of types alone count too: they tie libraries together as much as any other.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['types', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
