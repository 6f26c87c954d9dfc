const shared = require('./jest.config.js');

/**
 * Rehearsals of systems that are broken on purpose: each has to fail, with the reason. Two at a time, since a rehearsal
 * mostly waits. `short` is the file that CI runs.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...shared,
  maxWorkers: 1,
  maxConcurrency: 2,
  testTimeout: 240_000,
  roots: ['<rootDir>/test/sabotage'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/sabotage/global-setup.ts',
};
