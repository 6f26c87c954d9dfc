import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verbs as backupVerbs } from '../../operator/backup/verbs';
import { verbs as releaseVerbs } from '../../operator/release/verbs';
import { verbs as secretsVerbs } from '../../operator/secrets/verbs';
import { environmentNames, everyDeployedResource } from '../deployed';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'runbook.md'), 'utf8');

/** Operational journeys, in the order of the page. */
const journeys = [
  'Release to production',
  'Deploy to development',
  'Cold start of a container',
  'Upload trouble',
  'Rollback',
  'SMTP 535',
  'A changed setting needs a redeployment',
  'Encryption keys are load-bearing',
  'Exotel cluster mismatch',
  'Schema changes in a release',
  'Reach PostgreSQL and Redis',
];

/** What each section about an alarm has, in this order. */
const labels = ['Means', 'Look at', 'Do', 'When not to'];

interface Section {
  readonly name: string;
  readonly text: string;
}

/** What stands below the headings of one level. */
const sectionsOf = (markdown: string, level: '##' | '###'): Section[] =>
  `\n${markdown}`
    .split(`\n${level} `)
    .slice(1)
    .map((section) => {
      const [name = '', ...lines] = section.split('\n');
      return { name, text: lines.join('\n') };
    });

function below(part: string): Section[] {
  const found = sectionsOf(page, '##').find(({ name }) => name === part);
  if (found === undefined) throw new Error(`docs/runbook.md has no part "## ${part}"`);
  return sectionsOf(found.text, '###');
}

const namesBelow = (part: string): string[] => below(part).map(({ name }) => name);

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** The texts of a string that is joined from texts and references. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': joined } = (value ?? {}) as { 'Fn::Join'?: readonly [string, readonly unknown[]] };
  return joined === undefined ? '' : joined[1].map(textOf).join(joined[0]);
}

const alarms = everyDeployedResource()
  .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm' || Type === 'AWS::CloudWatch::CompositeAlarm')
  .map(({ Type, Properties, stack }) => ({
    alarm: textOf(Properties.AlarmName),
    isComposite: Type === 'AWS::CloudWatch::CompositeAlarm',
    description: textOf(Properties.AlarmDescription),
    stack,
  }));

/** `mr-mentor-production-page-WebErrors-green` → `WebErrors` */
const nameIn = new RegExp(`^mr-mentor-(?:${environmentNames.join('|')})-(?:page|ticket|release)-([A-Za-z]+)(?:-.+)?$`);
const sectionOf = (alarm: string): string | undefined => nameIn.exec(alarm)?.[1];

/** AWS Budgets tells by itself that a month is dear: there is no alarm to count. */
const noticed = everyDeployedResource().some(
  ({ Type, Properties }) =>
    Type === 'AWS::Budgets::Budget' &&
    (Properties.NotificationsWithSubscribers ?? []).some(
      ({ Subscribers }: { Subscribers: { SubscriptionType: string }[] }) =>
        Subscribers.some(({ SubscriptionType }) => SubscriptionType === 'SNS'),
    ),
)
  ? ['Budget']
  : [];

/** A `#` line of a shell's listing is no heading. */
const prose = page.replace(/^```[\s\S]*?^```$/gm, '');
const anchors = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('the alarms', () => {
  it('are named for an environment, a severity and a section', () => {
    expect(alarms.length).toBeGreaterThan(100);
    expect(alarms.filter(({ alarm }) => sectionOf(alarm) === undefined)).toEqual([]);
  });

  it('have a section each, and each section has an alarm', () => {
    const named = alarms.flatMap(({ alarm }) => sectionOf(alarm) ?? []);
    expect(namesBelow('Alarms').sort()).toEqual([...new Set([...named, ...noticed])].sort());
  });

  it('link their section and a page of the console', () => {
    const sections = new Set(namesBelow('Alarms').map(anchorOf));
    const wrong = alarms.filter(({ alarm, description }) => {
      const [, anchor = ''] = /^Runbook: \S+\/docs\/runbook\.md#(\S+)$/m.exec(description) ?? [];
      const isLinked = sections.has(anchor) && anchor === anchorOf(sectionOf(alarm) ?? '');
      return !isLinked || !/^Console: https:\/\/\S*console\.aws\.amazon\.com\/\S+$/m.test(description);
    });
    expect(wrong).toEqual([]);
  });

  it('say what no data counts as, and why; incidents have none of their own', () => {
    const wrong = alarms.filter(({ isComposite, description }) => {
      const isSaid = /^No data counts as (breaching|notBreaching|ignore|missing): [\s\S]+\.$/m.test(description);
      return isSaid === isComposite;
    });
    expect(wrong).toEqual([]);
  });
});

describe('the page', () => {
  it.each(below('Alarms').map(({ name, text }) => [name, text]))('tells what %s means and wants', (_, text) => {
    const found = [...text.matchAll(/^- \*\*(.+?)\.\*\* (.*)$/gm)];
    expect(found.map(([, label]) => label)).toEqual(labels);
    expect(found.filter(([, , said = '']) => said.trim() === '')).toEqual([]);
  });

  it('has the journeys of operators', () => {
    expect(namesBelow('Journeys')).toEqual(journeys);
  });

  it('has no two headings of one anchor', () => {
    expect(anchors.length).toBe(new Set(anchors).size);
  });
});

describe('the links', () => {
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const relative = targets.filter((target) => !/^(https?:|#)/.test(target));

  it('lead to headings of the page', () => {
    const within = targets.filter((target) => target.startsWith('#'));
    expect(within.length).toBeGreaterThan(20);
    expect(within.filter((target) => !anchors.includes(target.slice(1)))).toEqual([]);
  });

  it('lead to files of the repository', () => {
    expect(relative.length).toBeGreaterThan(5);
    const gone = relative.filter((target) => !existsSync(join(root, 'docs', target.replace(/#.*$/, ''))));
    expect(gone).toEqual([]);
  });
});

/** Its verbs are in the script itself, which would run. */
const imageVerbs = Array.from(
  readFileSync(join(root, 'scripts', 'image.ts'), 'utf8').matchAll(/^ {2}([a-z]+): \(/gm),
  ([, verb = '']) => verb,
);

/** What may follow the name of a script. */
const environmentWords = ['$E', ...environmentNames];
const words: Readonly<Record<string, readonly string[]>> = {
  release: Object.keys(releaseVerbs),
  secrets: [...Object.keys(secretsVerbs), 'copy'],
  backup: Object.keys(backupVerbs),
  image: imageVerbs,
  preflight: environmentWords,
  smoke: ['rate-limits', ...environmentWords],
};

describe('the commands', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  // A line may end within one.
  const commands = [
    ...page.replace(/\s+/g, ' ').matchAll(/npm run ([\w:-]+)(?: -- ([^\s`]+))?(?: ([^\s`.,;]+))?/g),
  ].map(([command, script = '', word, next]) => ({ command, script, word, next }));

  it('are scripts of package.json', () => {
    expect(commands.length).toBeGreaterThan(20);
    expect(commands.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  it('have verbs that there are', () => {
    const wrong = commands.filter(({ script, word }) => word !== undefined && !words[script]?.includes(word));
    expect(wrong).toEqual([]);
    expect(imageVerbs).toEqual(expect.arrayContaining(['list', 'verify', 'push', 'prune']));
  });

  it('of releases, secrets and backups name an environment', () => {
    const wrong = commands.filter(
      ({ script, next }) => ['release', 'secrets', 'backup'].includes(script) && !environmentWords.includes(next ?? ''),
    );
    expect(wrong).toEqual([]);
  });
});
