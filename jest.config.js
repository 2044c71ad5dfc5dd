import { availableParallelism } from 'node:os';

const withServers = process.env.TEST_SERVERS === 'all';
const quick = process.env.TEST_DATABASES === 'sqlite';

/** Tests run as native ES modules (NODE_OPTIONS=--experimental-vm-modules), each file compiled on its own by swc. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  globalSetup: './test/support/global-setup.js',
  globalTeardown: './test/support/global-teardown.js',
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(withServers ? [] : [quick ? '/test/servers/' : '/test/servers/(?!postfix\\.spec)']),
    ...(quick
      ? [
          '/test/e2e/',
          '/test/fuzz/admin-api.spec',
          '/test/fuzz/mail-message.spec',
          '/test/outbox/faults/',
          '\\.scale\\.spec',
          'secret/vaults.spec',
          'test/microsoft-365.spec',
          'graph-draft.spec',
          'command-line.spec',
        ]
      : []),
  ],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: false, decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Tests wait for servers, deadlines and pages about half of the time.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/example-app/var/'],
  // Ends tests that hang. A loaded machine takes many times as long as an idle one; test/support/long-tests.ts allows more.
  testTimeout: 120_000,
};
