import { expectAll, parseJson } from './expectations.mjs';
import { get, upgrade } from './request.mjs';

/** @import { Configuration } from './configuration.mjs' */
/** @import { Expectation } from './expectations.mjs' */

/**
 * @typedef {object} Check
 * @property {string} name What CHECKS and the logs call it.
 * @property {string} title
 * @property {(configuration: Configuration, timeout: number) => Promise<void>} run
 *   One attempt. Rejects with the reason when green's answer is not good, or not there after `timeout` milliseconds.
 */

/** @type {readonly Check[]} */
export const checks = [
  {
    name: 'health',
    title: 'The process answers, in the right environment',
    async run(configuration, timeout) {
      const { status, body } = await getJson(configuration, '/api/health', timeout);
      const { expectedEnvironment, expectedRevision } = configuration;
      expectAll([
        ['status', status, 200],
        ['success', body?.success, true],
        ['environment', body?.environment, expectedEnvironment],
        // An image that doesn't report its revision is older than the field; returning to it must stay possible.
        ...(expectedRevision !== undefined && body?.revision !== undefined
          ? [/** @type {Expectation} */ (['revision', body.revision, expectedRevision])]
          : []),
      ]);
    },
  },
  { name: 'database', title: 'PostgreSQL answers', run: readiness('database') },
  { name: 'redis', title: 'Redis answers', run: readiness('redis') },
  {
    // Stops before the Socket.IO CONNECT packet: the application sees no user, the server drops the
    // session after its ping timeout. Closing it would take a second request, which may reach another task.
    name: 'socket-io',
    title: 'Engine.IO shakes hands and offers WebSocket',
    async run(configuration, timeout) {
      const { status, body: packet } = await get(configuration, '/socket.io/?EIO=4&transport=polling', timeout);
      expectAll([
        ['status', status, 200],
        ['start with an open packet', packet.startsWith('0{'), true],
      ]);
      const handshake = parseJson(packet.slice(1), status);
      expectAll([
        ['type of sid', typeof handshake.sid, 'string'],
        ['type of pingInterval', typeof handshake.pingInterval, 'number'],
        ['offer of websocket', Array.isArray(handshake.upgrades) && handshake.upgrades.includes('websocket'), true],
      ]);
    },
  },
  {
    // The relay asks for its token in the first frame, so the upgrade itself needs none.
    name: 'terminal-relay',
    title: 'The terminal relay accepts a WebSocket',
    async run(configuration, timeout) {
      const { status, accepted } = await upgrade(configuration, '/api/terminal/relay', timeout);
      expectAll([['status', status, 101]]);
      // A proxy or a wrong route can answer 101 as well; the digest proves that a WebSocket server did.
      expectAll([['correct Sec-WebSocket-Accept', accepted, true]]);
    },
  },
];

/**
 * The status says that something is down, `checks` what it is: both are in the reason.
 *
 * @param {'database' | 'redis'} dependency
 * @returns {Check['run']}
 */
function readiness(dependency) {
  return async (configuration, timeout) => {
    const { status, body } = await getJson(configuration, '/api/ready', timeout);
    expectAll([
      ['status', status, 200],
      ['success', body?.success, true],
      [`checks.${dependency}.ok`, body?.checks?.[dependency]?.ok, true],
    ]);
  };
}

/**
 * @param {Configuration} configuration
 * @param {string} path
 * @param {number} timeout
 */
async function getJson(configuration, path, timeout) {
  const { status, body } = await get(configuration, path, timeout);
  return { status, body: parseJson(body, status) };
}
