const long = require('./jest.long.js');

// For the workers of jest, which inherit it: the SDK would tell each of them of the age of Node.js.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Jest's default leaves a core idle, which on two cores is half of them; many tests wait for a child process.
  maxWorkers: '100%',
  // Jest's default of 5 s fails tests of real processes where something else keeps the machine busy.
  testTimeout: 20_000,
  roots: ['<rootDir>/test', '<rootDir>/app-image/test'],
  testMatch: ['**/*.test.ts'],
  // These have runs of their own: jest.long.config.js, jest.faults.config.js, jest.sabotage.config.js.
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/app-image/test/faults/',
    '<rootDir>/test/sabotage/',
    ...long.map((file) => `<rootDir>/${file}$`),
  ],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' } }],
    // An ES module, which Node can require and jest cannot.
    '/node_modules/jose/.+\\.js$': ['@swc/jest', { jsc: { target: 'es2022' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  modulePathIgnorePatterns: ['<rootDir>/cdk.out'],
};
