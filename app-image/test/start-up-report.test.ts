import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type Moto, startMoto } from '../../local/moto';
import { motoTests } from '../../test/moto';
import { features } from '../src/config/contract';
import { loadEnvironment } from '../src/config/load';
import { createLogger, type Logger } from '../src/log';
import { openRedis } from '../src/redis/redis';
import { type StartUpSources, startUpReport } from '../src/start-up-report';

const { found, it: withMoto, why } = motoTests('start-up-report.test.ts: S3 was not asked');

const local = { APP_ENV: 'test', AWS_REGION: 'ap-south-1', AWS_S3_COURSES_BUCKET: 'courses' };
const email = { EMAIL_USER: 'mailer@myanalyticsschool.com', EMAIL_PASS: 'app-password-of-the-mailer' };
const queues = {
  withWorker: ['emailQueue', 'cleanupQueue'],
  withoutWorker: [{ queue: 'coursePlanQueue', product: 'MAS LMS' }],
};

function memoryLog() {
  const lines: { level: string; msg: string; report?: unknown }[] = [];
  const environment = loadEnvironment({ APP_ENV: 'test' }).environment;
  const log: Logger = createLogger(environment, { write: (line) => void lines.push(JSON.parse(line)) });
  return { lines, log };
}

/** A report of this environment, with every store answering unless told otherwise. */
async function reportOf(environment: Readonly<Record<string, string>>, others: Partial<StartUpSources> = {}) {
  const { lines, log } = memoryLog();
  const report = await startUpReport({
    loaded: loadEnvironment({ ...local, ...environment }),
    database: { query: async () => [] },
    redis: { ping: async () => {} },
    buckets: () => ({ head: async () => {}, close: () => {} }),
    queues,
    log,
    ...others,
  });
  const integration = (name: string) => report.integrations.find((candidate) => candidate.name === name);
  return { report, lines, integration };
}

/** What a mail server says first, from a real one that says nothing else. */
async function mailServer(greeting: string | undefined) {
  const received: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => received.push(String(chunk)));
    if (greeting !== undefined) socket.end(greeting);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return {
    received,
    stop,
    settings: { ...email, EMAIL_HOST: '127.0.0.1', EMAIL_PORT: String(port), EMAIL_TIMEOUT_MS: '300' },
  };
}

async function smtpOutcome(greeting: string | undefined) {
  const { settings, stop, received } = await mailServer(greeting);
  const { report, lines } = await reportOf(settings);
  await stop();
  return { smtp: report.dependencies.smtp, level: lines[0]?.level, received };
}

describe('a start-up report', () => {
  it('says who reports, what is on and off, and that all is well, in one line', async () => {
    const { report, lines, integration } = await reportOf({ APP_REVISION: '1a2b3c4', PROCESS_ROLE: 'worker' });

    expect(report).toMatchObject({ revision: '1a2b3c4', environment: 'test', role: 'worker', queues, warnings: [] });
    expect(report.integrations.map(({ name }) => name)).toEqual(Object.keys(features));
    expect(integration('email')).toEqual({ name: 'email', title: features.email.title, state: 'off' });
    expect(report.dependencies.postgres).toEqual({ ok: true, ms: expect.any(Number) });
    expect(report.dependencies.smtp).toEqual({ skipped: 'e-mail is off' });
    expect(lines).toEqual([expect.objectContaining({ level: 'info', msg: 'start-up report', report })]);
  });

  it('names what a half-configured integration lacks, and warns', async () => {
    const { report, lines, integration } = await reportOf({ EMAIL_USER: email.EMAIL_USER });

    expect(integration('email')).toMatchObject({ state: 'half', missing: ['EMAIL_PASS'] });
    expect(report.dependencies.smtp).toEqual({ skipped: 'e-mail is half-configured' });
    expect(lines[0]?.level).toBe('warn');
  });

  it('carries the warnings of the environment', async () => {
    const { report, lines } = await reportOf({ GLOBAL_INVOICE_MAS_PREFIX: 'MAS' });

    expect(report.warnings).toEqual([expect.stringContaining('GLOBAL_INVOICE_MAS101_PREFIX')]);
    expect(lines[0]?.level).toBe('warn');
  });

  it('holds no value of a secret', async () => {
    const secrets = {
      ...email,
      JWT_SECRET: 'a-signing-key-that-nobody-may-ever-read',
      REDIS_PASSWORD: 'the-password-of-redis',
      RAZORPAY_KEY_SECRET: 'the-secret-of-razorpay',
      SECRETS_JSON: JSON.stringify({ GROQ_API_KEY: 'gsk_the-key-of-groq', UNKNOWN_KEY: 'value-of-unknown' }),
    };
    const fails = async () => Promise.reject(new Error('away'));
    const { lines, report } = await reportOf(
      { ...secrets, EMAIL_HOST: '127.0.0.1', EMAIL_PORT: '1' },
      { database: { query: fails }, redis: { ping: fails } },
    );

    const everything = JSON.stringify([lines, report]);
    const { SECRETS_JSON: _, ...values } = { ...secrets, groq: 'gsk_the-key-of-groq', unknown: 'value-of-unknown' };
    for (const value of Object.values(values)) expect(everything).not.toContain(value);
    expect(report.warnings).toEqual([expect.stringContaining('UNKNOWN_KEY')]);
  });

  it('does not reject, and says so, when PostgreSQL fails and Redis is away', async () => {
    const { log } = memoryLog();
    const { environment } = loadEnvironment({ ...local, REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' });
    const redis = openRedis(environment, log);
    const database = { query: async () => Promise.reject(new Error('the database system is starting up')) };
    const { report, lines } = await reportOf({}, { redis, database });
    await redis.close();

    expect(report.dependencies.redis).toMatchObject({ ok: false, reason: expect.any(String) });
    expect(report.dependencies.postgres).toMatchObject({ ok: false, reason: 'the database system is starting up' });
    expect(lines[0]?.level).toBe('warn');
  });

  it('waits three seconds for a database that hangs, and no longer', async () => {
    const { report } = await reportOf({}, { database: { query: () => new Promise(() => {}) } });

    expect(report.dependencies.postgres).toMatchObject({ ok: false, reason: 'it did not answer within 3000 ms' });
    expect(report.dependencies.postgres.ms).toBeLessThan(3500);
  });
});

describe('the mail server', () => {
  it('is well when it greets, and is told nothing', async () => {
    const { smtp, level, received } = await smtpOutcome('220 mail.example ESMTP\r\n');

    expect(smtp).toEqual({ ok: true, ms: expect.any(Number) });
    expect(level).toBe('info');
    expect(received).toEqual([]);
  });

  it.each([
    ['turns us away', '554 no service\r\n', 'it greeted with 554, not with 220'],
    ['is something else', 'HTTP/1.1 400 Bad Request\r\n', 'it greeted with no SMTP code, not with 220'],
    ['hangs up', '', 'it closed the connection without a greeting'],
    ['says nothing', undefined, 'it did not answer within 300 ms'],
  ])('is reported when it %s', async (_, greeting, reason) => {
    const { smtp, level } = await smtpOutcome(greeting);

    expect(smtp).toMatchObject({ ok: false, reason });
    expect(level).toBe('warn');
  });

  it('is reported when nobody listens', async () => {
    const { settings, stop } = await mailServer(undefined);
    await stop();
    const { report } = await reportOf(settings);

    expect(report.dependencies.smtp).toMatchObject({ ok: false, reason: 'nobody listens there' });
  });
});

describe('the buckets', () => {
  let moto: Moto | undefined;
  beforeAll(async () => {
    if (found) moto = await startMoto();
  }, 30_000);
  afterAll(() => moto?.stop());

  const keys = { AWS_ACCESS_KEY_ID: 'test-key-of-moto', AWS_SECRET_ACCESS_KEY: 'test-secret-of-moto' };
  // The SDK reads its credentials from the process, as it does in the container.
  beforeEach(() => void Object.assign(process.env, keys));
  afterEach(() => {
    for (const name of Object.keys(keys)) delete process.env[name];
  });

  withMoto(`are asked for one by one, by the name of their variable${why}`, async () => {
    const url = moto?.url ?? '';
    const s3 = new S3Client({ region: 'ap-south-1', endpoint: url, forcePathStyle: true });
    const CreateBucketConfiguration = { LocationConstraint: 'ap-south-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket: 'mr-mentor-recordings', CreateBucketConfiguration }));
    s3.destroy();

    const { report, lines } = await reportOf({ AWS_ENDPOINT_URL: url }, { buckets: undefined });

    const outcomes = Object.fromEntries(report.dependencies.s3.map((outcome) => [outcome.variable, outcome]));
    expect(outcomes.AWS_S3_BUCKET_NAME).toMatchObject({ bucket: 'mr-mentor-recordings', ok: true });
    expect(outcomes.AWS_S3_COURSES_BUCKET).toMatchObject({ bucket: 'courses', ok: false, reason: 'no such bucket' });
    expect(lines[0]?.level).toBe('warn');
  });

  it('are unreachable where no S3 is', async () => {
    const { report } = await reportOf({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, { buckets: undefined });

    expect(report.dependencies.s3.length).toBeGreaterThan(1);
    for (const outcome of report.dependencies.s3)
      expect(outcome).toMatchObject({ ok: false, reason: expect.stringMatching(/^unreachable: /) });
  });

  it.each([
    [403, 'access denied'],
    [404, 'no such bucket'],
    [301, 'it is in another region than AWS_REGION'],
    [503, 'S3 answered 503'],
  ])('are described in words when S3 answers %i', async (httpStatusCode, reason) => {
    const refusal = Object.assign(new Error('UnknownError'), { $metadata: { httpStatusCode } });
    const { report } = await reportOf(
      {},
      { buckets: () => ({ head: async () => Promise.reject(refusal), close: () => {} }) },
    );

    expect(report.dependencies.s3[0]).toMatchObject({ ok: false, reason });
  });

  it('are no reason to reject, even when no client can be made', async () => {
    const buckets = () => {
      throw new Error('no SDK');
    };
    const { report } = await reportOf({}, { buckets });

    expect(report.dependencies.s3[0]).toMatchObject({ ok: false, reason: 'unreachable: no SDK' });
  });

  it('cannot be asked without credentials', async () => {
    for (const name of Object.keys(keys)) delete process.env[name];
    const nowhere = {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_CONFIG_FILE: '/dev/null',
    };
    Object.assign(process.env, nowhere);
    const { report } = await reportOf({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, { buckets: undefined });
    for (const name of Object.keys(nowhere)) delete process.env[name];

    expect(report.dependencies.s3[0]).toMatchObject({ ok: false, reason: 'no credentials' });
  });
});
