import { UnrecoverableError } from 'bullmq';
import { z } from 'zod';
import { freePort } from '../../../local/free-port';
import { below, CallFailed, CallTimedOut, callForJson, exchange, type OutgoingCall } from '../../src/outgoing/call';
import { jobFailure } from '../../src/outgoing/job-failure';
import { json, OtherCompany } from './other-company';

const secret = 'never-in-an-error-4f1d';
const shape = z.object({ count: z.number() });
const company = new OtherCompany();
beforeAll(() => company.listen());
afterEach(() => company.reset());
afterAll(() => company.close());

const ask = (overrides: Partial<OutgoingCall> = {}, maxBytes?: number) =>
  callForJson(
    { to: 'Acme', url: company.url, headers: { 'x-secret': secret }, timeoutMs: 5_000, ...overrides },
    shape,
    maxBytes,
  );
const failure = async (...given: Parameters<typeof ask>): Promise<CallFailed> =>
  ask(...given).then(
    () => {
      throw new Error('It was answered');
    },
    (error: unknown) => {
      if (!(error instanceof CallFailed)) throw error;
      return error;
    },
  );

it('sends JSON where there is a body, and gives back what the schema knows', async () => {
  company.respond = (_call, response) => json(response, { count: 3, more: 'unknown' }, 201);
  expect(await ask()).toEqual({ count: 3 });
  expect(await ask({ body: { a: 1 } })).toEqual({ count: 3 });
  expect(company.received).toMatchObject([
    { method: 'GET', headers: { 'x-secret': secret }, body: undefined },
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: { a: 1 } },
  ]);
});

it.each([
  [400, false],
  [401, false],
  [404, false],
  [408, true],
  [422, false],
  [429, true],
  [500, true],
  [503, true],
])('fails with %d, and says whether that passes: %s', async (status, passing) => {
  company.respond = (_call, response) => json(response, { inside: secret }, status);
  const failed = await failure();
  expect(failed).toMatchObject({ message: `Acme answered ${status}`, status, passing, retryAfterMs: undefined });
  expect(jobFailure(failed) instanceof UnrecoverableError).toBe(!passing);
});

it('does not follow a redirect, to which the secret would go along', async () => {
  const elsewhere = await new OtherCompany().listen();
  company.respond = (_call, response) => void response.writeHead(307, { location: elsewhere.url }).end();
  expect(await failure()).toMatchObject({
    message: 'Acme answered 307, a redirect, which is not followed',
    passing: false,
  });
  expect(elsewhere.received).toEqual([]);
  elsewhere.close();
});

it.each([
  ['7', 7_000],
  ['2.5', 2_500],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
])('knows how long it is to wait: %s', async (header, retryAfterMs) => {
  company.respond = (_call, response) => json(response, {}, 429, { 'retry-after': header });
  expect(await failure()).toMatchObject({ retryAfterMs });
});

it('says what is wrong with an answer, without quoting it', async () => {
  company.respond = (_call, response) => json(response, { count: secret });
  const wrong = await failure();
  expect(wrong).toMatchObject({ passing: false, message: expect.stringMatching(/^The answer of Acme .*count: /) });
  expect(wrong.message).not.toContain(secret);

  company.respond = (_call, response) => void response.end(`<html>${secret}</html>`);
  expect(await failure()).toMatchObject({ message: 'The answer of Acme is no JSON', passing: true });
});

it('reads no more than it was told to', async () => {
  company.respond = (_call, response) => json(response, { count: 1, padding: 'x'.repeat(2_000) });
  expect(await ask({}, 3_000)).toEqual({ count: 1 });
  expect(await failure({}, 1_000)).toMatchObject({
    message: 'The answer of Acme has more than 1000 bytes',
    passing: false,
  });
});

it.each([
  ['an answer', () => {}],
  ['the rest of an answer', (response: { write(text: string): void }) => response.write('{"count":')],
] as const)('does not wait beyond the timeout for %s', async (_what, begin) => {
  company.respond = (_call, response) => begin(response);
  for (const signal of [undefined, new AbortController().signal]) {
    const late = await failure({ timeoutMs: 200, signal });
    expect(late).toBeInstanceOf(CallTimedOut);
    expect(late).toMatchObject({ message: 'Acme did not answer before the timeout, 200 ms', passing: true });
  }
});

it('ends with whoever asked, and then the other side is told', async () => {
  const hangUp = new AbortController();
  const told = new Promise((resolve) => {
    company.respond = (_call, response) => {
      response.once('close', resolve).write('{"count":');
      hangUp.abort();
    };
  });
  expect(await failure({ signal: hangUp.signal })).toMatchObject({ message: 'A call to Acme was given up' });
  await told;
  expect(await failure({ signal: hangUp.signal })).toMatchObject({ message: 'A call to Acme was given up' });
  expect(company.received).toHaveLength(1);
});

it('gives whoever looks into it the answer that refuses, and no more of it than they take', async () => {
  const outgoing = { to: 'Acme', url: company.url, timeoutMs: 5_000 };
  company.respond = (_call, response) => json(response, { code: 7 }, 400);
  expect(await exchange(outgoing)).toEqual({ ok: false, status: 400, text: '{"code":7}' });
  await expect(exchange(outgoing, 9)).rejects.toMatchObject({ message: 'The answer of Acme has more than 9 bytes' });
  company.respond = (_call, response) => void response.writeHead(307, { location: company.url }).end();
  await expect(exchange(outgoing)).rejects.toMatchObject({ status: 307, passing: false });
});

it('says why there was no answer', async () => {
  expect(await failure({ url: `http://127.0.0.1:${await freePort()}` })).toMatchObject({
    message: expect.stringMatching(/^Acme cannot be reached: connect ECONNREFUSED/),
    passing: true,
  });
  company.respond = (_call, response) => {
    response.write('{"count":');
    response.socket?.destroy();
  };
  expect(await failure()).toMatchObject({ message: expect.stringMatching(/^Acme cannot be reached: /), passing: true });
});

it('does not quote a key that no header takes', async () => {
  const failed = await failure({ headers: { authorization: `Bearer ${secret}\nx` } });
  expect(failed).toMatchObject({ passing: false, message: expect.stringContaining('cannot be sent') });
  expect(failed.message).not.toContain(secret);
});

it('puts a path below an address', () => {
  expect(below('http://a.test/base/', '/v1/x', { limit: '5', cursor: undefined, ids: 'a,b c' })).toBe(
    'http://a.test/base/v1/x?limit=5&ids=a%2Cb+c',
  );
  expect(below('http://a.test', '/v1')).toBe('http://a.test/v1');
});
