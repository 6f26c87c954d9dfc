import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environments } from '../../lib/config/environments';
import { recoveryKeyAlias, recoveryVaultName, replicaBucketName, secretName } from '../../lib/config/names';
import { type losses, objectiveOf, recoveryObjectives, type Store, stores } from '../../lib/config/recovery';
import { environmentNames, stackIdsOf } from '../deployed';
import { objectiveRows, page, section } from './recovery-page';

const root = join(__dirname, '..', '..');
const { production } = environments;
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

it('has the objectives as they are configured', () => {
  const rows = page
    .split('\n')
    .filter((line) => Object.values(stores).some((store) => line.startsWith(`| ${store} |`)));
  expect(rows).toEqual(objectiveRows(recoveryObjectives(production)));
});

it('says how the other environments differ', () => {
  for (const name of environmentNames.filter((each) => each !== 'production')) {
    const { database, cache, recoveryRegion } = environments[name];
    expect({
      days: database.backupRetentionDays,
      multiAz: database.multiAz,
      replicas: cache.replicas,
      recoveryRegion,
    }).toEqual({ days: 7, multiAz: false, replicas: 0, recoveryRegion: undefined });
    const zone = (store: Store) => objectiveOf(environments[name], store, 'zone');
    expect([zone('database').rpoMinutes, zone('redis').rpoMinutes]).toEqual([5, 25 * 60]);
    expect([zone('database').rtoMinutes, zone('redis').rtoMinutes]).toEqual([2 * 60, 60]);
  }
  expect(page.replace(/\s+/g, ' ')).toContain(
    '7 days of backups instead of 35, one database instance and one Redis node (the loss of a zone is a restore: RPO 5 min and 25 h, RTO 2 h and 1 h)',
  );
});

/** Where a person looks for each store and each loss of the objectives. */
const chapters: Readonly<Record<Store, string>> = {
  database: '## The database',
  redis: '## Redis',
  media: '## An object, a bucket',
  documents: '## An object, a bucket',
  dumps: '## An object, a bucket',
  secret: '## The secret',
};
const chaptersOfLosses: Readonly<Record<keyof typeof losses, string>> = {
  mistake: '### Rows were deleted or overwritten by mistake',
  zone: '## An availability zone',
  snapshots: '### Nothing of RDS can be used',
  region: '## The region',
};
const walked = [
  '## A task',
  '## A host',
  '## An availability zone',
  '## The database',
  '## Redis',
  '## An object, a bucket',
];

it('walks through each loss of each store', () => {
  for (const heading of [...Object.values(chapters), ...Object.values(chaptersOfLosses), ...walked])
    expect(section(heading).length).toBeGreaterThan(300);
  for (const purpose of ['recordings', 'courses', 'banners', 'interviews', 'Documents and invoices', 'dumps'])
    expect(section('## An object, a bucket')).toContain(purpose);
});

it.each([
  ...[
    '## A task',
    '## A host',
    '## An availability zone',
    '### A node',
    '### The group is gone, or what is in it is wrong',
  ],
  ...['### Rows were deleted or overwritten by mistake', '### A table is gone, or all of it is corrupted'],
  ...[
    '### The instance is gone',
    '### An object was deleted or overwritten',
    '### A value was overwritten',
    '## The region',
  ],
])(
  '"%s" says what users notice, what happens by itself, how long it takes, when it is over, and when not to',
  (heading) => {
    const text = section(heading);
    for (const lead of ['Users notice', 'By itself', 'How long', 'Over when', 'Not'])
      expect(text).toMatch(new RegExp(`\\*\\*${lead}:?\\*\\*`));
  },
);

it('names commands of ours that there are, with verbs and options that they have', () => {
  const commands = [...page.matchAll(/`(?:pass .*)?npm run ([\w:-]+)(?: -- ([^`]*))?`/gs)];
  expect(commands.length).toBeGreaterThan(15);
  for (const [, name = '', rest = ''] of commands) {
    expect(Object.keys(scripts)).toContain(name);
    const file = join(root, 'scripts', `${name}.ts`);
    if (!existsSync(file)) continue;
    const help = readFileSync(file, 'utf8');
    const [verb = ''] = rest.split(/\s+/);
    if (/npm run \w+ -- VERB/.test(help)) expect(help).toMatch(new RegExp(`^  ${verb} `, 'm'));
    else if (verb !== '') expect([...environmentNames]).toContain(verb);
    const options = [...rest.matchAll(/--([a-z][a-z-]*)/g)].map(([, option = '']) => option);
    // Those of every command that calls AWS come from one place.
    for (const option of options.filter((each) => each !== 'region')) expect(help).toContain(`--${option}`);
  }
});

it('deploys stacks that there are', () => {
  const named = [...page.matchAll(/'production\/([\w*]+)'/g)].map(([, stack = '']) => stack);
  expect(named.length).toBeGreaterThan(5);
  for (const stack of named.filter((each) => each !== '**')) expect(stackIdsOf('production')).toContain(stack);
});

it('names things as they are named', () => {
  const { cache, database } = production;
  for (const name of [
    ...[production.recoveryRegion, recoveryVaultName('production'), secretName('production')],
    ...[
      `cache.${cache.nodeType} --num-cache-clusters ${1 + cache.replicas} `,
      `--backup-retention-period ${database.backupRetentionDays}`,
    ],
    ...[replicaBucketName({ ...production, account: 'ACCOUNT' }, 'invoices'), 'alias/mr-mentor/production/data'],
  ])
    expect(page).toContain(name);
  // The key over there is known to the templates only.
  expect(page).not.toContain(recoveryKeyAlias('production'));
});

it('leads to pages and headings that there are', () => {
  const anchors = new Set(
    [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  for (const [, to = ''] of page.matchAll(/\]\(#([\w-]+)\)/g)) expect(anchors).toContain(to);
  for (const [, file = ''] of page.matchAll(/\]\(([\w-]+\.md)/g))
    expect(existsSync(join(root, 'docs', file))).toBe(true);
  for (const [file] of page.matchAll(/(docs\/decisions|test\/contracts)\/[\w.-]+\.(md|ts)/g))
    expect({ file, there: existsSync(join(root, file)) }).toEqual({ file, there: true });
});
