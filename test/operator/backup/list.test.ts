import { manifestKey } from '../../../app-image/src/backup/keys';
import { newestBackup } from '../../../operator/backup/stored-backups';
import { motoTests } from '../../moto';
import { account, BackupSite, bucket } from './backup-site';

const moto = motoTests('backup list was not tried.');
const { why } = moto;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

let site: BackupSite;
beforeAll(async () => {
  if (moto.found) site = await BackupSite.start();
});
afterAll(() => site?.stop());
beforeEach(() => site?.reset());
afterEach(() => jest.restoreAllMocks());

moto.it(`lists dumps, the newest first, with what their manifests say${why}`, async () => {
  const old = await site.store(hoursAgo(50));
  const night = await site.store(hoursAgo(2));
  const half = await site.store(hoursAgo(1));
  await site.remove(manifestKey(half));
  const edited = await site.store(hoursAgo(3));
  const text = String(await site.object(manifestKey(edited)));
  await site.put(manifestKey(edited), text.replace('1200', '1201'));
  const grown = await site.store(hoursAgo(4), { bytes: 7 });

  expect(await site.run('list')).toBe(0);
  const [head, ...rows] = site.text.split('\n');
  expect(head).toMatch(/^ +begun \(UTC\) +age +size +tables +rows +revision +migrations +key +no backup, why$/);
  expect(rows.map((row) => row.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, 'TIME').split(/ {2,}/))).toEqual([
    ['✗', 'TIME', '1 h', '3 kB', '–', '–', '–', '–', half, 'no manifest: that backup has failed, or still runs'],
    ['✓', 'TIME', '2 h', '3 kB', '2', '1,234', 'main-1a2b3c4', '2', night],
    [
      '✗',
      'TIME',
      '3 h',
      '3 kB',
      '–',
      '–',
      '–',
      '–',
      edited,
      `The manifest of ${edited} was changed after it was written`,
    ],
    [
      '✗',
      'TIME',
      '4 h',
      '3 kB',
      '2',
      '1,234',
      'main-1a2b3c4',
      '2',
      grown,
      'it has 2500 bytes, and its manifest says 7',
    ],
    ['✓', 'TIME', '2 d', '3 kB', '2', '1,234', 'main-1a2b3c4', '2', old],
  ]);
});

moto.it(`lists no more than it is asked for${why}`, async () => {
  const [, , newest] = [await site.store(hoursAgo(3)), await site.store(hoursAgo(2)), await site.store(hoursAgo(1))];
  expect(await site.run('list', { count: 1, json: true })).toBe(0);
  expect(JSON.parse(site.text)).toMatchObject({
    ...{ version: 1, environment: 'staging', bucket },
    backups: [{ key: newest, hasManifest: true, bytes: 2500, rows: 1234, newestMigration: '0002-leads' }],
  });
  expect(JSON.parse(site.text).backups).toHaveLength(1);
});

moto.it(`warns where the newest backup is older than a day, whatever dumps there are since${why}`, async () => {
  await site.store(hoursAgo(30));
  await site.remove(manifestKey(await site.store(hoursAgo(2))));
  expect(await site.run('list')).toBe(0);
  expect(site.said.at(-1)).toBe(
    '! The newest backup of staging is 30 h old; the schedule makes one each night. Make one: npm run backup -- now staging',
  );
});

moto.it(`warns where there is none${why}`, async () => {
  expect(await site.run('list')).toBe(0);
  expect(site.said).toEqual(['! staging has no backup. Make one: npm run backup -- now staging']);
});

moto.it(`takes nothing for a dump whose name is no time, whoever has put it there${why}`, async () => {
  const key = await site.store(hoursAgo(2));
  await site.put('backups/mas/2026/11/2026.dump', 'copied by hand');
  await site.put('backups/mas/2026/11/2026.manifest.json', '{}');
  expect(await site.run('list', { json: true })).toBe(0);
  expect(JSON.parse(site.text).backups).toMatchObject([{ key }]);
});

moto.it(`names the newest one that has its manifest${why}`, async () => {
  const key = await site.store(hoursAgo(2));
  await site.remove(manifestKey(await site.store(hoursAgo(1))));
  expect(await newestBackup(site.s3, bucket, 'mas')).toMatchObject({ key, bytes: 2500 });
  expect(await newestBackup(site.s3, bucket, 'other')).toBeUndefined();
});

moto.it.each(['GetCallerIdentity', 'ListObjectsV2', 'GetObject'])(
  `says so where %s is refused${why}`,
  async (action) => {
    await site.store(hoursAgo(1));
    site.front.fail(action, 'AccessDeniedException');
    expect(await site.run('list')).toBe(1);
    expect(site.text).toContain('These credentials may not do that.');
  },
);

moto.it(`says how to have the bucket, where there is none${why}`, async () => {
  site.front.fail('ListObjectsV2', 'NoSuchBucket' as 'cut');
  expect(await site.run('list')).toBe(1);
  expect(site.text).toBe(
    `There is no bucket ${bucket} in this account. The deployment makes it: npx cdk deploy 'staging/storage'`,
  );
  expect(bucket).toContain(account);
});
