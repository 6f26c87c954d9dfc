import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { completion } from './ai/model';
import { openCredentials, secrets } from './malformed-credentials';
import { type Credentials, malformedRequests } from './malformed-requests';
import { freePort, rawConnection, type StartedServer, startServer, stopServers } from './server-process';

const host = 'host: x\r\nconnection: close\r\n';
const get = (target: string) => `GET ${target} HTTP/1.1\r\n${host}\r\n`;
const header = (line: string) => `GET / HTTP/1.1\r\n${host}${line}\r\n\r\n`;
const post = (lines: string, body: string) => `POST / HTTP/1.1\r\n${host}${lines}\r\n\r\n${body}`;

/** What goes over the wire, and the answers that are fine; '' is a connection closed without one. */
const rawCases: readonly (readonly [title: string, bytes: string, ...answers: string[]])[] = [
  ['nothing at all', '', ''],
  ['only line breaks', '\r\n\r\n\r\n', '', '400'],
  ['a method that does not exist', `FETCH / HTTP/1.1\r\n${host}\r\n`, '400'],
  ['a lower-case method', `get / HTTP/1.1\r\n${host}\r\n`, '400'],
  ['an empty method', ` / HTTP/1.1\r\n${host}\r\n`, '400'],
  ['a very long method', `${'A'.repeat(5000)} / HTTP/1.1\r\n\r\n`, '400'],
  ['CONNECT, which nobody handles', 'CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n', ''],
  ['TRACE', `TRACE /api/health HTTP/1.1\r\n${host}\r\n`, '405'],
  [
    'an upgrade nobody asked for',
    `GET /api/ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n`,
    '404',
  ],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '', '400', '505'],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400'],
  ['zero bytes', '\0'.repeat(64), '400'],
  ['all 256 bytes', String.fromCharCode(...Array(256).keys()), '400'],
  ['a version of HTTP that does not exist', `GET / HTTP/9.9\r\n${host}\r\n`, '400', '505'],
  ['no version, as HTTP/0.9 had it', 'GET /\r\n\r\n', '400', '404'],
  ['another protocol', 'GET / FTP/1.1\r\n\r\n', '400'],
  ['no host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', '400'],
  ['a header without a colon', header('nonsense'), '400'],
  ['a header without a name', header(': x'), '400'],
  ['a space in a header name', header('a b: x'), '400'],
  ['a space before the colon', header('a : x'), '400'],
  ['a zero byte in a header', header('a: \0'), '400'],
  ['a lone carriage return in a header', header('a: b\rc: d'), '400'],
  ['bytes above ASCII in a header', header('a: \xff\xfe'), '404'],
  ['a header of 80 kB', header(`a: ${'x'.repeat(80_000)}`), '431', ''],
  ['three thousand headers', header(Array(3000).fill('abc: x').join('\r\n')), '404', '431', ''],
  ['a target of 80 kB', get(`/${'x'.repeat(80_000)}`), '431', ''],
  ['an expectation nobody can meet', header('expect: 200-ok'), '417'],
  ['a content length that is no number', post('content-length: abc', 'x'), '400'],
  ['a negative content length', post('content-length: -1', 'x'), '400'],
  ['an immense content length', post(`content-length: ${'9'.repeat(40)}`, 'x'), '400'],
  ['two content lengths', post('content-length: 1\r\ncontent-length: 2', 'x'), '400'],
  [
    'a length and chunks, as smugglers send',
    post('content-length: 4\r\ntransfer-encoding: chunked', '0\r\n\r\n'),
    '400',
  ],
  ['an unknown transfer encoding', post('transfer-encoding: zip', 'x'), '400'],
  ['a bad chunk size', post('transfer-encoding: chunked', 'zz\r\nx\r\n'), '400'],
  ['a chunk without its end', post('transfer-encoding: chunked', '1\r\nxx'), '400'],
  ['an immense chunk extension', post('transfer-encoding: chunked', `1;${'x'.repeat(40_000)}\r\nx\r\n`), '413', ''],
  ['a body that breaks off', post('content-length: 10', 'x'), '400', ''],
  ['a head that breaks off', 'GET / HTTP/1.1\r\nhost', '400'],
  ['an unfinished percent-encoding', get('/%'), '404'],
  ['a percent-encoding that is no number', get('/%zz%u1234'), '404'],
  ['a percent-encoding that is no UTF-8', get('/%ff%fe%c0%ae'), '404'],
  ['an encoded zero byte', get('/api/health%00'), '404'],
  ['an encoded way up', get('/..%2f..%2fetc/passwd'), '404'],
  ['a way up', get('/api/../../etc/passwd'), '404'],
  ['nothing but slashes', get('//'), '404'],
  ['a target that looks like a host', get('//x:99999/'), '404'],
  ['an asterisk', get('*'), '400', '404'],
  ['a bad query', get('/api/health?%=%ff&&=[]'), '200'],
  ['a good request with garbage behind it', `GET /api/health HTTP/1.1\r\nhost: x\r\n\r\n\x01\x02\x03`, '200', '400'],
];

const environment = {
  // What a job of theirs came to would be complained of.
  PROCESS_ROLE: 'web',
  TRUST_PROXY_HOPS: '1',
  PLATFORM_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
  MASTER_PASSWORD: 'a-master-password-of-this-test',
  MASTER_TOTP_SECRET: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  ...secrets,
  GROQ_API_KEY: 'key',
  EMAIL_HOST: '127.0.0.1',
  EMAIL_USER: 'sender@school.test',
  EMAIL_PASS: 'password',
  GLOBAL_INVOICE_S3_BUCKET: 'invoices',
  AWS_ACCESS_KEY_ID: 'AKIAMALFORMED',
  AWS_SECRET_ACCESS_KEY: 'secret',
};
/** Stands for S3, where there is no file, for Groq, and for sites that nobody synchronises with. */
const elsewhere = createServer((request, response) => {
  request.resume();
  if (request.method === 'POST') response.end(completion('Learn SQL first.'));
  else response.writeHead(404).end();
});
let started: StartedServer;
let credentials: Credentials;
beforeAll(async () => {
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  const others = { AWS_ENDPOINT_URL: url, GROQ_TEXT_ENDPOINT: url, GRAPHY_BASE_URL: url, EZEXAM_BASE_URL: url };
  started = await startServer({ ...environment, ...others, EMAIL_PORT: String(await freePort()) });
  await started.server.logged('start-up report');
  credentials = await openCredentials(started.port);
}, 30_000);
afterAll(async () => {
  await stopServers();
  elsewhere.close();
});

/** Long enough for an answer on a busy machine; those who get none by then never will. */
const silenceMs = 500;
const patienceMs = 10_000;

/** @returns the whole answer; '' for a connection that was closed without one */
async function send(bytes: string, breaksOff: boolean): Promise<string> {
  const { socket, closed } = await rawConnection(started.port);
  socket.write(bytes, 'latin1');
  // Ended here, as a client that hangs up would.
  if (breaksOff) setTimeout(() => socket.end(), silenceMs);
  const answer = await Promise.race([closed, sleep(patienceMs, 'never ended', { ref: false })]);
  socket.destroy();
  return answer;
}
const statusOf = (answer: string) => /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? '';
/** Of the answer that follows, if the client was told to go on first. */
const lastStatusOf = (answer: string) => statusOf(answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, ''));

it.each(rawCases)('survives %s', async (_title, bytes, ...answers) => {
  expect(answers).toContain(statusOf(await send(bytes, true)));
});

it('survives two thousand requests that are generated, and answers each with what is wrong with it', async () => {
  const requests = malformedRequests(2_000, 20_261_120, credentials);

  const statuses: string[] = [];
  const failures: string[] = [];
  const queue = requests.values();
  const work = async () => {
    for (const { bytes, breaksOff } of queue) {
      const answer = await send(bytes, breaksOff);
      const status = lastStatusOf(answer);
      statuses.push(status);
      if (!/^[24]\d\d$|^$/.test(status) || answer === 'never ended')
        failures.push(`${bytes.slice(0, 300)}\n→ ${answer.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));

  expect(failures).toEqual([]);
  // They came far enough to be refused by each part of the service, and some are no worse than odd.
  expect(new Set(statuses)).toEqual(
    new Set([...statuses, '200', '400', '401', '403', '404', '405', '415', '417', '431']),
  );
  expect(statuses).not.toContain('429');
  // A server that closes on a client still sending resets the connection, and the answer may get lost.
  expect(statuses.filter((status) => status === '').length).toBeLessThan(20);
}, 60_000);

it('is still the same healthy process afterwards, and has complained of nothing', async () => {
  const { url, server } = started;
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  expect((await fetch(`${url}/api/ready`)).status).toBe(200);
  expect(server.logs.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  expect(server.stderr).not.toMatch(/^\s+at /m);
});
