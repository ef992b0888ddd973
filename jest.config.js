// The reporter is TypeScript, which jest itself does not compile.
require('tsx/cjs');

const common = {
  testEnvironment: '<rootDir>/tools/testing/plain-environment.ts',
  runner: '<rootDir>/tools/testing/pooled-runner.ts',
  // What is loaded when it is asked for is named as Node's own loader of modules wants it: by the file that TypeScript would write.
  moduleNameMapper: { '^(\\.{1,2}/(?:[\\w-]+/)*[\\w-]+)\\.js$': ['$1.js', '$1.ts'] },
  setupFilesAfterEnv: ['<rootDir>/tools/testing/compare-bytes.ts'],
  globalSetup: '<rootDir>/test/support/temporary-directory-setup.ts',
  globalTeardown: '<rootDir>/test/support/temporary-directory-teardown.ts',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023', keepClassNames: true },
        module: { type: 'commonjs' },
      },
    ],
  },
};

/** What stands back behind the files that start servers; see pooled-runner.ts. */
const STANDING_BACK = { setupFiles: ['<rootDir>/tools/testing/stand-back.ts'] };

/** A kind of tests by its folders below test/. */
const kind = (displayName, folders, ignored = [], more = {}) => ({
  ...common,
  ...more,
  displayName,
  roots: folders.map((folder) => `<rootDir>/test/${folder}`),
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...ignored.map((folder) => `<rootDir>/test/${folder}/`)],
});

/**
 * `npm test -- --selectProjects unit` runs one kind, `npm test -- --ignoreProjects integration` all that start no server.
 * `programs` is what needs another program to say anything: a scanner, a browser, a bundler, Git, one of our commands.
 * @type {import('jest').Config}
 */
module.exports = {
  // One a core, in each of the two pools of pooled-runner.ts: jest's own choice leaves a core idle.
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
    kind('unit', ['unit'], [], STANDING_BACK),
    kind('programs', ['programs'], [], STANDING_BACK),
    kind('templates', ['infrastructure', 'security'], [], STANDING_BACK),
    kind('reliability', ['reliability'], ['reliability/embedded'], STANDING_BACK),
    kind('integration', ['integration', 'reliability/embedded']),
    // Wants Java and some minutes: only `npm run test:clients` asks for it.
    ...(process.env.TEST_CLIENTS ? [kind('clients', ['clients'])] : []),
  ],
};
