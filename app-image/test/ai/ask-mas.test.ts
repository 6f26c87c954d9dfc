import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type RequestListener, request } from 'node:http';
import { freePort } from '../../../local/free-port';
import { loadEnvironment } from '../../src/config/load';
import { Tokens } from '../../src/identity/tokens';
import { type StartedServer, startServer, stopServers } from '../server-process';
import { completion, startModel } from './model';

const key = 'gsk_of-the-test-and-of-nobody-else';
const JWT_SECRET = 'signs-the-tokens-of-the-tests-of-ask-mas';

let model: Awaited<ReturnType<typeof startModel>>;
let service: StartedServer;
let withoutKey: StartedServer;
let withoutModel: StartedServer;
let hurried: StartedServer;
beforeAll(async () => {
  model = await startModel();
  const groq = { GROQ_API_KEY: key, GROQ_TEXT_MODEL: 'a-model' };
  const start = (variables: Readonly<Record<string, string>>) =>
    startServer({ PROCESS_ROLE: 'web', JWT_SECRET, ...variables });
  // One after the other: the first migrates.
  service = await start({ ...groq, GROQ_TEXT_ENDPOINT: model.url });
  [withoutKey, hurried, withoutModel] = await Promise.all([
    start({ GROQ_TEXT_ENDPOINT: model.url }),
    start({ ...groq, GROQ_TEXT_ENDPOINT: model.url, GROQ_TIMEOUT_MS: '300' }),
    start({ ...groq, GROQ_TEXT_ENDPOINT: `http://127.0.0.1:${await freePort()}/` }),
  ]);
}, 60_000);
afterAll(async () => {
  await model?.stop();
  await stopServers();
});
beforeEach(() => {
  model.asked.length = 0;
});

/** Of a user each, as one may ask 30 times a minute. */
const token = () =>
  new Tokens(loadEnvironment({ APP_ENV: 'test', JWT_SECRET }).environment).issue({ id: randomUUID(), role: 'USER' });

async function ask(body: unknown, { url } = service) {
  const response = await fetch(`${url}/api/ai/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

it('passes the question on, with what was said before, and the answer back', async () => {
  const history = [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'How can I help?' },
  ];
  const { status, body } = await ask({ question: '  What shall I learn first? ', history });
  expect(status).toBe(200);
  expect(body).toEqual({
    success: true,
    data: {
      answer: 'Learn SQL first.',
      model: 'llama-of-the-test',
      usage: { promptTokens: 12, completionTokens: 34, totalTokens: 46 },
    },
  });
  expect(model.asked).toHaveLength(1);
  expect(model.asked[0]).toMatchObject({
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: {
      model: 'a-model',
      max_completion_tokens: 1024,
      messages: [
        { role: 'system', content: expect.stringContaining('Ask MAS') },
        ...history,
        { role: 'user', content: 'What shall I learn first?' },
      ],
    },
  });
});

it('takes an answer without a model and a usage', async () => {
  model.answer = (_request, response) => response.end('{"choices":[{"message":{"content":"Yes."}}],"usage":{"x":1}}');
  const { body } = await ask({ question: 'Really?' });
  expect(body.data).toEqual({ answer: 'Yes.', model: 'a-model', usage: null });
});

it('is for those who are signed in', async () => {
  const response = await fetch(`${service.url}/api/ai/ask`, { method: 'POST' });
  expect(response.status).toBe(401);
  expect(model.asked).toEqual([]);
});

it.each([
  [{}, 'question'],
  [{ question: '   ' }, 'question'],
  [{ question: 'x'.repeat(4_001) }, 'question'],
  [{ question: ['x'] }, 'question'],
  [{ question: 'x', history: 'y' }, 'history'],
  [{ question: 'x', history: Array.from({ length: 21 }, () => ({ role: 'user', content: 'y' })) }, 'history'],
  [
    { question: 'x', history: Array.from({ length: 5 }, () => ({ role: 'user', content: 'y'.repeat(7_000) })) },
    'history',
  ],
  [{ question: 'x', history: [{ role: 'system', content: 'y' }] }, 'history.0.role'],
  [{ question: 'x', history: [{ role: 'user', content: 'y'.repeat(8_001) }] }, 'history.0.content'],
  [{ question: 'x', model: 'another' }, ''],
  [[], ''],
])('refuses what is no question, and asks nobody: %#', async (body, field) => {
  const { status, body: answer } = await ask(body);
  expect({ status, code: answer.code }).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
  expect(answer.fields.map((problem: { field: string }) => problem.field)).toEqual([field]);
  expect(model.asked).toEqual([]);
});

it('is off without a key', async () => {
  const { status, body } = await ask({ question: 'Are you there?' }, withoutKey);
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'AI_NOT_CONFIGURED' });
  expect(model.asked).toEqual([]);
});

const answers =
  (status: number, headers: Record<string, string> = {}, body = 'inside of the model'): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);
const failures: readonly (readonly [string, RequestListener])[] = [
  ['refuses the key', answers(401)],
  ['refuses the question', answers(400)],
  ['fails', answers(500)],
  ['redirects', answers(307, { location: '/elsewhere' })],
  ['answers no JSON', answers(200)],
  ['answers nothing', answers(200, {}, '')],
  ['answers null', answers(200, {}, 'null')],
  ['answers without a choice', answers(200, {}, '{"choices":[]}')],
  ['answers without words', answers(200, {}, completion(null))],
  ['answers too much', answers(200, {}, completion('inside '.repeat(20_000)))],
  ['closes the connection', (_request, response) => response.destroy()],
  ['breaks off', (_request, response) => void response.write('{"choices":', () => response.destroy())],
];

it.each(failures)('answers 502, and nothing of the inside, when the model %s', async (_, answer) => {
  model.answer = answer;
  const { status, text, body } = await ask({ question: 'private words of a student' });
  expect({ status, code: body.code }).toEqual({ status: 502, code: 'AI_FAILED' });
  expect(text).not.toContain('inside');
  expect(model.asked).toHaveLength(1);
});

it('answers 502 when nobody is there, and the log says why', async () => {
  const { status, body } = await ask({ question: 'Are you there?' }, withoutModel);
  expect({ status, code: body.code }).toEqual({ status: 502, code: 'AI_FAILED' });
  const { err } = await withoutModel.server.logged('request failed');
  expect((err as { stack: string }).stack).toContain('ECONNREFUSED');
});

it.each([
  ['7', '7'],
  ['2.4', '3'],
  ['Thu, 01 Jan 1970 00:00:00 GMT', '0'],
  ['soon', null],
  [undefined, null],
])('answers 503 when the model is busy, and passes on how long: %s', async (stated, passed) => {
  model.answer = answers(429, stated === undefined ? {} : { 'retry-after': stated });
  const { status, headers, body } = await ask({ question: 'Now?' });
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'AI_BUSY' });
  expect(headers.get('retry-after')).toBe(passed);
});

describe('an answer that takes too long', () => {
  it.each<readonly [string, RequestListener]>([
    ['to begin', () => {}],
    ['to end', (_request, response) => void response.write('{"choices":')],
  ])('%s is not waited for, and the model is told', async (_, answer) => {
    const told = new Promise((resolve) => {
      model.answer = (incoming, response) => {
        response.once('close', resolve);
        answer(incoming, response);
      };
    });
    const { status, body } = await ask({ question: 'Quickly?' }, hurried);
    expect({ status, code: body.code }).toEqual({ status: 504, code: 'AI_TIMEOUT' });
    expect(body.message).toContain('300 ms');
    await told;
  });
});

it('tells the model when whoever asked has gone', async () => {
  const events = new EventEmitter();
  model.answer = (_incoming, response) => {
    response.once('close', () => events.emit('told'));
    events.emit('reached');
  };
  const [reached, told] = [once(events, 'reached'), once(events, 'told')];
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await token()}` };
  const client = request(`${service.url}/api/ai/ask`, { method: 'POST', headers });
  client.on('error', () => {});
  client.end('{"question":"Still there?"}');
  await reached;
  client.destroy();
  await told;
  await service.server.logged('a question was taken back');
});

it('writes neither the key nor what was asked or answered to the log', () => {
  for (const { server } of [service, withoutKey, hurried, withoutModel])
    for (const hidden of [key, 'private words', 'inside', 'Are you there?', 'SQL'])
      expect(server.stdout + server.stderr).not.toContain(hidden);
  expect(service.server.stdout).toContain('Groq answered 401');
  expect(service.server.logs.filter(({ msg }) => /^uncaught|unhandled/.test(msg))).toEqual([]);
});
