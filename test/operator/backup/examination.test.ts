import { manifestKey } from '../../../app-image/src/backup/keys';
import { examineBackup } from '../../../operator/backup/examination';
import { motoTests } from '../../moto';
import { BackupSite, bucket } from './backup-site';

const moto = motoTests('The examination of backups was not tried.');
const { why } = moto;
const at = new Date('2026-11-20T19:15:03.123Z');

let site: BackupSite;
beforeAll(async () => {
  if (moto.found) site = await BackupSite.start();
});
afterAll(() => site?.stop());
beforeEach(() => site?.reset());
afterEach(() => jest.restoreAllMocks());

const told: string[] = [];
const examine = (key: string, quick = false) =>
  examineBackup({ s3: site.s3, bucket, key, quick, postgresClients: [], tell: (line) => told.push(line) });
const states = async (key: string, quick = false) =>
  (await examine(key, quick)).map(({ title, state }) => `${title} ${state}`);
const differences = async (key: string) => (await examine(key)).flatMap((check) => check.differences);

moto.it(`compares the size and the sha256, and says what it could not try${why}`, async () => {
  const checks = await examine(await site.store(at));
  expect(checks.map(({ title, state }) => `${title} ${state}`)).toEqual([
    ...['manifest passed', 'size passed', 'sha256 passed', 'contents not tried'],
  ]);
  expect(checks.at(-1)?.detail).toMatch(
    /^not tried: there is no pg_restore, and must be of 16 or newer; apt-get install postgresql-client-16/,
  );
});

moto.it(`reads an object of several pieces, and says how far it has come${why}`, async () => {
  const key = await site.store(at, {}, Buffer.alloc(70 * 1024 * 1024, 'a dump of a database '));
  expect(await states(key)).toContain('sha256 passed');
  expect(told).toEqual(['  64 of 70 MiB read']);
});

moto.it(`reads nothing of a dump where it is told to be quick${why}`, async () => {
  const key = await site.store(at);
  await site.put(key, Buffer.alloc(2500));
  expect(await states(key, true)).toEqual([
    ...['manifest passed', 'size passed', 'sha256 not tried', 'contents not tried'],
  ]);
});

moto.it(`finds one changed bit${why}`, async () => {
  const key = await site.store(at);
  const body = await site.object(key);
  body[1000] = (body[1000] ?? 0) ^ 1;
  await site.put(key, body);
  expect(await differences(key)).toEqual([
    { what: 'sha256', expected: expect.stringMatching(/^[\da-f]{64}$/), found: expect.stringMatching(/^[\da-f]{64}$/) },
  ]);
});

moto.it(`finds a dump that was cut off, without reading it${why}`, async () => {
  const key = await site.store(at);
  await site.put(key, (await site.object(key)).subarray(0, 2400));
  expect(await states(key)).toEqual(['manifest passed', 'size differs', 'sha256 not tried', 'contents not tried']);
  expect(await differences(key)).toEqual([{ what: 'bytes', expected: '2500', found: '2400' }]);
});

moto.it.each([
  ['was edited', (text: string) => text.replace('1200', '1201'), 'was changed after it was written'],
  ['lacks a field', (text: string) => text.replace('"sha256"', '"sha1"'), 'is none (sha256'],
  ['is no JSON', (text: string) => text.slice(0, 100), 'is none (not JSON)'],
])(`finds a manifest that %s${why}`, async (_, edit, message) => {
  const key = await site.store(at);
  await site.put(manifestKey(key), edit(String(await site.object(manifestKey(key)))));
  const [difference, ...more] = await differences(key);
  expect(more).toEqual([]);
  expect(difference?.what).toBe('manifest');
  expect(difference?.found).toContain(message);
});

moto.it(`finds another dump's manifest${why}`, async () => {
  const other = await site.store(new Date('2026-11-19T19:15:03.123Z'));
  const key = await site.store(at);
  await site.put(manifestKey(key), await site.object(manifestKey(other)));
  expect((await differences(key))[0]?.found).toBe(`The manifest of ${key} is that of ${other}`);
});

moto.it(`finds an object that has vanished, and a manifest${why}`, async () => {
  const key = await site.store(at);
  await site.remove(key);
  expect(await differences(key)).toEqual([{ what: 'object', expected: '2500', found: 'not there' }]);
  await site.remove(manifestKey(key));
  expect(await states(key)).toEqual(['manifest differs', 'object differs']);
});
