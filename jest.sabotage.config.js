const shared = require('./jest.config.js');

/**
 * Rehearsals of systems that are broken on purpose: each has to fail, with the reason. One at a time: two on a small
 * machine start so slowly that both fail for that. CI runs the file `short`.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...shared,
  maxWorkers: 1,
  testTimeout: 240_000,
  roots: ['<rootDir>/test/sabotage'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/sabotage/global-setup.ts',
};
