import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { freePort } from '../../../local/free-port';
import { MrHire } from '../../src/system-config/mr-hire';
import { created, type Platform, startPlatform } from './platform';

const secret = 'shared-with-mr-hire-and-nobody-else';
const running: Platform[] = [];
const received: { readonly request: IncomingMessage; readonly body: string }[] = [];
let status = 200;

const mrHire = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  received.push({ request, body });
  response.writeHead(status, status === 307 ? { location: 'http://127.0.0.1:1/' } : {}).end('{"inside":"of mr-hire"}');
});

const silent = createServer(() => {});

async function platformWith(variables: Readonly<Record<string, string>>): Promise<Platform> {
  const platform = await startPlatform(variables);
  running.push(platform);
  return platform;
}

let url: string;
beforeAll(async () => {
  mrHire.listen(0, '127.0.0.1');
  await once(mrHire, 'listening');
  url = `http://127.0.0.1:${(mrHire.address() as AddressInfo).port}/base/`;
});
afterAll(async () => {
  await Promise.all(running.map((platform) => platform.close()));
  for (const server of [mrHire, silent]) {
    server.close();
    server.closeAllConnections();
  }
});

const refresh = (platform: Platform) => platform.admin('/refresh-mr-hire', 'POST');

it('pushes the providers with the shared secret, and answers 502 when they are not taken', async () => {
  const platform = await platformWith({ MR_HIRE_BACKEND_URL: url, MR_HIRE_WEBHOOK_SECRET: secret });
  await created(platform, { key: 'enabled_call_providers', value: '["exotel"]' });
  expect(await refresh(platform)).toMatchObject({ status: 200, body: { success: true } });
  expect(received).toHaveLength(1);
  expect(received[0]?.request).toMatchObject({
    method: 'POST',
    url: '/base/api/internal/system-config/refresh',
    headers: { 'x-webhook-secret': secret, 'content-type': 'application/json' },
  });
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({ enabledCallProviders: ['exotel'] });

  // A redirect is not followed: the secret is for this host.
  for (status of [500, 403, 307]) {
    const { status: answered, body } = await refresh(platform);
    expect(answered).toBe(502);
    expect(body).toMatchObject({ success: false, code: 'MR_HIRE_FAILED' });
    expect(JSON.stringify(body)).not.toContain('inside');
  }
  expect(JSON.stringify(platform.stack.logs)).not.toContain(secret);
});

it('answers 502 when nobody is there', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const platform = await platformWith({ MR_HIRE_BACKEND_URL: nowhere, MR_HIRE_WEBHOOK_SECRET: secret });
  expect(await refresh(platform)).toMatchObject({ status: 502, body: { code: 'MR_HIRE_FAILED' } });
  expect(platform.stack.logs).toContainEqual(
    expect.objectContaining({ reason: expect.stringContaining('ECONNREFUSED') }),
  );
});

it('does not wait for an answer that does not come', async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const environment = { MR_HIRE_BACKEND_URL: `http://127.0.0.1:${port}`, MR_HIRE_WEBHOOK_SECRET: secret };
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const began = performance.now();
  await expect(new MrHire({ environment, log, timeoutMs: 100 }).refresh([])).rejects.toMatchObject({ status: 502 });
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(lines.join('')).toContain('timeout');
});

it('answers 503 when it is not configured', async () => {
  const platform = await platformWith({});
  expect(await refresh(platform)).toMatchObject({ status: 503, body: { code: 'MR_HIRE_NOT_CONFIGURED' } });
});
