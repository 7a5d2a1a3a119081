/**
 * ESM under jest (docs/adr/0004): NestJS 12 is ESM only, so node runs with --experimental-vm-modules (see the npm
 * scripts) and specs are compiled to ESM by SWC with the repository's own .swcrc.
 */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/libs/testkit/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testkit/jest-global-teardown.mjs',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^#libs/(.*)$': '<rootDir>/libs/$1/index.ts',
    // Our own sources import "./x.js" as Node wants it; under jest that file is x.ts.
    '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'],
  },
  // Above what a spec waits for by itself (waitFor), so that it can say what it waited for.
  testTimeout: 60_000,
};
