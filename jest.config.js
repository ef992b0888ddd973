// The reporter is TypeScript, which jest itself does not compile.
require('tsx/cjs');

const common = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/temporary-directory-setup.ts',
  globalTeardown: '<rootDir>/test/support/temporary-directory-teardown.ts',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023', keepClassNames: true },
        module: { type: 'commonjs', ignoreDynamic: true },
      },
    ],
  },
};

/** A kind of tests by its folders below test/. */
const kind = (displayName, folders, ignored = []) => ({
  ...common,
  displayName,
  roots: folders.map((folder) => `<rootDir>/test/${folder}`),
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...ignored.map((folder) => `<rootDir>/test/${folder}/`)],
});

/**
 * `npm test -- --selectProjects unit` runs one kind, `npm test -- --ignoreProjects integration` all that start no server.
 * @type {import('jest').Config}
 */
module.exports = {
  // One a core: jest's own choice leaves a core idle, and with more than two the embedded AWS of two files starve each other.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/tools/testing/longest-first.ts',
  // A limit is there to end what hangs; five seconds ended what ran beside other work.
  testTimeout: 60_000,
  reporters: [
    'default',
    '<rootDir>/tools/testing/junit-reporter.ts',
    '<rootDir>/tools/testing/slowest-files-reporter.ts',
  ],
  projects: [
    kind('unit', ['unit']),
    kind('templates', ['infrastructure', 'security']),
    kind('reliability', ['reliability'], ['reliability/embedded']),
    kind('integration', ['integration', 'reliability/embedded']),
    // Wants Java and some minutes: only `npm run test:clients` asks for it.
    ...(process.env.TEST_CLIENTS ? [kind('clients', ['clients'])] : []),
  ],
};
