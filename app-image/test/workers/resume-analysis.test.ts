import { randomUUID } from 'node:crypto';
import { UnrecoverableError } from 'bullmq';
import { resumeAnalysis } from '../../src/queues/payloads/resume-analysis';
import { resumeAnalysisHandlers } from '../../src/workers/resume-analysis';
import { json, OtherCompany } from '../outgoing/other-company';
import { failureOf, startWork, type Work } from './work';

const secret = 'shared-with-mr-hire-and-nobody-else';
const mrHire = new OtherCompany();
let work: Work;
beforeAll(async () => {
  [work] = await Promise.all([startWork(), mrHire.listen()]);
});
afterEach(() => mrHire.reset());
afterAll(async () => {
  mrHire.close();
  await work?.close();
});

function analyse(applicationId: string, variables?: Readonly<Record<string, string>>, timeoutMs?: number) {
  const configured = { MR_HIRE_BACKEND_URL: `${mrHire.url}/base/`, MR_HIRE_WEBHOOK_SECRET: secret };
  const environment = work.environmentWith(variables ?? configured);
  const handlers = resumeAnalysisHandlers({ environment, database: work.database, timeoutMs });
  return handlers.analyse({ applicationId, resumeKey: 'resumes/a.pdf' }, work.context());
}
const stored = (applicationId: string) =>
  work.database.query('SELECT score, summary, details FROM resume_analysis_results WHERE "applicationId" = $1', [
    applicationId,
  ]);

it('sends what the job says with the shared secret, and stores the answer; a repeat overwrites it', async () => {
  const id = randomUUID();
  mrHire.respond = (_call, response) =>
    json(response, { score: 81.5, summary: 'Knows SQL', details: { skills: ['SQL'] }, more: 'unknown' });
  expect(await analyse(id)).toEqual({ score: 81.5 });
  expect(mrHire.received).toMatchObject([
    { method: 'POST', url: { pathname: '/base/api/v1/resumes/analyse' }, headers: { 'x-webhook-secret': secret } },
  ]);
  expect(mrHire.received[0]?.body).toEqual({ applicationId: id, resumeKey: 'resumes/a.pdf' });
  expect(await stored(id)).toEqual([{ score: 81.5, summary: 'Knows SQL', details: { skills: ['SQL'] } }]);

  mrHire.respond = (_call, response) => json(response, { score: 12 });
  await analyse(id);
  expect(await stored(id)).toEqual([{ score: 12, summary: null, details: null }]);
});

it.each([
  [503, false],
  [429, false],
  [400, true],
  [401, true],
  [404, true],
])('fails with %d, for good: %s', async (status, forGood) => {
  mrHire.respond = (_call, response) => json(response, { inside: secret }, status);
  const id = randomUUID();
  const error = await failureOf(analyse(id));
  expect(error.message).toBe(`Mr. Hire answered ${status}`);
  expect(error instanceof UnrecoverableError).toBe(forGood);
  expect(await stored(id)).toEqual([]);
});

it.each<[string, unknown]>([
  ['a score above 100', { score: 101 }],
  ['no score', { summary: 'Knows SQL' }],
  ['a list', []],
  ['a zero byte, which PostgreSQL cannot store,', { score: 1, details: { skill: 'a\0b' } }],
  ['half a character, which PostgreSQL cannot store,', { score: 1, details: { skill: 'a\ud83d' } }],
  ['more than 256 kB', { score: 1, details: { text: 'x'.repeat(300_000) } }],
])('does not take %s for an analysis', async (_what, answer) => {
  mrHire.respond = (_call, response) => json(response, answer);
  const id = randomUUID();
  const error = await failureOf(analyse(id));
  expect(error).toBeInstanceOf(UnrecoverableError);
  expect(error.message).toMatch(/^The answer of Mr. Hire /);
  expect(await stored(id)).toEqual([]);
});

it('stores what only looks like something that PostgreSQL cannot store', async () => {
  const id = randomUUID();
  const details = { skill: String.raw`regular expressions such as \u0000 and \\ud83d`, mood: '😀' };
  mrHire.respond = (_call, response) => json(response, { score: 50, details });
  await analyse(id);
  expect(await stored(id)).toEqual([{ score: 50, summary: null, details }]);
});

it('tries again when there is no answer in time', async () => {
  mrHire.respond = () => {};
  const error = await failureOf(analyse(randomUUID(), undefined, 300));
  expect(error).not.toBeInstanceOf(UnrecoverableError);
  expect(error.message).toBe('Mr. Hire did not answer before the timeout, 300 ms');
});

it('names the variables where Mr. Hire is not configured', async () => {
  const error = await failureOf(analyse(randomUUID(), {}));
  expect(error).toBeInstanceOf(UnrecoverableError);
  expect(error.message).toBe('Mr. Hire is not configured: set MR_HIRE_BACKEND_URL and MR_HIRE_WEBHOOK_SECRET');
});

it('understands payloads as they were released', () => {
  const applicationId = randomUUID();
  expect(resumeAnalysis.parse({ applicationId })).toEqual({ applicationId });
  const all = { applicationId, resumeUrl: 'https://files.test/a.pdf', resumeKey: 'a.pdf', jobPostId: randomUUID() };
  expect(resumeAnalysis.parse(all)).toEqual(all);
  expect(resumeAnalysis.safeParse({ applicationId, resumeUrl: 'file:///etc/passwd' }).success).toBe(false);
});
