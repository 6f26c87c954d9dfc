const shared = require('./jest.config.js');
const long = require('./jest.long.js');

/**
 * What jest.long.js lists, and nothing else.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...shared,
  testMatch: long.map((file) => `<rootDir>/${file}`),
  testPathIgnorePatterns: ['/node_modules/'],
};
