import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { isDumpKey, manifestKey } from '../../../app-image/src/backup/keys';
import { manifestText, readManifest } from '../../../app-image/src/backup/manifest';
import { backupTests } from '../../../app-image/test/backup/postgres-tests';
import { type DrillProps, drill, drillObjective } from '../../../operator/drill/drill';
import { drillJson, drillText } from '../../../operator/drill/report';
import { bucket, type DrillSite, drillClient, DrillSite as Site } from '../../../operator/drill/site';
import { versionsOf } from './versions';

const tests = backupTests('Restore drills were not tried.');
const seconds = 1000;
const rows = 60;

async function drilled(loss: DrillProps['loss'], sabotage?: DrillProps['sabotage']) {
  const site = await Site.start();
  const said: string[] = [];
  try {
    const { signal } = new AbortController();
    const tell = (line: string) => void said.push(line);
    return { said, ...(await drill({ site, loss, rows, own: process.env, tell, signal, sabotage })) };
  } finally {
    await site.stop();
  }
}

const object = (key: string) => ({ Bucket: bucket, Key: key });
const read = async ({ s3 }: DrillSite, key: string) => {
  const { Body } = await s3.send(new GetObjectCommand(object(key)));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const write = ({ s3 }: DrillSite, key: string, body: string | Buffer) =>
  s3.send(new PutObjectCommand({ ...object(key), Body: body }));
const olderThan = async ({ s3 }: DrillSite, newest: string) => {
  const keys = (await versionsOf(s3, bucket)).map(({ Key = '' }) => Key).filter(isDumpKey);
  return [...new Set(keys)].find((key) => key !== newest) ?? '';
};
/** Of as many bytes as before, and no version of it is right. */
async function corrupt(site: DrillSite, key: string): Promise<void> {
  const dump = await read(site, key);
  dump[dump.length >> 1] = (dump[dump.length >> 1] ?? 0) ^ 1;
  for (const { VersionId } of await versionsOf(site.s3, bucket, key))
    await site.s3.send(new DeleteObjectCommand({ ...object(key), VersionId }));
  await write(site, key, dump);
}

tests.it(
  `puts lost rows back beside what was written since${tests.why}`,
  async () => {
    const result = await drilled('rows');
    expect(result).toMatchObject({
      problems: [],
      passed: true,
      rows: { backedUp: 4 * (rows + 6) + 12, writtenSince: 12 },
    });
    // Three of a hundred written since, of which only leads of the website were deleted.
    expect(result.rows).toMatchObject({ expectedLost: 1, lost: 1 });
    expect(result.steps.map(({ title }) => title)).toContain('put the lost rows back');
    expect(result.rtoSeconds).toBeGreaterThan(0.1);
    expect(result.rpoSeconds).toBeGreaterThan(0);
    const text = drillText([result]);
    expect(text).toMatch(/^✓ +rows +somebody deletes the leads of the website .* 1 of 1$/m);
    expect(text).toContain('Objectives for production: RTO 4 h, RPO 25 h.');
    expect(text.split('\n').at(-1)).toBe('All that was backed up is there again.');
    expect(JSON.parse(drillJson([result]))).toMatchObject({ version: 1, passed: true, results: [{ loss: 'rows' }] });
  },
  60 * seconds,
);

tests.it(
  `restores into a new server, from the version before of a dump that was overwritten and deleted${tests.why}`,
  async () => {
    const result = await drilled('dump');
    expect(result).toMatchObject({
      problems: [],
      passed: true,
      rows: { writtenSince: 12, expectedLost: 12, lost: 12 },
    });
    expect(result.remarks.at(-1)).toBe(`${result.backup}: its version before is right, and was brought back.`);
    expect(result.steps.map(({ title }) => title)).toContain('start an empty server');
    expect(result.objective).toBe(drillObjective);
  },
  60 * seconds,
);

/** What else goes wrong, and what the drill says of it. */
const sabotages: readonly (readonly [
  what: string,
  sabotage: (site: DrillSite, newest: string) => Promise<unknown>,
  remark: RegExp | undefined,
  problem: RegExp,
])[] = [
  [
    'the newest dump is corrupt, with the right size',
    corrupt,
    /: sha256.* differs\.$/,
    /^call_events has 60 rows, and had 66\.$/,
  ],
  [
    'the newest backup has no manifest',
    ({ s3 }, newest) => s3.send(new DeleteObjectCommand(object(manifestKey(newest)))),
    /: no manifest: that backup has failed, or still runs\.$/,
    /^raw_leads has 60 rows, and had 66\.$/,
  ],
  [
    'the newest backup is one of an older state, sealed anew',
    async (site, newest) => {
      const older = await olderThan(site, newest);
      const manifest = readManifest(String(await read(site, manifestKey(older))), older);
      await write(site, newest, await read(site, older));
      await write(site, manifestKey(newest), manifestText({ ...manifest, key: newest }));
    },
    undefined,
    /^users has 60 rows, and had 66\.$/,
  ],
  [
    'the manifest counts what is not in the dump',
    async (site, newest) => {
      const manifest = readManifest(String(await read(site, manifestKey(newest))), newest);
      const more = { ...manifest.rows, 'public.call_events': 1_000_000 };
      await write(site, manifestKey(newest), manifestText({ ...manifest, rows: more }));
    },
    undefined,
    /^restore-check: The backup is not what its manifest says: rows of public\.call_events$/,
  ],
  [
    'no backup can be used',
    async (site, newest) => {
      await corrupt(site, newest);
      await corrupt(site, await olderThan(site, newest));
    },
    undefined,
    /^No backup can be used\. .*\.dump: sha256.* differs\. .*\.dump: sha256.* differs\.$/,
  ],
];

tests.it.each(sabotages)(
  `fails where %s${tests.why}`,
  async (_, sabotage, remark, problem) => {
    const result = await drilled('table', async (site, newest) => void (await sabotage(site, newest)));
    expect(result.passed).toBe(false);
    expect(result.problems).toContainEqual(expect.stringMatching(problem));
    if (remark) expect(result.remarks).toContainEqual(expect.stringMatching(remark));
    expect(drillText([result])).toMatch(/^The drill has FAILED: not all that was backed up is there again/m);
  },
  60 * seconds,
);

it('says what to install where there is no client of PostgreSQL that it can work with', () => {
  const client = (major: number, withServer: boolean) => ({ folder: `/usr/${major}`, major, withServer });
  expect(() => drillClient([])).toThrow(
    /^There is no pg_dump and pg_restore of 16, .*\(there: none\)\. apt-get install/,
  );
  expect(() => drillClient([client(17, false)])).toThrow('(there: 17)');
  expect(drillClient([client(17, true), client(16, false)]).major).toBe(16);
  expect(drillClient([client(15, true)]).major).toBe(15);
});
