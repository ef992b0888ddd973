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

/**
 * `npm test -- --selectProjects fast` leaves out what starts servers.
 * @type {import('jest').Config}
 */
module.exports = {
  reporters: ['default', '<rootDir>/tools/testing/junit-reporter.ts'],
  projects: [
    {
      ...common,
      displayName: 'fast',
      roots: ['<rootDir>/test'],
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/test/integration/',
        '<rootDir>/test/reliability/embedded/',
      ],
    },
    {
      ...common,
      displayName: 'integration',
      roots: ['<rootDir>/test/integration', '<rootDir>/test/reliability/embedded'],
      testMatch: ['**/*.test.ts'],
    },
  ],
};
