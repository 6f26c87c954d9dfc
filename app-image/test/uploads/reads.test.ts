import { randomBytes, randomUUID } from 'node:crypto';
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { motoTests } from '../../../test/moto';
import { stopServers } from '../server-process';
import { putFromPage } from './browser';
import { buckets, cdn, deployedBucket, origin, type Platform, secret, startPlatform, type User } from './platform';

const { found, it: withMoto, why } = motoTests('reads.test.ts: nothing was read from S3');

let platform: Platform;
let owner: User;
let admin: User;
beforeAll(async () => {
  if (!found) return;
  platform = await startPlatform();
  [owner, admin] = await Promise.all([platform.addUser('EXPERT'), platform.addUser('SUPERADMIN')]);
}, 60_000);
afterAll(async () => {
  await platform?.stop();
  await stopServers();
});
beforeEach(() => {
  if (found) Object.assign(platform.signedS3.behaviour, { state: 'up', hoursLater: 0 });
});

const bytes = randomBytes(5_000);
const kinds = {
  recording: { purpose: 'recording', fileName: 'talk.webm', contentType: 'video/webm' },
  document: { purpose: 'student-document', fileName: 'Lebenslauf "Zoë" 50%.pdf', contentType: 'application/pdf' },
  banner: { purpose: 'banner-asset', fileName: 'banner.png', contentType: 'image/png' },
};

async function uploaded({ token }: User, kind: keyof typeof kinds = 'document') {
  const begun = await platform.call('', { token, body: { ...kinds[kind], size: bytes.length } });
  const { url, headers, ticket } = begun.body.data;
  await putFromPage({ origin, url, headers, body: bytes });
  const { status, body } = await platform.call('/confirm', { token, body: { ticket } });
  expect(status).toBe(201);
  return body.data;
}
const dispositionIn = (url: string) => new URL(url).searchParams.get('response-content-disposition');
const exists = (Bucket: string, Key: string) =>
  platform.s3.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  );

describe(`a private file${why}`, () => {
  withMoto('is read byte for byte by its owner and by administrators, for five minutes', async () => {
    const { id, ...upload } = await uploaded(owner);
    for (const { token } of [owner, admin]) {
      expect((await platform.call(`/${id}`, { token })).body).toEqual({ success: true, data: { id, ...upload } });
      const { status, body, headers } = await platform.call(`/${id}/url`, { token });
      expect([status, body.data.expiresInSeconds]).toEqual([200, 300]);
      expect(headers.get('cache-control')).toBe('no-store');
      const read = await fetch(body.data.url);
      expect(read.status).toBe(200);
      expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
      expect(read.headers.get('content-type')).toBe('application/pdf');
      // moto does not send it as S3 does.
      expect(dispositionIn(body.data.url)).toBe(
        `attachment; filename="Lebenslauf-Zoe-50.pdf"; filename*=UTF-8''Lebenslauf%20%22Zo%C3%AB%22%2050%25.pdf`,
      );
      platform.signedS3.behaviour.hoursLater = 0.1;
      const late = await fetch(body.data.url);
      expect([late.status, await late.text()]).toEqual([403, 'AccessDenied: Request has expired']);
      platform.signedS3.behaviour.hoursLater = 0;
    }
  });

  withMoto('is shown, and not saved, where it is a recording', async () => {
    const { id } = await uploaded(owner, 'recording');
    const { body } = await platform.call(`/${id}/url`, { token: owner.token });
    expect(dispositionIn(body.data.url)).toMatch(/^inline; /);
  });

  withMoto('is read by nobody else, and by no other URL', async () => {
    const { id, key } = await uploaded(owner);
    const other = await uploaded(owner);
    const stranger = await platform.addUser('EXPERT');
    const left = await platform.addUser('ADMIN', { isActive: false });
    for (const path of [`/${id}`, `/${id}/url`]) {
      for (const { token } of [stranger, left])
        expect(await platform.call(path, { token })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect(await platform.call(path)).toMatchObject({ status: 401 });
    }
    const { body } = await platform.call(`/${id}/url`, { token: owner.token });
    const { origin: s3, pathname } = new URL(body.data.url);
    expect((await fetch(s3 + pathname)).status).toBe(403);
    expect((await fetch(body.data.url.replace(key, other.key))).status).toBe(403);
    expect((await fetch(body.data.url.replace('attachment', 'inline'))).status).toBe(403);
    expect((await fetch(body.data.url, { method: 'DELETE' })).status).toBe(403);
  });

  withMoto('has an id, or there is none', async () => {
    const { token } = owner;
    expect(await platform.call(`/${randomUUID()}/url`, { token })).toMatchObject({ status: 404 });
    expect(await platform.call('/not-an-id', { token })).toMatchObject({ status: 400 });
  });
});

describe(`a banner${why}`, () => {
  withMoto('is read through the CDN, and by the URL of its bucket where there is none', async () => {
    const { id, key } = await uploaded(admin, 'banner');
    const { token } = admin;
    const { body } = await platform.call(`/${id}/url`, { token });
    expect(body.data).toEqual({ url: `${cdn}/${key}`, expiresInSeconds: null });
    const bare = await platform.callBare(`/${id}/url`, { token });
    const { url } = platform.signedS3;
    expect(bare.body.data.url).toBe(`${url}/${buckets.AWS_S3_BANNER_ASSETS_BUCKET}/${key}`);
  });
});

describe(`one's own uploads${why}`, () => {
  withMoto(
    "come in pages, the newest first, and nobody else's",
    async () => {
      const user = await platform.addUser();
      const ids: string[] = [];
      for (let count = 0; count < 5; count += 1) ids.unshift((await uploaded(user)).id);
      // Three of the same millisecond.
      const same =
        'UPDATE uploads SET "createdAt" = (SELECT "createdAt" FROM uploads WHERE id = $1) WHERE id = ANY($2)';
      await platform.postgres.query(same, [ids[1], ids.slice(1, 4)]);
      const sorted = [ids[0], ...ids.slice(1, 4).sort().reverse(), ids[4]];

      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const after: string = cursor ? `&cursor=${cursor}` : '';
        const { status, body } = await platform.call(`?limit=2${after}`, { token: user.token });
        expect(status).toBe(200);
        seen.push(...body.data.map(({ id }: { id: string }) => id));
        cursor = body.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(sorted);
    },
    20_000,
  );

  withMoto.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'limit=1&limit=2', 'other=1'])(
    'are not listed by %s',
    async (query) => {
      expect(await platform.call(`?${query}`, { token: owner.token })).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    },
  );

  withMoto.each(['2026-13-40T99:99:99.000Z', '2026-02-30T00:00:00.000Z', '0000-01-01T00:00:00.000Z'])(
    'are not listed from a time that is none: %s',
    async (time) => {
      const { status } = await platform.call(`?cursor=${time}_${randomUUID()}`, { token: owner.token });
      expect(status).toBe(400);
    },
  );
});

describe(`a deletion${why}`, () => {
  withMoto('takes the object, then the row, and may be repeated', async () => {
    const { id, key } = await uploaded(owner);
    const gone = { status: 204, text: '' };
    const stranger = await platform.addUser('EXPERT');
    const remove = ({ token }: User) => platform.call(`/${id}`, { method: 'DELETE', token });
    expect(await remove(stranger)).toMatchObject({ status: 403 });
    expect(await exists(buckets.AWS_S3_STUDENT_DOCUMENTS_BUCKET, key)).toBe(true);

    expect(await remove(owner)).toMatchObject(gone);
    expect(await exists(buckets.AWS_S3_STUDENT_DOCUMENTS_BUCKET, key)).toBe(false);
    expect(await platform.call(`/${id}`, { token: owner.token })).toMatchObject({ status: 404 });
    expect(await remove(owner)).toMatchObject(gone);
  });

  withMoto('by an administrator, of an object that is gone already, leaves no row', async () => {
    const { id, key } = await uploaded(owner);
    const Bucket = buckets.AWS_S3_STUDENT_DOCUMENTS_BUCKET;
    await platform.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    expect(await platform.call(`/${id}`, { method: 'DELETE', token: admin.token })).toMatchObject({ status: 204 });
    expect(await platform.call(`/${id}`, { token: admin.token })).toMatchObject({ status: 404 });
  });

  withMoto('keeps the row while S3 is away', async () => {
    const { id } = await uploaded(owner);
    platform.signedS3.behaviour.state = 'failing';
    const away = await platform.call(`/${id}`, { method: 'DELETE', token: owner.token });
    expect(away).toMatchObject({ status: 503, body: { code: 'STORAGE_UNAVAILABLE' } });
    platform.signedS3.behaviour.state = 'up';
    expect(await platform.call(`/${id}`, { token: owner.token })).toMatchObject({ status: 200 });
  });
});

describe(`an invoice${why}`, () => {
  const Key = 'tax-invoices/2026/MAS101-0001.pdf';
  const Bucket = buckets.GLOBAL_INVOICE_S3_BUCKET;
  const urlOf = (key: string, token?: string) =>
    platform.call(`/invoices/url?key=${encodeURIComponent(key)}`, { token });
  beforeAll(async () => {
    if (!found) return;
    for (const key of [Key, 'private/other.pdf'])
      await platform.s3.send(new PutObjectCommand({ Bucket, Key: key, Body: bytes, ContentType: 'application/pdf' }));
  });

  withMoto('is read by administrators, by a URL for five minutes, and the log says who', async () => {
    const { status, body, headers } = await urlOf(Key, admin.token);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const read = await fetch(body.data.url);
    expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
    expect(dispositionIn(body.data.url)).toMatch(/^attachment; filename="MAS101-0001.pdf"/);
    expect(new URL(body.data.url).searchParams.get('X-Amz-Expires')).toBe('300');
    expect(await platform.server.logged('invoice url issued')).toMatchObject({ by: admin.id, key: Key });
    platform.signedS3.behaviour.hoursLater = 0.1;
    expect((await fetch(body.data.url)).status).toBe(403);
  });

  withMoto('is read by nobody else, and not without a signature', async () => {
    const others = await Promise.all((['USER', 'EXPERT', 'SALES'] as const).map((role) => platform.addUser(role)));
    for (const { token } of others)
      expect(await urlOf(Key, token)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await urlOf(Key)).toMatchObject({ status: 401 });
    expect((await fetch(`${platform.signedS3.url}/${Bucket}/${Key}`)).status).toBe(403);
    // moto lets everybody in; this is what AWS goes by.
    expect(deployedBucket('invoices').Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(deployedBucket('invoices').Properties).not.toHaveProperty('CorsConfiguration');
  });

  withMoto.each([
    'private/other.pdf',
    'tax-invoices',
    'tax-invoices/',
    'tax-invoices/../private/other.pdf',
    'tax-invoices/2026/../../private/other.pdf',
    'tax-invoices/./2026/MAS101-0001.pdf',
    'tax-invoices//2026/MAS101-0001.pdf',
    'tax-invoices/%2e%2e/private/other.pdf',
    'tax-invoices/..%2fprivate/other.pdf',
    'tax-invoices/2026\\..\\other.pdf',
    'tax-invoices-2/other.pdf',
    '/tax-invoices/2026/MAS101-0001.pdf',
    'TAX-INVOICES/2026/MAS101-0001.pdf',
    'tax-invoices/a\0.pdf',
    'tax-invoices/a.pdf\n',
    `tax-invoices/${'a'.repeat(1100)}`,
    '',
  ])('has a key below the prefix: not %j', async (key) => {
    const asked = platform.signedS3.asked.length;
    const { token } = await platform.addUser('ADMIN');
    expect(await urlOf(key, token)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(platform.signedS3.asked).toHaveLength(asked);
  });

  withMoto('that is not there is not found', async () => {
    expect(await urlOf('tax-invoices/none.pdf', admin.token)).toMatchObject({ status: 404 });
  });
});

describe(`when S3 fails${why}`, () => {
  const unavailable = { status: 503, body: { code: 'STORAGE_UNAVAILABLE' } };

  withMoto.each(['silent', 'closing', 'failing'] as const)(
    'a confirmation is answered, and succeeds when S3 is back: %s',
    async (state) => {
      const user = await platform.addUser();
      const { token } = user;
      const begun = await platform.call('', { token, body: { ...kinds.document, size: bytes.length } });
      const { url, headers, ticket } = begun.body.data;
      await putFromPage({ origin, url, headers, body: bytes });
      const asked = platform.signedS3.asked.length;
      platform.signedS3.behaviour.state = state;
      const confirm = () => platform.call('/confirm', { token, body: { ticket } });
      expect(await confirm()).toMatchObject(unavailable);
      expect(platform.signedS3.asked.slice(asked)).toHaveLength(2);
      platform.signedS3.behaviour.state = 'up';
      expect(await confirm()).toMatchObject({ status: 201 });
    },
    20_000,
  );

  withMoto('where there is no bucket, it says what to set', async () => {
    const invoices = await platform.callBare(`/invoices/url?key=tax-invoices/a.pdf`, { token: admin.token });
    expect(invoices).toMatchObject({ status: 503, body: { code: 'STORAGE_NOT_CONFIGURED' } });
    expect(invoices.body.message).toContain('GLOBAL_INVOICE_S3_BUCKET');
  });
});

withMoto(`the log has no URL, no ticket and no credential${why}`, async () => {
  const { stdout, stderr } = platform.server;
  expect(stdout).toContain('upload confirmed');
  expect(stdout).toContain('STORAGE_UNAVAILABLE');
  for (const hidden of ['X-Amz-Signature', 'X-Amz-Credential', 'eyJ', secret, 'Lebenslauf'])
    expect(stdout + stderr).not.toContain(hidden);
});
