import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { closePolitely } from './websocket.mjs';

/** @import { Configuration } from './configuration.mjs' */

/** Web application firewalls turn away requests without one, and the access logs tell us from users by it. */
const userAgent = 'mr-mentor-smoke-test';

/** Characters. The answers that are checked take some hundred; whatever is longer is none of them. */
const bodyLimit = 256 * 1024;

/**
 * @param {Configuration} configuration
 * @param {string} path
 * @param {number} timeout Milliseconds, from the name's resolution to the last byte.
 * @returns {Promise<{ status: number, body: string }>}
 */
export function get(configuration, path, timeout) {
  return exchange(configuration, path, {}, timeout, (request, resolve, reject) => {
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
        if (body.length > bodyLimit) reject(new Error(`the body is longer than ${bodyLimit} characters`));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    request.on('close', () => reject(new Error('the connection closed without an answer')));
  });
}

/**
 * Asks for a WebSocket, and closes it again if it gets one.
 *
 * @param {Configuration} configuration
 * @param {string} path
 * @param {number} timeout Milliseconds, from the name's resolution to the answer's headers.
 * @returns {Promise<{ status: number, accepted: boolean }>} `accepted`: Sec-WebSocket-Accept fits the key (RFC 6455)
 */
export async function upgrade(configuration, path, timeout) {
  const key = randomBytes(16).toString('base64');
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': '13',
  };
  /** @type {Listen<{ response: http.IncomingMessage, socket?: import('node:stream').Duplex }>} */
  const listen = (request, resolve) => {
    request.on('response', (response) => resolve({ response }));
    request.on('upgrade', (response, socket) => {
      // The request has let go of the socket: without a listener here, a reset would end the process.
      socket.on('error', () => {});
      resolve({ response, socket });
    });
  };
  const { response, socket } = await exchange(configuration, path, headers, timeout, listen);
  if (socket) await closePolitely(socket);
  return { status: response.statusCode ?? 0, accepted: response.headers['sec-websocket-accept'] === accept };
}

/**
 * @template T
 * @typedef {(request: http.ClientRequest, resolve: (value: T) => void, reject: (reason: Error) => void) => void} Listen
 */

/**
 * One request on a connection of its own. A reused one could still lead to blue, and would say nothing
 * about whether green accepts new ones; without cookies every request may also reach another green task.
 *
 * Why not fetch: it can't ask for an upgrade, and it follows redirects. A redirect would take the test
 * header to another host, and show that host's health instead of green's.
 *
 * @template T
 * @param {Configuration} configuration
 * @param {string} path
 * @param {Readonly<Record<string, string>>} headers
 * @param {number} timeout
 * @param {Listen<T>} listen
 * @returns {Promise<T>}
 */
async function exchange({ baseUrl, connectTo, testHeader }, path, headers, timeout, listen) {
  const url = new URL(path, baseUrl);
  const { request: open } = url.protocol === 'https:' ? https : http;
  const request = open(url, {
    agent: false,
    // The name in the URL stays the one that TLS and the listener rules see.
    ...(connectTo === undefined ? {} : { hostname: connectTo, servername: url.hostname }),
    headers: { Host: url.host, ...headers, 'User-Agent': userAgent, [testHeader.name]: testHeader.value },
  });
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    return await new Promise((resolve, reject) => {
      // The request's own `timeout` option is about idle sockets: a slow drip of bytes would never end.
      timer = setTimeout(() => reject(new Error(`no complete answer within ${timeout} ms`)), timeout);
      request.on('error', reject);
      listen(request, resolve, reject);
      request.end();
    });
  } finally {
    clearTimeout(timer);
    request.destroy();
  }
}
