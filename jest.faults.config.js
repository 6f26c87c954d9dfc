const shared = require('./jest.config.js');

/**
 * Outages and releases under load. Apart from the other tests, whose load would show up in the times measured here.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...shared,
  roots: ['<rootDir>/app-image/test/faults'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/app-image/test/faults/global-setup.ts',
};
