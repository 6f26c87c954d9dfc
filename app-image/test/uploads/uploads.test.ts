import { randomBytes } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { motoTests } from '../../../test/moto';
import { type Announced, Tickets } from '../../src/uploads/tickets';
import { stopServers } from '../server-process';
import { preflightRefusal, putFromPage } from './browser';
import { buckets, origin, type Platform, startPlatform, type User } from './platform';

const { found, it: withMoto, why } = motoTests('uploads.test.ts: no browser uploaded anything');

let platform: Platform;
let student: User;
let expert: User;
let admin: User;
beforeAll(async () => {
  if (!found) return;
  platform = await startPlatform();
  [student, expert, admin] = await Promise.all([
    platform.addUser('USER'),
    platform.addUser('EXPERT'),
    platform.addUser('ADMIN'),
  ]);
}, 60_000);
afterAll(async () => {
  await platform?.stop();
  await stopServers();
});
beforeEach(() => {
  if (found) Object.assign(platform.signedS3.behaviour, { state: 'up', hoursLater: 0 });
});

const pdf = { purpose: 'student-document', fileName: 'CV of Zoë.pdf', contentType: 'application/pdf' };
const webm = { purpose: 'recording', fileName: 'talk.webm', contentType: 'video/webm' };
const bytes = randomBytes(10_000);

async function begin({ token }: User, body: Readonly<Record<string, unknown>> = {}) {
  const answer = await platform.call('', { token, body: { ...pdf, size: bytes.length, ...body } });
  expect(answer).toMatchObject({ status: 201, body: { success: true } });
  return answer.body.data;
}
const confirm = ({ token }: User, ticket: string) => platform.call('/confirm', { token, body: { ticket } });
const put = ({ url, headers }: { url: string; headers: Record<string, string> }, body: Uint8Array = bytes) =>
  putFromPage({ origin, url, headers, body });
const objectAt = (key: string, Bucket = buckets.AWS_S3_STUDENT_DOCUMENTS_BUCKET) =>
  platform.s3.send(new HeadObjectCommand({ Bucket, Key: key })).catch(({ name }: Error) => name);
const rowOf = async (id: string) =>
  (await platform.postgres.query('SELECT * FROM uploads WHERE id = $1', [id])).rows[0];

describe(`an upload by a page${why}`, () => {
  withMoto.each([
    ['recording', 'video/webm', 'AWS_S3_BUCKET_NAME', 'recordings'],
    ['student-document', 'application/pdf', 'AWS_S3_STUDENT_DOCUMENTS_BUCKET', 'documents'],
    ['banner-asset', 'image/png', 'AWS_S3_BANNER_ASSETS_BUCKET', 'banners'],
    ['course-content', 'video/mp4', 'AWS_S3_COURSES_BUCKET', 'courses'],
  ] as const)('goes to S3, is looked at, and is known then: %s', async (purpose, contentType, bucket, prefix) => {
    const pending = await begin(admin, { purpose, contentType, fileName: 'a file.bin' });
    expect(pending).toEqual({
      uploadId: expect.any(String),
      method: 'PUT',
      url: expect.any(String),
      headers: { 'content-type': contentType, 'if-none-match': '*' },
      key: `${prefix}/${admin.id}/${pending.uploadId}/a-file.bin`,
      expiresInSeconds: 300,
      ticket: expect.any(String),
      ticketExpiresInSeconds: 21_600,
    });
    expect(new URL(pending.url).searchParams.get('X-Amz-SignedHeaders')).toBe(
      'content-length;content-type;host;if-none-match',
    );
    expect(new URL(pending.url).searchParams.get('X-Amz-Expires')).toBe('300');
    expect(await rowOf(pending.uploadId)).toBeUndefined();

    const { status, etag } = await put(pending);
    expect(status).toBe(200);
    const confirmed = await confirm(admin, pending.ticket);
    expect(confirmed.status).toBe(201);
    expect(confirmed.body.data).toEqual({
      id: pending.uploadId,
      userId: admin.id,
      purpose,
      key: pending.key,
      fileName: 'a file.bin',
      contentType,
      size: bytes.length,
      etag,
      recordingId: null,
      createdAt: expect.stringMatching(/Z$/),
    });
    expect(await rowOf(pending.uploadId)).toMatchObject({ bucket: buckets[bucket], etag });

    const again = await confirm(admin, pending.ticket);
    expect(again.status).toBe(200);
    expect(again.body).toEqual(confirmed.body);
  });

  withMoto('is one row, however many confirm it at once', async () => {
    const pending = await begin(student);
    await put(pending);
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(student, pending.ticket)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  withMoto('is not sent from a page of another origin, nor to the invoices', async () => {
    const { url, headers } = await begin(student);
    expect(await preflightRefusal({ origin, url, headers })).toBeUndefined();
    for (const other of ['https://example.net', origin.replace('https:', 'http:'), 'null'])
      expect(await preflightRefusal({ origin: other, url, headers })).toBe('the preflight was answered 403');
    const invoice = url.replace(buckets.AWS_S3_STUDENT_DOCUMENTS_BUCKET, buckets.GLOBAL_INVOICE_S3_BUCKET);
    expect(await preflightRefusal({ origin, url: invoice, headers })).toBe('the origin is not allowed');
    expect(await preflightRefusal({ origin, url, headers: { ...headers, 'x-evil': '1' } })).toBe(
      'x-evil may not be sent',
    );
  });
});

describe(`S3 itself refuses${why}`, () => {
  const refused = { status: 403, text: expect.stringContaining('SignatureDoesNotMatch: ') };
  const sent = async (pending: Awaited<ReturnType<typeof begin>>, change: Partial<typeof pending>, body = bytes) => {
    const { status, text } = await put({ ...pending, ...change }, body);
    return { status, text };
  };

  withMoto('another size, type, key and bucket than what was announced, and a missing header', async () => {
    const pending = await begin(student);
    const { url, headers, key } = pending;
    expect(await sent(pending, {}, randomBytes(bytes.length + 1))).toEqual(refused);
    expect(await sent(pending, {}, randomBytes(bytes.length - 1))).toEqual(refused);
    expect(await sent(pending, { headers: { ...headers, 'content-type': 'text/html' } })).toEqual(refused);
    expect(await sent(pending, { headers: { 'content-type': headers['content-type'] } })).toEqual(refused);
    expect(await sent(pending, { url: url.replace('CV-of-Zoe.pdf', 'another.pdf') })).toEqual(refused);
    expect(await sent(pending, { url: url.replace(student.id, admin.id) })).toEqual(refused);
    const elsewhere = url.replace(buckets.AWS_S3_STUDENT_DOCUMENTS_BUCKET, buckets.AWS_S3_COURSES_BUCKET);
    expect(await sent(pending, { url: elsewhere })).toEqual(refused);
    expect(await objectAt(key)).toBe('NotFound');
  });

  withMoto('a URL that is too old', async () => {
    const pending = await begin(student);
    platform.signedS3.behaviour.hoursLater = 0.1;
    expect(await sent(pending, {})).toEqual({ status: 403, text: 'AccessDenied: Request has expired' });
  });

  withMoto('to replace what is there', async () => {
    const pending = await begin(student);
    await put(pending);
    expect((await sent(pending, {}, randomBytes(bytes.length))).status).toBe(412);
    expect(await confirm(student, pending.ticket)).toMatchObject({ status: 201 });
  });
});

describe(`a confirmation is refused${why}`, () => {
  const announcedBy = async (user: User, change: Partial<Announced> = {}): Promise<Announced> => {
    const { uploadId, key } = await begin(user);
    const { purpose, fileName, contentType } = pdf;
    const size = bytes.length;
    return { uploadId, userId: user.id, purpose, key, fileName, contentType, size, recordingId: null, ...change };
  };
  const store = (Key: string, Body: Uint8Array, ContentType = 'application/pdf') =>
    platform.s3.send(new PutObjectCommand({ Bucket: buckets.AWS_S3_STUDENT_DOCUMENTS_BUCKET, Key, Body, ContentType }));

  withMoto('when nothing was uploaded', async () => {
    const pending = await begin(student);
    expect(await confirm(student, pending.ticket)).toMatchObject({ status: 409, body: { code: 'UPLOAD_MISSING' } });
    expect(await rowOf(pending.uploadId)).toBeUndefined();
  });

  // S3 would have to be told by somebody else than the URL.
  withMoto.each([
    ['size', 'UPLOAD_SIZE_MISMATCH', 9_999, 'application/pdf'],
    ['type', 'UPLOAD_TYPE_MISMATCH', 10_000, 'text/html'],
  ])('when the object has another %s, which is deleted', async (_, code, size, type) => {
    const pending = await begin(student);
    await store(pending.key, randomBytes(size), type);
    expect(await confirm(student, pending.ticket)).toMatchObject({ status: 422, body: { code } });
    expect(await objectAt(pending.key)).toBe('NotFound');
    expect(await rowOf(pending.uploadId)).toBeUndefined();
    expect(await confirm(student, pending.ticket)).toMatchObject({ status: 409, body: { code: 'UPLOAD_MISSING' } });
  });

  withMoto('with a ticket of somebody else', async () => {
    const pending = await begin(student);
    await put(pending);
    for (const user of [expert, admin])
      expect(await confirm(user, pending.ticket)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await rowOf(pending.uploadId)).toBeUndefined();
  });

  withMoto('with a ticket that is too old', async () => {
    const announced = await announcedBy(student);
    await store(announced.key, bytes);
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now - 6 * 3600 * 1000 - 2000);
    const ticket = await new Tickets(platform.environment).issue(announced).finally(() => clock.mockRestore());
    expect(await confirm(student, ticket)).toMatchObject({ status: 410, body: { code: 'TICKET_EXPIRED' } });
  });

  withMoto('with a ticket that is not ours', async () => {
    const announced = await announcedBy(student);
    await store(announced.key, bytes);
    const forged = await new Tickets({ JWT_SECRET: 'a-secret-that-somebody-else-made-up' }).issue(announced);
    const ours = await new Tickets(platform.environment).issue(announced);
    const [header, payload = '', signature] = ours.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const larger = { ...claims, upload: { ...announced, key: `documents/${admin.id}/a.pdf` } };
    const changed = Buffer.from(JSON.stringify(larger)).toString('base64url');
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const ticket of [
      forged,
      `${header}.${changed}.${signature}`,
      `${unsigned}.${changed}.`,
      student.token,
      await new Tickets(platform.environment).issue({ ...announced, size: 'large' as never }),
      await new Tickets(platform.environment).issue({ ...announced, purpose: '__proto__' }),
      '',
      'x.y.z',
    ])
      expect(await confirm(student, ticket)).toMatchObject({ status: 400, body: { code: 'TICKET_INVALID' } });
    for (const ticket of [7, null, undefined, 'x'.repeat(5_000)])
      expect(await confirm(student, ticket as string)).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    expect(await platform.call('/confirm', { token: ours, body: { ticket: ours } })).toMatchObject({ status: 401 });
    expect(await confirm(student, ours)).toMatchObject({ status: 201 });
  });
});

describe(`nothing is begun${why}`, () => {
  withMoto.each([
    ['size', { size: 20 * 2 ** 20 + 1 }],
    ['size', { size: 0 }],
    ['size', { size: 1.5 }],
    ['size', { size: '10' }],
    ['contentType', { contentType: 'text/html' }],
    ['contentType', { contentType: 'application/pdf\r\nx-evil: 1' }],
    ['contentType', { purpose: 'banner-asset', contentType: 'image/svg+xml' }],
    ['purpose', { purpose: 'invoice' }],
    ['purpose', { purpose: 'toString' }],
    ['fileName', { fileName: 'a\0.pdf' }],
    ['fileName', { fileName: '\ud800.pdf' }],
    ['fileName', { fileName: 'folder/' }],
    ['fileName', { fileName: 'x'.repeat(201) }],
    ['recordingId', { recordingId: '6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11' }],
    ['recordingId', { ...webm, recordingId: 'recording-7' }],
    ['', { key: 'documents/mine' }],
  ])('where %s is not allowed: %j', async (field, change) => {
    const { token } = await platform.addUser('ADMIN');
    const { status, body } = await platform.call('', { token, body: { ...pdf, size: 10, ...change } });
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
    expect(body.fields.map((problem: { field: string }) => problem.field)).toEqual([field]);
  });

  withMoto('by those who may not', async () => {
    const course = { purpose: 'course-content', fileName: 'a.mp4', contentType: 'video/mp4', size: 10 };
    const banner = { purpose: 'banner-asset', fileName: 'a.png', contentType: 'image/png', size: 10 };
    const recording = { purpose: 'recording', fileName: 'a.webm', contentType: 'video/webm', size: 10 };
    const forbidden = { status: 403, body: { code: 'FORBIDDEN' } };
    for (const body of [course, banner, recording])
      expect(await platform.call('', { token: student.token, body })).toMatchObject(forbidden);
    expect(await platform.call('', { token: expert.token, body: banner })).toMatchObject(forbidden);
    expect(await platform.call('', { body: { ...pdf, size: 10 } })).toMatchObject({ status: 401 });
    const left = await platform.addUser('USER', { isActive: false });
    expect(await platform.call('', { token: left.token, body: { ...pdf, size: 10 } })).toMatchObject(forbidden);
  });

  withMoto('where uploads are off', async () => {
    const answer = await platform.callBare('', { token: student.token, body: { ...pdf, size: 10 } });
    expect(answer).toMatchObject({ status: 503, body: { code: 'DIRECT_UPLOAD_OFF' } });
  });
});

describe('a name in a key', () => {
  withMoto.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\fakepath\\Résumé (1).pdf', 'Resume-1.pdf'],
    ['मेरा दस्तावेज़.pdf', 'file.pdf'],
    ['..', 'file'],
    ['.htaccess', 'htaccess'],
    [`${'x'.repeat(150)}.pdf`, `${'x'.repeat(100)}.pdf`],
    ['a?b#c%2f"d\'.pdf', 'a-b-c-2f-d.pdf'],
  ])('is plain: %s', async (fileName, name) => {
    const user = await platform.addUser();
    const { key, uploadId, url, headers, ticket } = await begin(user, { fileName });
    expect(key).toBe(`documents/${user.id}/${uploadId}/${name}`);
    expect((await put({ url, headers })).status).toBe(200);
    expect((await confirm(user, ticket)).body.data.fileName).toBe(fileName.split(/[\\/]/).at(-1));
  });
});
