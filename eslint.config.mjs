import tseslint from 'typescript-eslint';

const SPECS = ['**/*.spec.ts', 'test/**/*.ts', 'libs/testing/**/*.ts'];
const SCRIPTS = ['scripts/**', 'apps/cli/**', 'test/setup/**'];

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', '.data/', 'coverage/', 'data/', 'docs/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read once, in libs/platform/src/config.ts.' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An implementation of an asynchronous interface often has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['**/*.machine.ts'], rules: { 'max-lines': ['error', { max: 600 }] } },
  {
    files: SPECS,
    rules: {
      'max-lines': 'off',
      'no-restricted-properties': 'off',
      // Answers of a test's own SQL have no declared shape, and expectations check what a type would.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // The time comes from a Clock: the system's may jump, and a replay must not see it.
    files: ['libs/**/*.ts'],
    ignores: ['libs/platform/**', ...SPECS],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.object.name="Date"][callee.property.name="now"], ' +
            'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Take the time from a Clock.',
        },
      ],
    },
  },
  {
    // XState hands out states and contexts as `any`; these files take them in and give them their types.
    files: ['libs/case-kit/src/machine-step.ts', 'libs/engine/src/decide.ts', 'libs/engine/src/opening.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-argument': 'off' },
  },
  { files: ['libs/platform/src/config.ts'], rules: { 'no-restricted-properties': 'off' } },
  { files: SCRIPTS, rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.eslintRecommended],
    rules: { eqeqeq: 'error', 'no-unused-vars': 'error' },
  },
);
