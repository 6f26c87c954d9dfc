/**
 * @typedef {object} Configuration
 * @property {string} baseUrl Origin of the load balancer's HTTPS listener.
 * @property {string} [connectTo] Host name to connect to instead of the one in `baseUrl`.
 * @property {{ name: string, value: string }} testHeader Matched by the test listener rule; the value is never logged.
 * @property {string} expectedEnvironment
 * @property {string} [expectedRevision]
 * @property {readonly import('./checks.mjs').Check[]} checks What to run, at least one.
 */

/**
 * Reads BASE_URL, TEST_HEADER_NAME, TEST_HEADER_VALUE, EXPECTED_ENVIRONMENT, CHECKS (names, separated by
 * commas) and, optionally, EXPECTED_REVISION and CONNECT_TO (a host name, without port).
 *
 * There are no defaults: a smoke test that runs fewer checks than it was meant to, or runs them without
 * the header and so against blue, would let any green pass.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {readonly import('./checks.mjs').Check[]} known
 * @returns {Configuration}
 * @throws {Error} with everything that is wrong, in one message
 */
export function readConfiguration(env, known) {
  const { BASE_URL = '', TEST_HEADER_NAME = '', TEST_HEADER_VALUE = '', EXPECTED_ENVIRONMENT = '', CHECKS = '' } = env;
  const names = CHECKS.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.some((check) => check.name === name));
  const allowed = known.map(({ name }) => name).join(', ');

  const problems = [
    !isOrigin(BASE_URL) &&
      `BASE_URL: ${JSON.stringify(BASE_URL)} is no origin; set scheme and host only, e.g. https://api.example.com.`,
    !/^[\w!#$%&'*+.^`|~-]+$/.test(TEST_HEADER_NAME) &&
      `TEST_HEADER_NAME: ${JSON.stringify(TEST_HEADER_NAME)} is no header name; set the one of the test listener rule.`,
    !/^[\x21-\x7e]+$/.test(TEST_HEADER_VALUE) &&
      'TEST_HEADER_VALUE is empty or has characters other than visible ASCII; set the one of the test listener rule.',
    EXPECTED_ENVIRONMENT === '' && 'EXPECTED_ENVIRONMENT is empty; set the name that /api/health reports.',
    CHECKS.trim() === ''
      ? `CHECKS is empty; name at least one of: ${allowed}.`
      : unknown.length > 0 &&
        `CHECKS: unknown ${unknown.map((name) => JSON.stringify(name)).join(', ')}; known: ${allowed}.`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new Error(`The smoke test is not configured. ${problems.join(' ')}`);

  return {
    baseUrl: BASE_URL,
    connectTo: env.CONNECT_TO || undefined,
    testHeader: { name: TEST_HEADER_NAME, value: TEST_HEADER_VALUE },
    expectedEnvironment: EXPECTED_ENVIRONMENT,
    expectedRevision: env.EXPECTED_REVISION || undefined,
    checks: known.filter(({ name }) => names.includes(name)),
  };
}

/**
 * Plain http is allowed for the rehearsal on localhost.
 *
 * @param {string} text
 */
function isOrigin(text) {
  if (!URL.canParse(text)) return false;
  const { protocol, origin, href } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && href === `${origin}/`;
}
