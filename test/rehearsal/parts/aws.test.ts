import '../../../app-image/src/http/request';
import { once } from 'node:events';
import { Agent, request as ask, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { loadEnvironment } from '../../../app-image/src/config/load';
import { managedSecrets } from '../../../app-image/src/database/managed-secret';
import { openStorage, type Storage } from '../../../app-image/src/uploads/storage';
import { environments } from '../../../lib/config/environments';
import { neededSecrets } from '../../../lib/config/generated-secrets';
import { type Moto, startMoto } from '../../../local/moto';
import type { BucketDescription, DatabaseDescription } from '../../../rehearsal/assembly/deployment';
import { type Aws, awsHost, startAws } from '../../../rehearsal/parts/aws';
import { provisionBuckets } from '../../../rehearsal/parts/buckets';
import { provisionManagedPassword } from '../../../rehearsal/parts/managed-password';
import { provisionSecrets } from '../../../rehearsal/parts/secrets';
import { motoTests } from '../../moto';

jest.setTimeout(60_000);

const {
  found,
  it: withMoto,
  why,
} = motoTests('rehearsal/parts/aws.test.ts: nothing was asked of S3 and Secrets Manager');

const region = 'ap-south-1';
const account = '000000000004';
const origin = 'https://school.test';
const recordings: BucketDescription = {
  logicalId: 'Recordings',
  name: 'mr-mentor-recordings',
  cors: [
    {
      allowedHeaders: ['content-type', 'if-none-match'],
      allowedMethods: ['PUT'],
      allowedOrigins: [origin],
      exposedHeaders: ['ETag'],
      maxAge: 3000,
    },
  ],
  encryption: 'aws:kms',
  versioned: true,
  publicAccessBlocked: true,
};
const plain: BucketDescription = {
  ...{ logicalId: 'Logs', name: 'mr-mentor-logs' },
  ...{ cors: [], versioned: false, publicAccessBlocked: false },
};

const before = { ...process.env };
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
let moto: Moto;
let aws: Aws;
let s3: S3Client;
let storage: Storage;
beforeAll(async () => {
  if (!found) return;
  moto = await startMoto();
  aws = await startAws({ moto, region, account });
  s3 = new S3Client(aws.client);
  await provisionBuckets(aws, [recordings, plain]);
  // As the container's own clients find them.
  Object.assign(process.env, aws.variables);
  storage = openStorage(loadEnvironment({ APP_ENV: 'test', AWS_REGION: region, ...aws.variables }).environment);
});
afterAll(async () => {
  process.env = before;
  agent.destroy();
  s3?.destroy();
  await aws?.stop();
  await moto?.stop();
});

interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** As a browser that reaches the host of the URL on this machine. */
async function send(url: string, { method = 'GET', headers, body }: Call = {}) {
  const { host, port, pathname, search } = new URL(url);
  const request = ask({
    agent,
    host: '127.0.0.1',
    port,
    method,
    path: pathname + search,
    headers: { ...headers, host },
  });
  const answered = once(request.end(body), 'response');
  const [response] = (await answered) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

const presign = (key: string, size: number) =>
  storage.presignPut({ bucket: recordings.name, key, contentType: 'video/webm', size }, 60);

withMoto(`buckets are as they are described${why}`, async () => {
  const { name: Bucket } = recordings;
  expect(await s3.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({ LocationConstraint: region });
  expect(await s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' });
  expect(await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).toMatchObject({
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
  });
  const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]).toMatchObject({
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
  });
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: plain.name }));
  expect(Status).toBeUndefined();
});

withMoto(`the host that the container signs for takes its upload, and nothing that was changed${why}`, async () => {
  const body = Buffer.alloc(300_000, 'recording');
  const { url, headers } = await presign('a lecture.webm', body.length);
  expect(url).toContain(`http://${awsHost}:${aws.port}/${recordings.name}/a%20lecture.webm?`);
  const put = (change: Call & { readonly url?: string } = {}) =>
    send(change.url ?? url, { method: 'PUT', headers: { ...headers, origin }, body, ...change });
  const signature = (mark: string) => url.replace(/(X-Amz-Signature=).{4}/, `$1${mark}`);

  expect(await put({ url: signature('0000') })).toMatchObject({
    status: 403,
    text: expect.stringContaining('SignatureDoesNotMatch'),
  });
  expect(await put({ body: body.subarray(1) })).toMatchObject({ status: 403 });
  expect(await put({ headers: { ...headers, origin, 'content-type': 'text/html' } })).toMatchObject({ status: 403 });
  expect(await put({ url: url.replace(awsHost, 'elsewhere.internal') })).toMatchObject({ status: 403 });
  expect(await put({ url: `${url.split('?')[0]}` })).toMatchObject({
    status: 403,
    text: expect.stringContaining('not signed'),
  });

  expect(await put()).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': origin } });
  const stored = await s3.send(new GetObjectCommand({ Bucket: recordings.name, Key: 'a lecture.webm' }));
  expect(await stored.Body?.transformToByteArray()).toEqual(new Uint8Array(body));
  expect(aws.refusals.slice(-5)).toEqual([
    ...Array(4).fill(`PUT /${recordings.name}/a%20lecture.webm: SignatureDoesNotMatch`),
    `PUT /${recordings.name}/a%20lecture.webm: AccessDenied`,
  ]);
});

withMoto(`a preflight is answered by the bucket's rule${why}`, async () => {
  const { url } = await presign('preflight.webm', 1);
  const preflight = (from: string) =>
    send(url, { method: 'OPTIONS', headers: { origin: from, 'access-control-request-method': 'PUT' } });
  const { status, headers } = await preflight(origin);
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'PUT',
    'access-control-expose-headers': 'ETag',
    'access-control-max-age': '3000',
  });
  expect(await preflight('https://elsewhere.test')).toMatchObject({ status: 403 });
});

withMoto(`a call with other credentials, of another region, or with none is refused${why}`, async () => {
  const refusal = async (change: object): Promise<unknown> => {
    const stranger = new SecretsManagerClient({ ...aws.client, ...change });
    return stranger.send(new ListSecretsCommand({})).then(
      () => undefined,
      ({ name }: Error) => name,
    );
  };
  const credentials = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'stranger' };
  expect(await refusal({})).toBeUndefined();
  expect(await refusal({ credentials })).toBe('InvalidAccessKeyId');
  expect(await refusal({ credentials: { ...aws.client.credentials, sessionToken: 'old' } })).toBe('InvalidToken');
  expect(await refusal({ credentials: { ...aws.client.credentials, secretAccessKey: 'wrong' } })).toBe(
    'SignatureDoesNotMatch',
  );
  expect(await refusal({ region: 'eu-west-1' })).toBe('AuthorizationHeaderMalformed');
  expect(await send(`${aws.client.endpoint}/${recordings.name}`)).toMatchObject({ status: 403 });
});

withMoto(`the application's secret is filled by its contract, others are generated${why}`, async () => {
  const arn = (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
  const described = (name: string, generatedLength?: number) => ({
    logicalId: name,
    name,
    arn: arn(name),
    generatedLength,
  });
  const secrets = await provisionSecrets(aws, {
    environment: 'production',
    secrets: [described('mr-mentor-backend/production'), described('mr-mentor-cache/production', 64)],
    extra: { EMAIL_USER: 'mailer@school.test' },
    without: ['JWT_SECRET'],
  });
  expect(await secrets.value(arn('mr-mentor-cache/production'))).toMatch(/^[A-Za-z0-9]{64}$/);
  const application = JSON.parse(await secrets.value(arn('mr-mentor-backend/production')));
  expect(await secrets.application()).toEqual(application);
  const needed = neededSecrets({ ...environments.production.settings });
  expect(Object.keys(application).sort()).toEqual(
    [...new Set([...needed, 'EMAIL_USER'])].filter((name) => name !== 'JWT_SECRET').sort(),
  );
  expect(application).toMatchObject({ ADMIN_EMAIL: 'admin@myanalyticsschool.com', EMAIL_USER: 'mailer@school.test' });
  await expect(secrets.value(arn('other'))).rejects.toThrow(`No stack makes the secret ${arn('other')}; there are `);
  secrets.close();

  const unknown = provisionSecrets(aws, { environment: 'production', secrets: [described('mr-mentor-other')] });
  await expect(unknown).rejects.toThrow('production: nobody knows what the secret mr-mentor-other holds');
});

withMoto(`the container finds the database's password by the instance${why}`, async () => {
  const database = {
    identifier: 'mr-mentor-production',
    username: 'mas_app',
    databaseName: 'mas',
  } as DatabaseDescription;
  const password = await provisionManagedPassword(aws, database);
  expect(password).toHaveLength(32);
  // The container resolves the host's name; here it is the address.
  process.env.AWS_ENDPOINT_URL = aws.client.endpoint;
  const { secretArn, secretValue } = managedSecrets(
    loadEnvironment({ APP_ENV: 'test', AWS_REGION: region }).environment,
  );
  const arn = await secretArn('mr-mentor-production');
  expect(arn).toMatch(new RegExp(`^arn:aws:secretsmanager:${region}:${account}:secret:rds!db-`));
  expect(JSON.parse(await secretValue(arn))).toEqual({ username: 'mas_app', password });
  await expect(secretArn('mr-mentor-staging')).rejects.toThrow('there is no such instance in this region');
});

withMoto(`connections are kept, and many uploads at the same time arrive whole${why}`, async () => {
  const sockets = new Set<unknown>();
  const count = 60;
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const body = `recording ${index}`;
      const { url, headers } = await presign(`many/${index}`, body.length);
      expect(await send(url, { method: 'PUT', headers, body })).toMatchObject({ status: 200 });
    }),
  );
  for (const list of [...Object.values(agent.freeSockets), ...Object.values(agent.sockets)])
    for (const socket of list ?? []) sockets.add(socket);
  expect(sockets.size).toBeGreaterThan(0);
  expect(sockets.size).toBeLessThanOrEqual(4);
  const last = await s3.send(new GetObjectCommand({ Bucket: recordings.name, Key: `many/${count - 1}` }));
  expect(await last.Body?.transformToString()).toBe(`recording ${count - 1}`);
  await s3.send(new PutObjectCommand({ Bucket: plain.name, Key: 'large', Body: Buffer.alloc(6_000_000) }));
});
