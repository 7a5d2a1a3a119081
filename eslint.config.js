import eslint from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import walls from './tools/lint/walls.js';

/** The clock and randomness are arguments of the ordering core: so that every run of it can be repeated. */
const IMPURE_GLOBALS = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'crypto',
  'fetch',
];
const IMPURE = 'libs/ordering takes time and chance as arguments, and does nothing by itself';

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'build.*/', 'node_modules/', '.data/', '.cache/', 'coverage/'] },
  eslint.configs.recommended,
  { rules: { 'max-lines': ['error', 300] }, linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: { console: 'readonly', process: 'readonly', URL: 'readonly', setTimeout: 'readonly', fetch: 'readonly' },
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { walls },
    rules: {
      'walls/imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A module is described by decorators; its class has nothing to say.
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    files: ['apps/**/*.{ts,tsx}', 'libs/**/*.ts'],
    ignores: ['**/*.spec.ts', 'libs/testkit/**'],
    rules: { 'no-console': 'error' },
  },
  { files: ['apps/dashboard/**/*.{ts,tsx}'], extends: [reactHooks.configs.flat.recommended] },
  {
    files: ['libs/ordering/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          globals: IMPURE_GLOBALS.map((name) => ({ name, message: IMPURE })),
          checkGlobalObject: true,
        },
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: IMPURE }],
    },
  },
);
