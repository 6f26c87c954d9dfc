import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { backupTests } from '../../app-image/test/backup/postgres-tests';
import { onPath } from '../../local/executable';
import { type Moto, startMoto } from '../../local/moto';
import { type Postgres, startPostgres } from '../../local/postgres';
import { triedLines } from './recovery-page';

/**
 * The lines of docs/recovery.md that are marked as tried, by the AWS CLI against an emulator and by psql against a
 * PostgreSQL: what somebody copies at night has to work.
 */
const tests = backupTests('The lines of docs/recovery.md were not tried.');
const aws = onPath('aws');
const psql = tests.client && [join(tests.client.folder, 'bin', 'psql'), onPath('psql')].find((path) => path);
const withCli = aws === undefined ? it.skip : tests.it;
const why = aws === undefined ? ' (SKIPPED: there is no AWS CLI; pipx install awscli)' : tests.why;
const withPsql = psql === undefined ? it.skip : withCli;
const lines = triedLines();
const region = 'ap-south-1';

let moto: Moto;
let folder: string;

beforeAll(async () => {
  if (!tests.found) return;
  moto = await startMoto();
  folder = mkdtempSync(join(tmpdir(), 'mr-mentor-recovery-'));
}, 60_000);
afterAll(async () => {
  await moto?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const { PATH = '', HOME = '' } = process.env;
const environment = (more: Readonly<Record<string, string>>) => ({
  ...{
    PATH: `${join(tests.client?.folder ?? '', 'bin')}:${PATH}`,
    HOME,
    AWS_ENDPOINT_URL: moto.url,
    AWS_REGION: region,
  },
  ...{ AWS_DEFAULT_REGION: region, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test', AWS_PAGER: '' },
  ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', ...more },
});

/** @returns what it printed */
async function shell(script: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: environment(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [printed, complained] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (complained += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${script}\nended with ${code}: ${complained}`);
  return printed.trim();
}

/** The lines of the page, with what a person would put in the place of words in capitals. */
const tried = (
  name: string,
  variables: Readonly<Record<string, string>> = {},
  words: Readonly<Record<string, string>> = {},
) => {
  const text = Object.entries(words).reduce(
    (script, [word, value]) => script.replaceAll(new RegExp(`\\b${word}\\b`, 'g'), value),
    lines.get(name) ?? `false # docs/recovery.md has no lines ${name}`,
  );
  return shell(text, variables);
};

describe('an object', () => {
  const object = { BUCKET: 'mr-mentor-production-courses-1', KEY: 'a course/lesson 1.pdf' };
  const put = (text: string) =>
    shell(`printf '${text}' > one && aws s3api put-object --bucket "$BUCKET" --key "$KEY" --body one`, object);
  const read = () => shell('aws s3 cp "s3://$BUCKET/$KEY" -', object);

  withCli(
    `that was deleted or overwritten comes back by its versions${why}`,
    async () => {
      await shell(
        'aws s3api create-bucket --bucket "$BUCKET" --create-bucket-configuration LocationConstraint=ap-south-1 && aws s3api put-bucket-versioning --bucket "$BUCKET" --versioning-configuration Status=Enabled',
        object,
      );
      await put('as it was');
      await shell('aws s3api delete-object --bucket "$BUCKET" --key "$KEY"', object);
      await expect(read()).rejects.toThrow();
      const { versions, deleted } = JSON.parse(await tried('object-versions', object));
      expect([versions.length, deleted.length]).toEqual([1, 1]);
      await tried('object-deleted', object);
      expect(await read()).toBe('as it was');

      const [[VERSION]] = JSON.parse(await tried('object-versions', object)).versions;
      await put('wrong');
      expect(await read()).toBe('wrong');
      await tried('object-overwritten', { ...object, VERSION });
      expect(await read()).toBe('as it was');
    },
    90_000,
  );

  withCli(
    `of a closed bucket: its policy is opened by one statement, and put back as it was${why}`,
    async () => {
      const BUCKET = 'mr-mentor-production-invoices-1';
      const statement = (Sid: string) => ({
        Sid,
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${BUCKET}/*`,
      });
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [statement('TaskRoleOnly'), statement('Tls')],
      });
      await shell(
        'aws s3api create-bucket --bucket "$BUCKET" --create-bucket-configuration LocationConstraint=ap-south-1 && aws s3api put-bucket-policy --bucket "$BUCKET" --policy "$POLICY"',
        { BUCKET, POLICY: policy },
      );
      await tried('closed-bucket', { BUCKET });
      const now = await shell('aws s3api get-bucket-policy --bucket "$BUCKET" --query Policy --output text', {
        BUCKET,
      });
      expect(JSON.parse(now)).toEqual(JSON.parse(policy));
      const open = JSON.parse(await shell('cat open.json'));
      expect(open.Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['Tls']);
    },
    90_000,
  );
});

describe('the secret', () => {
  // By its stage, which is what a task asks for; without one the emulator answers with what was written last.
  const value = () =>
    shell(
      'aws secretsmanager get-secret-value --secret-id mr-mentor-backend/production --version-stage AWSCURRENT --query SecretString --output text',
    );

  withCli(
    `that was overwritten is the one before again${why}`,
    async () => {
      await shell(
        `aws secretsmanager create-secret --name mr-mentor-backend/production --secret-string '{"A":"before"}'`,
      );
      await shell(
        `aws secretsmanager put-secret-value --secret-id mr-mentor-backend/production --secret-string '{"A":"wrong"}'`,
      );
      expect(await value()).toBe('{"A":"wrong"}');
      await tried('secret-before');
      expect(await value()).toBe('{"A":"before"}');
    },
    90_000,
  );
});

describe('the database', () => {
  withCli(
    `is restored to a moment, and takes the place of the damaged one${why}`,
    async () => {
      await shell(`
        VPC=$(aws ec2 create-vpc --cidr-block 10.0.0.0/16 --query Vpc.VpcId --output text)
        SUBNET=$(aws ec2 create-subnet --vpc-id "$VPC" --cidr-block 10.0.0.0/24 --query Subnet.SubnetId --output text)
        aws rds create-db-subnet-group --db-subnet-group-name subnets --db-subnet-group-description x --subnet-ids "$SUBNET"
        aws rds create-db-instance --db-instance-identifier mr-mentor-production --db-instance-class db.m7g.large \\
          --engine postgres --allocated-storage 100 --master-username mas_app --master-user-password 123456789 \\
          --backup-retention-period 35 --db-subnet-group-name subnets`);
      const words = { SUBNETS: 'subnets', PARAMETERS: 'default.postgres16', GROUP: 'sg-12345678' };
      await tried('point-in-time', {}, words);
      await tried('take-the-place');
      const instances = JSON.parse(
        await shell("aws rds describe-db-instances --query 'DBInstances[].DBInstanceIdentifier'"),
      );
      expect(instances.toSorted()).toEqual(['mr-mentor-production', 'mr-mentor-production-before']);
    },
    120_000,
  );
});

describe('Redis', () => {
  withCli(
    `is made again from a snapshot, with its token, which no process list shows${why}`,
    async () => {
      await shell(
        'aws secretsmanager create-secret --name mr-mentor-cache/production --secret-string 0123456789abcdef',
      );
      const words = { SNAPSHOT: 'one', PARAMETERS: 'redis7', SUBNETS: 'subnets', GROUP: 'sg-1' };
      await tried('redis-snapshot', {}, words);
      const group = JSON.parse(
        await shell(
          "aws elasticache describe-replication-groups --query 'ReplicationGroups[0].[ReplicationGroupId,AutomaticFailover]'",
        ),
      );
      expect(group).toEqual(['mr-mentor-production', 'enabled']);
      expect(JSON.parse(await tried('redis-anew')).ReplicationGroup.Status).toBe('deleting');
    },
    90_000,
  );
});

describe('a dump', () => {
  let server: Postgres | undefined;
  afterAll(() => server?.stop());

  withPsql(
    `is restored into an empty server, and rows are copied back beside what is there${why}`,
    async () => {
      const { client } = tests;
      server = await startPostgres(tests.ownServer && client ? { binaries: join(client.folder, 'bin') } : {});
      const { host, port, superuser, password } = server;
      const SERVER = `postgresql://${superuser}:${password}@${host}:${port}`;
      await server.createDatabase('mas');
      const sql = async (database: string, text: string) => {
        const connection = new Client({ connectionString: `${SERVER}/${database}` });
        await connection.connect();
        return connection.query(text).finally(() => connection.end());
      };
      await sql(
        'mas',
        "CREATE TABLE raw_leads (id int PRIMARY KEY, source text); INSERT INTO raw_leads SELECT n, CASE n % 2 WHEN 0 THEN 'website' ELSE 'event' END FROM generate_series(1, 10) n",
      );
      const stored = { BUCKET: 'mr-mentor-production-database-backups-1', DUMP: 'backups/mas/one.dump', SERVER };
      await shell(
        'aws s3api create-bucket --bucket "$BUCKET" --create-bucket-configuration LocationConstraint=ap-south-1 && pg_dump --format=custom --dbname="$SERVER/mas" | aws s3 cp - "s3://$BUCKET/$DUMP"',
        stored,
      );
      await sql('mas', "DELETE FROM raw_leads WHERE source = 'website'; INSERT INTO raw_leads VALUES (11, 'event')");
      await tried('dump', stored);
      // The other way round: the database that lives on keeps its name, and the restored one is beside it.
      await tried('rows-back', { LIVE: `${SERVER}/mas_before`, RESTORED: `${SERVER}/mas` });
      expect((await sql('mas', 'SELECT count(*)::int AS n FROM raw_leads')).rows).toEqual([{ n: 10 }]);
      expect((await sql('mas_before', 'SELECT count(*)::int AS n FROM raw_leads')).rows).toEqual([{ n: 11 }]);
    },
    90_000,
  );
});

it('every line that is marked as tried, is tried', () => {
  const here = [...readFileSync(__filename, 'utf8').matchAll(/\btried\('([\w-]+)'/g)].map(([, name = '']) => name);
  expect([...new Set(here)].toSorted()).toEqual([...lines.keys()].toSorted());
  expect(lines.size).toBeGreaterThan(8);
});

it('bash takes all of them', () => {
  for (const [name, script] of lines) {
    const { status, stderr } = spawnSync('bash', ['-n', '-c', script], { encoding: 'utf8' });
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' });
  }
});
