import { randomUUID } from 'node:crypto';
import { type StartedServer, stopServers, stores } from '../server-process';
import { connectRedis } from '../store-clients';
import { startRelays } from './relay-process';
import { call, createSession, disconnectAll, join, newToken, pair } from './terminal-client';

let one: StartedServer;
let other: StartedServer;
beforeAll(async () => {
  [one, other] = (await startRelays(2)) as [StartedServer, StartedServer];
}, 30_000);
afterEach(disconnectAll);
afterAll(stopServers);

it.each([
  ['POST', ''],
  ['GET', ''],
  ['GET', `/${randomUUID()}`],
  ['DELETE', `/${randomUUID()}`],
])('%s %s is for those who are signed in', async (method, path) => {
  expect(await call(one.port, 'nonsense', method, path)).toMatchObject({ status: 401 });
});

it('are created with a token that nobody stores, and are gone from the user when they are ended', async () => {
  const token = await newToken();
  const { status, body } = await call(one.port, token, 'POST');
  expect({ status, body }).toEqual({
    status: 201,
    body: {
      success: true,
      data: { sessionId: expect.any(String), cliToken: expect.stringMatching(/^[\w-]{43}$/), expiresInSeconds: 300 },
    },
  });
  const { sessionId, cliToken } = body.data;
  expect((await call(other.port, token, 'GET')).body.data).toEqual([{ sessionId }]);

  const redis = connectRedis(await stores());
  const record = JSON.stringify(await redis.hgetall(`terminal:session:${sessionId}`));
  redis.disconnect();
  expect(record).toContain('cliTokenHash');
  expect(record).not.toContain(cliToken);

  expect(await call(other.port, token, 'DELETE', `/${sessionId}`)).toEqual({ status: 200, body: { success: true } });
  expect((await call(one.port, token, 'GET')).body.data).toEqual([]);
  for (const method of ['GET', 'DELETE'])
    expect(await call(one.port, token, method, `/${sessionId}`)).toMatchObject({ status: 404 });
});

it('say who is connected, wherever that is', async () => {
  const { credentials, browser } = await pair(one.port, other.port);
  const state = async () => (await call(one.port, credentials.token, 'GET', `/${credentials.session}`)).body.data;
  expect(await state()).toEqual({
    sessionId: credentials.session,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    expiresInSeconds: expect.any(Number),
    cli: 'connected',
    browser: 'connected',
  });
  browser.ws.close();
  await browser.closed;
  while ((await state()).browser !== 'away');
  expect(await state()).toMatchObject({ cli: 'connected', browser: 'away' });
});

it('are nobody else’s business', async () => {
  const { session } = await createSession(one.port);
  const stranger = await newToken();
  for (const method of ['GET', 'DELETE'])
    expect(await call(one.port, stranger, method, `/${session}`)).toMatchObject({ status: 404 });
  expect((await call(one.port, stranger, 'GET')).body.data).toEqual([]);
});

it('are found by an id, and by nothing else', async () => {
  const token = await newToken();
  for (const path of ['/x', '/*', '/__proto__', `/${randomUUID()}0`])
    expect(await call(one.port, token, 'GET', path)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  expect(await call(one.port, token, 'GET', `/${randomUUID()}`)).toMatchObject({ status: 404 });
});

it('are five of one user at most, on all processes together', async () => {
  const token = await newToken();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => call(index % 2 ? one.port : other.port, token, 'POST')),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(5).fill(201), ...Array(7).fill(409)]);
  const refused = answers.find(({ status }) => status === 409);
  expect(refused?.body).toMatchObject({ code: 'TOO_MANY_TERMINAL_SESSIONS' });
  // Somebody else's do not count.
  await createSession(one.port);

  const [{ sessionId }] = (await call(one.port, token, 'GET')).body.data;
  await call(one.port, token, 'DELETE', `/${sessionId}`);
  expect((await call(one.port, token, 'POST')).status).toBe(201);
});

it('keep their token while a CLI comes and goes', async () => {
  const credentials = await createSession(one.port);
  for (const { port } of [one, other, one]) {
    const cli = await join('cli', port, credentials);
    cli.ws.close();
    await cli.closed;
  }
});
