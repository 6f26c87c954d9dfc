import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'operator-permissions.md'), 'utf8');

/** Commands of operators that call AWS with the credentials of whoever runs them. */
const commands = ['preflight', 'secrets', 'release', 'image', 'backup'];

/** Where IAM's prefix is not the client's name without hyphens. */
const prefixes: Readonly<Record<string, string>> = {
  'cloudwatch-logs': 'logs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
};
/** Where the action is not the call's name. https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const actions: Readonly<Record<string, string>> = {
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
};
/** Nobody needs to be allowed to ask who they are. */
const free = 'sts:GetCallerIdentity';

/** A module and all that it loads of this project, or has types of. */
function modules(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file) || !/^(operator|scripts)\//.test(relative(root, file))) return found;
  found.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)'/g)) {
    const other = `${join(dirname(file), path)}.ts`;
    if (existsSync(other)) modules(other, found);
  }
  return found;
}

function actionsOf(command: string): string[] {
  const found = new Set<string>();
  for (const file of modules(join(root, 'scripts', `${command}.ts`)))
    for (const [, names = '', client = ''] of readFileSync(file, 'utf8').matchAll(
      /import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g,
    ))
      for (const [, paginated, called] of names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)) {
        const action = `${prefixes[client] ?? client.replaceAll('-', '')}:${paginated ?? called}`;
        if (action !== free) found.add(actions[action] ?? action);
      }
  return [...found].sort();
}

const isReading = (action: string) => /:(Get|List|Describe|BatchGet)/.test(action);
const cell = (all: readonly string[]) => all.map((action) => `\`${action}\``).join(' ') || '–';

it.each(commands.map((command) => [command]))('says which permissions `%s` needs', (command) => {
  const all = actionsOf(command);
  expect(all.length).toBeGreaterThan(0);
  const row = page.split('\n').find((line) => line.startsWith(`| \`${command}\` |`));
  expect(row).toBe(
    `| \`${command}\` | ${cell(all.filter(isReading))} | ${cell(all.filter((action) => !isReading(action)))} |`,
  );
});
