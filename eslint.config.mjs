import tseslint from 'typescript-eslint';

/** The title of a call of one of these, with or without `.each`. */
const titleOf = (names, title) =>
  ['callee.name', 'callee.object.name', 'callee.callee.object.name']
    .map((callee) => `CallExpression[${callee}=/^(${names})$/] > Literal:first-child[value=${title}]`)
    .join(', ');

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', 'dist', '.tools', '.cache', 'compliance-report'] },
  // Each is compiled with the client that it drives, which is made only then (test/clients/generators.ts).
  { ignores: ['test/clients/drivers'] },
  // Generated.
  { ignores: ['tools/sdk/src/schema.ts'] },
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    // Programs named here are made once, in the sequence in which a file is looked for; the editors' service, which
    // makes them as files are opened, takes 4.5 GB and half as much time again.
    languageOptions: {
      parserOptions: {
        project: ['./tools/sdk/tsconfig.json', './tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Numbers in messages are plain and intended.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `interface` and `type` each have their use here: shapes inferred from zod are types.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A construct lives through its scope; its instance is often not needed.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    // Only adapters may know the SDK: the domain and the handlers stay testable without AWS.
    files: ['lambda/**/*.ts', 'lib/**/*.ts'],
    ignores: ['lambda/adapters/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@aws-sdk/*', '@smithy/*'], message: 'Only lambda/adapters may import the AWS SDK.' },
          ],
        },
      ],
      // import * as z: the named import brings every locale (370 kB) into a bundle.
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
          message: "import * as z from 'zod'",
        },
      ],
    },
  },
  {
    // The domain is pure: no environment, no input or output.
    files: ['lambda/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'console'],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '@aws-sdk/*',
                '@smithy/*',
                '@aws-lambda-powertools/*',
                '../adapters/*',
                'node:fs*',
                'node:http*',
                'node:net',
              ],
              message: 'The domain is pure.',
            },
          ],
        },
      ],
    },
  },
  {
    // A test reads as a sentence: CONTRIBUTING.md, "How a test reads".
    files: ['test/**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: titleOf('describe', '/^[^\\s%$]+$/'),
          message: 'Say what is tested and in which situation; the name of a function or file tells neither.',
        },
        {
          selector: titleOf(
            'it|test',
            '/^(should|shall|works?|correctly|tests?|checks? (that|if)|ensures?)\\b/i',
          ),
          message: 'Say what then holds, in the present tense.',
        },
      ],
    },
  },
);
