import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Client } from 'pg';
import { environments } from '../../../lib/config/environments';
import { type BucketPurpose, bucketName } from '../../../lib/config/names';
import { startMoto } from '../../../local/moto';
import { type CfnResource, stackOf } from '../../../test/deployed';
import { loadEnvironment } from '../../src/config/load';
import type { Role } from '../../src/database/entities';
import { Tokens } from '../../src/identity/tokens';
import { startServer, stores } from '../server-process';
import { connectPostgres } from '../store-clients';
import { startSignedS3 } from './signed-s3';

const { production } = environments;
export const [origin = ''] = production.origins;
export const buckets = {
  AWS_S3_BUCKET_NAME: bucketName(production, 'recordings'),
  AWS_S3_STUDENT_DOCUMENTS_BUCKET: bucketName(production, 'student-documents'),
  AWS_S3_BANNER_ASSETS_BUCKET: bucketName(production, 'banner-assets'),
  AWS_S3_COURSES_BUCKET: bucketName(production, 'courses'),
  GLOBAL_INVOICE_S3_BUCKET: bucketName(production, 'invoices'),
};
export const cdn = 'https://assets.school.test';
export const secret = 'secret-of-the-key-that-signs-urls';

/** As the template states it. */
export function deployedBucket(purpose: BucketPurpose): CfnResource {
  const name = bucketName(production, purpose);
  const { Resources } = stackOf('production', 'storage').template;
  const found = Object.values(Resources).find(
    ({ Type, Properties }) => Type === 'AWS::S3::Bucket' && Properties.BucketName === name,
  );
  if (found === undefined) throw new Error(`The template has no bucket ${name}.`);
  return found;
}

/** The production buckets, with the CORS rules that the template gives them. */
async function createBuckets(s3: S3Client): Promise<void> {
  const purposes = ['recordings', 'student-documents', 'banner-assets', 'courses', 'invoices'] as const;
  for (const purpose of purposes) {
    const Bucket = bucketName(production, purpose);
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'ap-south-1' } }));
    const rules = deployedBucket(purpose).Properties.CorsConfiguration?.CorsRules;
    if (rules === undefined) continue;
    const CORSRules = rules.map(({ ExposedHeaders, MaxAge, ...rule }: Readonly<Record<string, unknown>>) => ({
      ...rule,
      ExposeHeaders: ExposedHeaders,
      MaxAgeSeconds: MaxAge,
    }));
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  }
}

export interface Call {
  readonly token?: string;
  readonly method?: string;
  readonly body?: unknown;
}

/** A server of the service with the production buckets in moto, behind a check of signatures. */
export async function startPlatform() {
  const moto = await startMoto();
  const credentials = { accessKeyId: 'AKIAUPLOADS', secretAccessKey: secret };
  const s3 = new S3Client({ region: 'ap-south-1', endpoint: moto.url, forcePathStyle: true, credentials });
  const signedS3 = await startSignedS3({ origin: moto.url, signer: { credentials, region: 'ap-south-1' } });
  await createBuckets(s3);
  const { GLOBAL_INVOICE_S3_BUCKET: _unset, ...stated } = buckets;
  const variables = {
    PROCESS_ROLE: 'web',
    AWS_REGION: 'ap-south-1',
    AWS_ENDPOINT_URL: signedS3.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    JWT_SECRET: 'signs-the-tokens-of-the-tests-of-uploads',
    CORS_ALLOWED_ORIGINS: JSON.stringify(production.origins),
  };
  const { server, url } = await startServer({ ...variables, ...buckets, MAS_ASSETS_CDN_URL: `${cdn}/` });
  /** Where uploads are off, and neither invoices nor a CDN are configured. */
  const bare = await startServer({ ...variables, ...stated, USE_DIRECT_S3_UPLOAD: 'false' });
  const postgres: Client = await connectPostgres(await stores());
  const { environment } = loadEnvironment({ APP_ENV: 'test', ...variables });
  const tokens = new Tokens(environment);

  async function callAt(base: string, path: string, { token, method, body }: Call = {}) {
    const response = await fetch(`${base}/api/uploads${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text === '' ? null : JSON.parse(text) };
  }

  return {
    ...{ s3, signedS3, server, environment, postgres },
    call: (path: string, call?: Call) => callAt(url, path, call),
    callBare: (path: string, call?: Call) => callAt(bare.url, path, call),

    async addUser(role: Role = 'USER', { isActive = true } = {}) {
      const id = randomUUID();
      const add = `INSERT INTO users (id, email, "passwordHash", role, "isActive") VALUES ($1, $2, 'none', $3, $4)`;
      await postgres.query(add, [id, `${id}@school.test`, role, isActive]);
      return { id, token: await tokens.issue({ id, role }) };
    },

    async stop() {
      s3.destroy();
      await Promise.all([postgres.end(), signedS3.stop(), moto.stop()]);
    },
  };
}

export type Platform = Awaited<ReturnType<typeof startPlatform>>;
export type User = Awaited<ReturnType<Platform['addUser']>>;
