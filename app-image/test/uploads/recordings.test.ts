import { randomBytes, randomUUID } from 'node:crypto';
import { motoTests } from '../../../test/moto';
import { stopServers } from '../server-process';
import { putFromPage } from './browser';
import { origin, type Platform, startPlatform, type User } from './platform';

const { found, it: withMoto, why } = motoTests('recordings.test.ts: no recording was uploaded');

let platform: Platform;
let mentor: User;
let student: User;
let stranger: User;
let recordingId: string;
beforeAll(async () => {
  if (!found) return;
  platform = await startPlatform();
  [mentor, student, stranger] = await Promise.all([
    platform.addUser('EXPERT'),
    platform.addUser('USER'),
    platform.addUser('EXPERT'),
  ]);
}, 60_000);
beforeEach(async () => {
  if (!found) return;
  const meetingId = randomUUID();
  recordingId = randomUUID();
  const addSlot = 'INSERT INTO slots (id, "mentorId", "studentId") VALUES ($1, $2, $3)';
  await platform.postgres.query(addSlot, [meetingId, mentor.id, student.id]);
  const addRecording = 'INSERT INTO meeting_recordings (id, "meetingId", "startedAt") VALUES ($1, $2, now())';
  await platform.postgres.query(addRecording, [recordingId, meetingId]);
});
afterAll(async () => {
  await platform?.stop();
  await stopServers();
});

const bytes = randomBytes(1_000);
const begin = ({ token }: User, id: string) =>
  platform.call('', {
    token,
    body: {
      ...{ purpose: 'recording', fileName: 'talk.webm', contentType: 'video/webm' },
      ...{ size: bytes.length, recordingId: id },
    },
  });
async function upload(user: User) {
  const { body } = await begin(user, recordingId);
  const { url, headers, ticket } = body.data;
  await putFromPage({ origin, url, headers, body: bytes });
  return (await platform.call('/confirm', { token: user.token, body: { ticket } })).body.data;
}
const s3Key = async () =>
  (await platform.postgres.query('SELECT "s3Key" FROM meeting_recordings WHERE id = $1', [recordingId])).rows[0].s3Key;

describe(`the file of a recording${why}`, () => {
  withMoto('is known to the recording once it is confirmed, and no more once it is deleted', async () => {
    expect(await s3Key()).toBeNull();
    const first = await upload(mentor);
    expect(first.recordingId).toBe(recordingId);
    expect(await s3Key()).toBe(first.key);

    const second = await upload(mentor);
    expect(await s3Key()).toBe(second.key);
    const remove = (id: string) => platform.call(`/${id}`, { token: mentor.token, method: 'DELETE' });
    expect((await remove(first.id)).status).toBe(204);
    expect(await s3Key()).toBe(second.key);
    expect((await remove(second.id)).status).toBe(204);
    expect(await s3Key()).toBeNull();
  });

  withMoto('is watched by those who met, deleted by its owner only, and of no concern to others', async () => {
    const { id } = await upload(mentor);
    const { status, body } = await platform.call(`/${id}/url`, { token: student.token });
    expect(status).toBe(200);
    expect(Buffer.from(await (await fetch(body.data.url)).arrayBuffer()).equals(bytes)).toBe(true);
    expect((await platform.call(`/${id}`, { token: student.token, method: 'DELETE' })).status).toBe(403);
    expect((await platform.call(`/${id}/url`, { token: stranger.token })).status).toBe(403);
  });

  withMoto('is uploaded by whoever leads the meeting, and for a recording that there is', async () => {
    expect((await begin(stranger, recordingId)).status).toBe(403);
    expect((await begin(mentor, randomUUID())).status).toBe(404);
  });
});
