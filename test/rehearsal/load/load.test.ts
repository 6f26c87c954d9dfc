import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Client } from 'pg';
import { type StartedServer, startServer, stopServers, stores } from '../../../app-image/test/server-process';
import { connectPostgres } from '../../../app-image/test/store-clients';
import { type Certificates, issueCertificates } from '../../../local/certificates';
import { type Moto, startMoto } from '../../../local/moto';
import { type Load, type LoadProps, startLoad } from '../../../rehearsal/load/load';
import { type Population, populate } from '../../../rehearsal/load/population';
import { startMailServer } from '../../../rehearsal/parts/mail-server';
import type { RequestOutcome } from '../../../rehearsal/record';
import { motoTests } from '../../moto';
import { Front } from './front';

const moto = motoTests('The load of a rehearsal was not tried.');
const hosts = ['api.school.test', 'api.other.test'];
const origins = ['https://www.school.test', 'https://admin.school.test'];
const jwtSecret = 'signs-the-tokens-of-the-load-in-tests';
const operator = { email: 'admin@example.com', password: 'local-only-admin-password' };
const bucket = 'load-documents';

const stopping: (() => unknown)[] = [];
let certificates: Certificates;
let aws: Moto;
let front: Front;
let blue: StartedServer;
let variables: Record<string, string>;
let mails: Awaited<ReturnType<typeof startMailServer>>;
let population: Population;
const running: Load[] = [];

beforeAll(async () => {
  if (!moto.found) return;
  [certificates, aws, mails] = await Promise.all([issueCertificates(hosts), startMoto(), startMailServer()]);
  const credentials = { accessKeyId: 'AKIALOAD', secretAccessKey: 'secret-of-the-load' };
  const s3 = new S3Client({ region: 'ap-south-1', endpoint: aws.url, forcePathStyle: true, credentials });
  await s3.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'ap-south-1' } }),
  );
  const rule = { AllowedOrigins: origins, AllowedMethods: ['PUT'], AllowedHeaders: ['*'], ExposeHeaders: ['ETag'] };
  await s3.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } }));
  s3.destroy();
  variables = {
    ...{ PROCESS_ROLE: 'all', TRUST_PROXY_HOPS: '1', JWT_SECRET: jwtSecret, ...mails.environment },
    ...{ AWS_REGION: 'ap-south-1', AWS_ENDPOINT_URL: aws.url, AWS_S3_STUDENT_DOCUMENTS_BUCKET: bucket },
    ...{ AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
    ...{
      VENDOR_API_KEY_PEPPER: 'pepper-of-the-load-that-has-32-characters',
      CORS_ALLOWED_ORIGINS: JSON.stringify(origins),
    },
    ...{ SHUTDOWN_DRAIN_SECONDS: '1', SHUTDOWN_DEADLINE_SECONDS: '20' },
  };
  blue = await startServer(variables);
  front = await Front.start(certificates, { port: blue.port, name: 'blue/web-1' });
  const postgres: Client = await connectPostgres(await stores());
  stopping.push(() => postgres.end());
  population = await populate({
    ask: async (sql, parameters) => (await postgres.query(sql, parameters as unknown[])).rows,
    ...{ port: front.port, ca: certificates.caPem, host: 'api.school.test', jwtSecret, operator },
    ...{ rate: 50, meetings: 2, terminals: 1 },
  });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((load) => load.stop()));
});

afterAll(async () => {
  front?.stop();
  for (const stop of stopping) await stop();
  await stopServers();
  await Promise.all([aws?.stop(), mails?.stop()]);
  certificates?.remove();
});

async function start(changes: Partial<LoadProps> = {}): Promise<Load> {
  const load = await startLoad({
    ...{ port: front.port, caFile: certificates.caFile, hosts, origins, population },
    ...{
      rate: 50,
      mayBeLess: false,
      slowSeconds: 1,
      idleSeconds: 6,
      awsPort: aws.port,
      mailsWithinSeconds: 10,
      ...changes,
    },
  });
  running.push(load);
  return load;
}

/** As the rehearsal's mail server will. */
function tellDeliveries(load: Load): () => void {
  let told = mails.deliveries.length;
  const timer = setInterval(() => {
    for (const { mail } of mails.deliveries.slice(told))
      load.delivered(/^<(.+)@/.exec(mail.messageId ?? '')?.[1] ?? '', Date.now());
    told = mails.deliveries.length;
  }, 20);
  return () => clearInterval(timer);
}

moto.it(`has only served outcomes while a release moves everybody${moto.why}`, async () => {
  const green = await startServer(variables);
  const seen: number[] = [];
  const load = await start({ onOutcomes: ({ length }) => seen.push(length) });
  const stopTelling = tellDeliveries(load);
  await sleep(1_500);
  front.target = { port: green.port, name: 'green/web-2' };
  blue.server.kill('SIGTERM');
  await sleep(3_500);
  const { requests, sockets, jobs } = await load.finish();
  stopTelling();

  expect(requests.filter(({ served }) => !served)).toEqual([]);
  expect(requests.length).toBeGreaterThan(130);
  expect(seen.reduce((sum, length) => sum + length, 0)).toBe(requests.length);
  const counts = (value: (request: (typeof requests)[number]) => string) => new Set(requests.map(value));
  expect([...counts(({ kind }) => kind)].sort()).toEqual(
    [
      ...['setting', 'call providers', 'me', 'uploads', 'terminal sessions', 'figures', 'setting stored', 'lead'],
      ...[
        'preflight',
        'sign-in',
        'slow lead',
        'test mail',
        'upload announced',
        'upload preflight',
        'upload',
        'upload confirmed',
      ],
    ].sort(),
  );
  expect([...counts(({ target }) => target ?? 'nobody')].sort()).toEqual(['blue/web-1', 'green/web-2', 's3']);
  for (const { ms } of requests.filter(({ kind }) => kind === 'slow lead')) expect(ms).toBeGreaterThan(900);
  expect(front.addresses.size).toBeGreaterThan(50);

  expect(sockets).toHaveLength(6);
  for (const socket of sockets) {
    expect(socket).toMatchObject({ unheard: 0, end: 'open' });
    expect(socket.moves).toContainEqual(expect.objectContaining({ from: 'blue/web-1', to: 'green/web-2' }));
  }
  expect(jobs.length).toBeGreaterThan(2);
  for (const { done } of jobs) expect(done).toHaveLength(1);
  blue = green;
});

moto.it(`fails where the load balancer does not tell the address${moto.why}`, async () => {
  front.forwardsAddresses = false;
  const alone = { ...population, meetings: [], coders: [] };
  const seen: unknown[] = [];
  const onOutcomes = (outcomes: readonly RequestOutcome[]) => seen.push(...outcomes.map(({ result }) => result));
  const load = await start({ rate: 150, mailsWithinSeconds: 0, population: alone, onOutcomes });
  for (const until = Date.now() + 10_000; !seen.includes(429) && Date.now() < until; ) await sleep(50);
  front.forwardsAddresses = true;
  const { requests } = await load.finish();
  expect(requests.filter(({ result }) => result === 429).length).toBeGreaterThan(0);
  expect(requests.filter(({ result, served }) => result === 429 && served)).toEqual([]);
});

moto.it(`tells when there were so many requests${moto.why}`, async () => {
  const alone = { ...population, meetings: [], coders: [] };
  let told = 0;
  const onOutcomes = ({ length }: { readonly length: number }) => {
    told += length;
  };
  const load = await start({ mailsWithinSeconds: 0, population: alone, onOutcomes });
  await load.requested(40);
  expect(told).toBeGreaterThanOrEqual(40);
  await expect(load.requested(1e9, AbortSignal.timeout(100))).rejects.toThrow(/timeout/);
});

moto.it(`records what is cut in flight, and that sockets come back${moto.why}`, async () => {
  const load = await start({ rate: 20, mailsWithinSeconds: 0 });
  // A slow request is under way by then.
  await sleep(600);
  front.cut();
  await sleep(200);
  const { requests, sockets } = await load.finish();
  const cut = requests.filter(({ kind, served }) => kind === 'slow lead' && !served);
  expect(cut).not.toEqual([]);
  for (const { result, target } of cut) {
    expect(result).toMatch(/^(ECONNRESET|EPIPE|socket hang up)$/);
    expect(target).toBeUndefined();
  }
  for (const socket of sockets) {
    expect(socket).toMatchObject({ unheard: 0, end: 'open' });
    expect(socket.moves).not.toEqual([]);
  }
});

moto.it(`says why it cannot begin${moto.why}`, async () => {
  await expect(start({ port: 1 })).rejects.toThrow(/The load failed: .*cannot open a terminal.*ECONNREFUSED/);
});

moto.it(`says that its process was killed${moto.why}`, async () => {
  const load = await start({ population: { ...population, meetings: [], coders: [] } });
  process.kill(load.pid, 'SIGKILL');
  expect(await load.crashed).toMatchObject({ message: expect.stringContaining('in the middle of it (SIGKILL)') });
  await expect(load.finish()).rejects.toThrow('in the middle of it (SIGKILL)');
});

test('ends with its parent', async () => {
  const execArgv = ['--require', require.resolve('tsx/cjs')];
  const child = fork(join(__dirname, '..', '..', '..', 'rehearsal', 'load', 'load-process.ts'), [], { execArgv });
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
