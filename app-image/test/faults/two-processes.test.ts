import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { stopServers } from '../server-process';
import { failuresOf, tally, tell } from './outcomes';
import { call, prepare, signIn, startService, variablesOf } from './service';
import { newAddress, type RequestKind, send, Traffic } from './traffic';

const clientRequests = 300;
const generalLimit = 100;
const users = 10;

let postgres: Postgres;
let redis: Redis;
let ports: readonly [number, number];
let kinds: readonly RequestKind[];

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const environment = await variablesOf(postgres, redis);
  ports = [(await startService(environment)).port, (await startService(environment)).port];
  ({ kinds } = await prepare(ports[0]));
}, 30_000);
afterAll(async () => {
  await stopServers();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

it('together serve a client no more than its limit, and count nobody else for it', async () => {
  const traffic = new Traffic(ports, kinds);
  const began = performance.now();
  const eager: RequestKind = {
    ...{ name: 'eager client', path: '/api/system-config/faults', served: [200, 429], workers: 1 },
    headers: { 'x-forwarded-for': newAddress() },
  };
  const eagerOutcomes = await Promise.all(
    Array.from({ length: clientRequests }, (_, index) => send(eager, index % 2 === 0 ? ports[0] : ports[1])),
  );
  const seconds = (performance.now() - began) / 1000;
  const outcomes = await traffic.stop();

  tell('two processes, one limit', [...outcomes, ...eagerOutcomes], { seconds: Number(seconds.toFixed(1)) });
  expect(seconds).toBeLessThan(60);
  expect(tally(eagerOutcomes)).toEqual({
    'eager client 200': generalLimit,
    'eager client 429': clientRequests - generalLimit,
  });
  expect(tally(failuresOf(outcomes))).toEqual({});
});

it('refuse at once what the other one has signed out', async () => {
  const tokens: string[] = [];
  for (let user = 0; user < users; user += 1) tokens.push(await signIn(ports[0]));
  const traffic = new Traffic(ports, kinds);
  const codes: unknown[] = [];
  for (const [index, token] of tokens.entries()) {
    const [one, other] = index % 2 === 0 ? ports : ([ports[1], ports[0]] as const);
    expect((await call(other, '/api/auth/me', { token })).status).toBe(200);
    expect((await call(one, '/api/auth/logout', { token, body: {} })).status).toBe(200);
    codes.push((await call(other, '/api/auth/me', { token })).answer.code);
  }
  const outcomes = await traffic.stop();

  tell('two processes, one sign-out', outcomes, { signedOut: codes.length });
  expect(codes).toEqual(tokens.map(() => 'TOKEN_REVOKED'));
  // The token of the load was not signed out.
  expect(tally(failuresOf(outcomes))).toEqual({});
}, 30_000);
