import { ECRClient } from '@aws-sdk/client-ecr';
import { type Moto, startMoto } from '../../../local/moto';
import { migrationLabel, oldestMigrationLabel } from '../../../operator/images/schema';
import { motoTests } from '../../moto';
import { AwsFront } from '../aws-front';
import { putImage, type TestImage } from '../images/ecr-images';
import { digest, ReleaseSite, repository, revisionArn } from './release-site';

const moto = motoTests('The releases of images that ran before, and those of staging, were not tried.');
let aws: Moto;
let front: AwsFront;
let ecr: ECRClient;
let production: ReleaseSite;
let staging: ReleaseSite;
const said: string[] = [];
const text = () => said.join('\n');

beforeAll(async () => {
  if (!moto.found) return;
  process.env.AWS_ACCESS_KEY_ID = 'AKIATEST';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  aws = await startMoto();
  front = await AwsFront.start(aws.url);
  ecr = new ECRClient({ region: 'ap-south-1', endpoint: aws.url });
  production = await ReleaseSite.start('production');
  staging = await ReleaseSite.start('staging');
  production.source = staging;
  staging.source = staging;
});
afterAll(async () => {
  for (const each of [production, staging, front]) each?.stop();
  ecr?.destroy();
  await aws?.stop();
});
beforeEach(async () => {
  said.length = 0;
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...line) => void said.push(line.join(' ')));
  if (!moto.found) return;
  for (const each of [front, production, staging]) each.reset();
  await fetch(`${aws.url}/moto-api/reset`, { method: 'POST' });
  scanned({});
});
afterEach(() => jest.restoreAllMocks());

const scanned = (counts: Readonly<Record<string, number>>) =>
  front.answers.set('DescribeImageScanFindings', () => ({
    imageScanStatus: { status: 'COMPLETE' },
    imageScanFindings: {
      findingSeverityCounts: counts,
      findings: Object.keys(counts).map((severity) => ({ name: 'CVE-2026-1', severity })),
    },
  }));

/** Released to a site, and in ECR. @returns its digest */
async function release(site: ReleaseSite, id: number, image: TestImage = {}): Promise<string> {
  const labels = { [migrationLabel]: `000${id}-x`, [oldestMigrationLabel]: '0001-x', ...image.labels };
  const put = await putImage(front, ecr, { tag: `main-${id}`, ...image, labels });
  const name = image.repository === undefined ? repository : repository.replace('mr-mentor-backend', image.repository);
  site.ecs.images[revisionArn(id)] = { image: `${name}:main-${id}`, imageDigest: put.digest };
  site.deployed(id);
  return put.digest;
}

const run = (site: ReleaseSite, verb: string, options = {}) => site.run(verb, options, front.url);

describe('rollback', () => {
  moto.it(`lists what it could go back to${moto.why}`, async () => {
    production.deployed(1);
    const second = await release(production, 2);
    await release(production, 3);
    expect(await run(production, 'rollback')).toBe(1);
    expect(said.at(0)).toMatch(/^No deployment is under way\. Of those that ran before, state one with --to\.\n/);
    const [, , live, kept, gone] = text().split('\n');
    expect(live).toMatch(/^✗ +3 +main-3 .* it is what runs now$/);
    expect(kept).toMatch(new RegExp(`^✓ +2 +main-2 ${second.slice(0, 19)} `));
    expect(gone).toMatch(/^✗ +1 +main-1 sha256:b+ +.* its image is no longer in ECR$/);
    expect(production.commands).toEqual([]);
  });

  moto.it(`releases what ran before, by the very command line that a dry run prints${moto.why}`, async () => {
    const first = await release(production, 1);
    await release(production, 2);
    expect(await run(production, 'rollback', { to: 'main-1', dryRun: true })).toBe(0);
    const printed = said.at(-1);
    expect(printed).toBe(
      `npx cdk deploy production/service --exclusively --require-approval never -c imageTag=${first} -c environments=production`,
    );
    expect(production.commands).toEqual([]);
    expect(await run(production, 'rollback', { to: 'main-1' })).toBe(0);
    expect(production.commands).toEqual([printed]);
  });

  moto.it(`finds images that cdk deploy has built where they are${moto.why}`, async () => {
    const assets = 'cdk-hnb659fds-container-assets-123456789012-ap-south-1';
    const first = await release(production, 1, { repository: assets });
    await release(production, 2, { repository: assets });
    expect(await run(production, 'rollback', { to: '1' })).toBe(0);
    expect(production.commands[0]).toMatch(new RegExp(`-c imageTag=${assets}@${first} `));
  });

  moto.it(`refuses what the migrations do not allow, until somebody has looked${moto.why}`, async () => {
    await release(production, 1);
    await release(production, 2, { labels: { [oldestMigrationLabel]: '0002-x' } });
    expect(await run(production, 'rollback', { to: 'main-1' })).toBe(1);
    expect(said.at(-1)).toMatch(/^Refused: main-1: its newest migration is 0001-x, .* state --migrations-allow\.\n/);
    expect(production.commands).toEqual([]);
    expect(await run(production, 'rollback', { to: 'main-1', migrationsAllow: true })).toBe(0);
    expect(production.commands).toHaveLength(1);
  });

  moto.it(`waits for what is under way elsewhere in the environment${moto.why}`, async () => {
    await release(production, 1);
    await release(production, 2);
    Object.assign(production, { stacks: ['mr-mentor-production-service is UPDATE_IN_PROGRESS'] });
    expect(await run(production, 'rollback', { to: 'main-1' })).toBe(1);
    expect(said.at(-1)).toContain('mr-mentor-production-service is UPDATE_IN_PROGRESS');
    expect(production.commands).toEqual([]);
  });

  moto.it(`is not kept from it by an image that cannot be looked at${moto.why}`, async () => {
    await release(production, 1);
    await release(production, 2);
    await release(production, 3);
    let asked = 0;
    front.rewrites.set('DescribeImages', (answer) => {
      asked += 1;
      return asked === 2 ? '<html>' : answer;
    });
    expect(await run(production, 'rollback')).toBe(1);
    expect(text()).toMatch(/✗ .* its image cannot be looked at: What answers does not speak AWS's protocol/);
    asked = 0;
    expect(await run(production, 'rollback', { to: 'main-1', migrationsAllow: true })).toBe(0);
    expect(production.commands).toHaveLength(1);
  });

  moto.it(`brings back no image that is gone, whatever is stated${moto.why}`, async () => {
    production.deployed(1);
    await release(production, 2);
    expect(await run(production, 'rollback', { to: 'main-1', migrationsAllow: true })).toBe(1);
    expect(text()).toContain('Refused: main-1: its image is no longer in ECR.');
    expect(production.commands).toEqual([]);
  });

  moto.it(`knows of nothing where nothing else ran${moto.why}`, async () => {
    await release(production, 1);
    expect(await run(production, 'rollback', { to: 'main-9' })).toBe(1);
    expect(text()).toContain('--to main-9: nothing that ran before.');
    expect(text()).toContain('ECS knows of no other image that ran in production in the last 90 days.');
  });

  moto.it(`says what a deployment that failed has left${moto.why}`, async () => {
    await release(production, 1);
    await release(production, 2);
    production.cdkCode = 1;
    expect(await run(production, 'rollback', { to: 'main-1' })).toBe(1);
    expect(said.at(-1)).toContain('The CDK CLI ended with 1. What CloudFormation has begun it goes on with');
  });
});

describe('promote', () => {
  moto.it(`releases what staging runs, by its digest${moto.why}`, async () => {
    await release(staging, 1);
    const wanted = await release(staging, 2, { inIndex: true });
    staging.deployed(3, { status: 'ROLLBACK_SUCCESSFUL' });
    production.deployed(1);
    scanned({ HIGH: 3 });
    expect(await run(production, 'promote', { dryRun: true })).toBe(0);
    const printed = said.at(-1);
    expect(printed).toBe(
      `npx cdk deploy 'production/**' --require-approval never -c imageTag=${wanted} -c environments=production`,
    );
    expect(said.at(0)).toBe(
      'The last release to staging was taken back (ROLLBACK_SUCCESSFUL); what runs there is the one before.',
    );
    expect(said.at(1)?.split('\n')).toEqual([
      'staging runs main-2',
      `  digest  ${wanted}`,
      '  tags    main-2',
      '  scan    3 high',
      `production runs ${digest('b').slice(0, 19)}`,
    ]);
    expect(await run(production, 'promote')).toBe(0);
    expect(production.commands).toEqual([printed]);
  });

  moto.it(`does nothing where it runs already${moto.why}`, async () => {
    const wanted = await release(staging, 1);
    production.ecs.images[revisionArn(5)] = { image: `${repository}@${wanted}`, imageDigest: wanted };
    production.deployed(5);
    expect(await run(production, 'promote')).toBe(0);
    expect(text()).toBe(`production runs what staging runs: ${wanted}.`);
    expect(production.commands).toEqual([]);
  });

  moto.it.each<[string, () => unknown, RegExp]>([
    [
      'staging still bakes',
      () => staging.baking(4),
      /a release to staging is IN_PROGRESS, BAKE_TIME: .*not proven yet/,
    ],
    [
      'a release is under way',
      () => production.baking(4),
      /a deployment of web is under way in production: IN_PROGRESS, BAKE_TIME\. See/,
    ],
    [
      'the worker follows still',
      () => production.deployed(4, { serviceArn: 'worker', status: 'IN_PROGRESS' }),
      /a deployment of worker is under way in production: IN_PROGRESS\. See/,
    ],
    [
      'CloudFormation is at work',
      () => Object.assign(production, { stacks: ['mr-mentor-production-data is UPDATE_IN_PROGRESS'] }),
      /mr-mentor-production-data is UPDATE_IN_PROGRESS: CloudFormation is at work in production/,
    ],
    ['critical vulnerabilities', () => scanned({ CRITICAL: 1 }), /critical vulnerabilities in it: CVE-2026-1/],
    [
      'the wrong architecture',
      () => release(staging, 2, { architecture: 'arm64' }),
      /it is for linux\/arm64, and the hosts are linux\/amd64/,
    ],
    [
      'an image that was not replicated',
      () => staging.deployed(2),
      /is not in account 123456789012, that of production/,
    ],
    [
      'an image that was built by cdk deploy in another account',
      () => {
        const image = '210987654321.dkr.ecr.ap-south-1.amazonaws.com/cdk-hnb659fds-container-assets:0f';
        staging.ecs.images[revisionArn(2)] = { image, imageDigest: digest('e') };
        staging.deployed(2);
      },
      /was built by cdk deploy and is only in account 210987654321\. Push it to mr-mentor-backend there/,
    ],
  ])(`refuses: %s${moto.why}`, async (_, make, reason) => {
    await release(staging, 1);
    production.deployed(1);
    await make();
    expect(await run(production, 'promote')).toBe(1);
    expect(said.at(-1)).toMatch(/^Refused, and nothing was changed: /);
    expect(said.at(-1)).toMatch(reason);
    expect(production.commands).toEqual([]);
  });

  moto.it(`takes a digest that somebody else has read from staging${moto.why}`, async () => {
    const wanted = await release(staging, 1);
    expect(await run(staging, 'digest')).toBe(0);
    expect(await run(staging, 'digest', { github: true })).toBe(0);
    expect(said).toEqual([wanted, `digest=${wanted}`]);
    production.source = undefined;
    try {
      expect(await run(production, 'promote', { digest: wanted })).toBe(0);
      expect(production.commands).toEqual([
        `npx cdk deploy 'production/**' --require-approval never -c imageTag=${wanted} -c environments=production`,
      ]);
      await expect(run(production, 'promote', { digest: 'main-1' })).rejects.toThrow('--digest: "main-1" is no digest');
    } finally {
      production.source = staging;
    }
  });

  moto.it(`knows of no digest while it bakes, or where nothing runs${moto.why}`, async () => {
    expect(await run(staging, 'digest')).toBe(1);
    staging.baking(2);
    expect(await run(staging, 'digest')).toBe(1);
    expect(said).toEqual([
      'There is none: nothing runs in staging.',
      expect.stringContaining('There is none: a release to staging is IN_PROGRESS, BAKE_TIME'),
    ]);
  });

  moto.it(`takes findings that somebody accepts${moto.why}`, async () => {
    await release(staging, 1);
    scanned({ CRITICAL: 1 });
    expect(await run(production, 'promote', { acceptFindings: true })).toBe(0);
    expect(production.commands).toHaveLength(1);
  });

  moto.it(`goes to demo and production only${moto.why}`, async () => {
    await expect(run(staging, 'promote')).rejects.toThrow('promote: staging does not get its images from staging');
  });
});
