import tseslint from 'typescript-eslint';
import { configs as regexp } from 'eslint-plugin-regexp';

export default tseslint.config(
  {
    ignores: ['dist', 'node_modules', 'contract-tests/node_modules', 'bench/competitors/node_modules', 'data', 'site'],
  },
  // Without rules, so that a generated file may be among those that are named on the command line.
  { files: ['generated/**/*.ts'], languageOptions: { parser: tseslint.parser } },
  { ignores: ['generated/**'], extends: [...tseslint.configs.strictTypeChecked, regexp['flat/recommended']] },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['generated/**'],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // A regular expression that can backtrack is a way to stop the server with one request.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { ignoreSticky: true, report: 'potential' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // A handler is asynchronous because its interface is, whether or not it waits for anything.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreVoidReturningFunctions: true }],
      // Express makes its requests from Node's by their prototypes, which this rule cannot see.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-console': 'error',
      // Preact's types bring those of browsers along; nothing here runs in one.
      'no-restricted-globals': [
        'error',
        'document',
        'event',
        'location',
        'name',
        'navigator',
        'self',
        'status',
        'window',
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "NewExpression[callee.name='RegExp'][arguments.0.type!='Literal'], CallExpression[callee.name='RegExp'][arguments.0.type!='Literal']",
          message: 'A regular expression made from data can be made to backtrack; scan the text by hand.',
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.fixture.ts'],
    rules: {
      // A value of another type than expected fails the comparison that it is made for.
      '@typescript-eslint/no-base-to-string': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}', 'tools/**/*.ts', 'bench/**/*.ts'],
    ignores: ['**/*.test.ts', '**/migrations/**'],
    rules: { 'max-lines': ['error', 300], 'max-lines-per-function': ['error', 60] },
  },
  { files: ['**/*.js', '**/*.cjs', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
