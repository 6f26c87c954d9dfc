import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { accounts, isPlaceholderAccount } from '../../lib/config/accounts';
import { onPath } from '../../local/executable';
import { findPostgresClients, INSTALL_POSTGRES_CLIENT } from '../../local/postgres-client';
import { findContainerEngine } from '../../rehearsal/parts/container-engine';
import { programs } from '../../rehearsal/preflight';

const execute = promisify(execFile);
const answersWithinMs = 10_000;
const root = join(__dirname, '..', '..');
/** Of the client in the image, which dumps a server of that version. */
const postgresMajor = 16;

/** One thing of this machine. */
export interface MachineCheck {
  readonly title: string;
  /** Commands that do not work, or do less, without it. */
  readonly neededFor: string;
  /** Newcomers do without it. */
  readonly optional?: true;
  /**
   * @returns what is there
   * @throws what is missing, and the line that installs it
   */
  readonly run: () => Promise<string> | string;
}

const { engines, devDependencies } = require(join(root, 'package.json')) as {
  readonly engines: { readonly node: string };
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** @param allowed as npm has it, of carets and lower bounds only: `^20.19.0 || >=22.13.0` */
export function isVersionIn(version: string, allowed: string): boolean {
  const numbers = (text: string) => text.replace(/^v/, '').split('.').map(Number);
  const [major = 0, minor = 0, patch = 0] = numbers(version);
  return allowed.split('||').some((range) => {
    const [, sign, least = ''] = /^\s*(\^|>=)\s*([\d.]+)\s*$/.exec(range) ?? [];
    if (sign === undefined) throw new Error(`engines of package.json: "${range.trim()}" is no ^ and no >=.`);
    const [leastMajor = 0, leastMinor = 0, leastPatch = 0] = numbers(least);
    const isAbove = [major - leastMajor, minor - leastMinor, patch - leastPatch].find((step) => step !== 0) ?? 0;
    return isAbove >= 0 && (sign === '>=' || major === leastMajor);
  });
}

function node(): string {
  if (isVersionIn(process.version, engines.node)) return process.version;
  throw new Error(`It is ${process.version}, and must be ${engines.node}. With nvm: nvm install && nvm use`);
}

function cdkCli(): string {
  const wanted = devDependencies['aws-cdk'];
  const found = installedVersion('aws-cdk');
  if (found === wanted) return `${found}, through npx cdk`;
  throw new Error(
    `It is ${found ?? 'not there'}, and must be ${wanted}, as others cannot read this app's assembly. npm ci`,
  );
}

function installedVersion(name: string): string | undefined {
  try {
    return require(join(root, 'node_modules', name, 'package.json')).version;
  } catch {
    return undefined;
  }
}

async function cfnLint(): Promise<string> {
  if (onPath('cfn-lint') === undefined) throw new Error('It is not on the PATH. pipx install cfn-lint');
  const { stdout } = await execute('cfn-lint', ['--version'], { timeout: answersWithinMs });
  return stdout.trim();
}

async function engine(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const found = await findContainerEngine('auto', environment);
  if (found) return found.name;
  throw new Error(
    'Neither Docker nor Podman answers. Debian, Ubuntu: sudo apt-get install docker.io; macOS: brew install --cask docker; or release an image that is in ECR: -c imageTag=…',
  );
}

function postgresClient(): string {
  const [newest] = findPostgresClients();
  if (newest !== undefined && newest.major >= postgresMajor) return `${newest.major}, in ${newest.folder}`;
  throw new Error(
    `${newest === undefined ? 'It is not there' : `It is ${newest.major}`}, and must be ${postgresMajor} or newer. ${INSTALL_POSTGRES_CLIENT}`,
  );
}

async function credentials(): Promise<string> {
  const client = new STSClient({ region: 'ap-south-1', maxAttempts: 1 });
  try {
    const { Arn: arn = '', Account: account = '' } = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(answersWithinMs),
    });
    return `${arn}, of account ${account}`;
  } catch (error) {
    const { name, message } = error as Error;
    throw new Error(`AWS takes none: ${message} (${name}). aws sso login, or AWS_PROFILE=…`);
  } finally {
    client.destroy();
  }
}

function realAccounts(): string {
  const placeholders = Object.entries(accounts).filter(([, id]) => isPlaceholderAccount(id));
  if (placeholders.length === 0) return Object.values(accounts).join(', ');
  throw new Error(
    `Placeholders: ${placeholders.map(([name]) => name).join(', ')}. State them in lib/config/accounts.ts`,
  );
}

/** In the order in which a newcomer needs them. */
export const machineChecks = (environment: Readonly<Record<string, string | undefined>>): readonly MachineCheck[] => [
  { title: 'Node.js', neededFor: 'everything', run: node },
  { title: 'CDK CLI', neededFor: 'cdk deploy, cdk diff', run: cdkCli },
  ...programs.map(({ title, run }) => ({
    ...{ title, neededFor: 'rehearse, stores, test' },
    run: async () => {
      await run();
      return 'there';
    },
  })),
  { title: 'cfn-lint', neededFor: 'synth, which lints with it', optional: true, run: cfnLint },
  {
    ...{ title: 'Docker or Podman', neededFor: 'cdk deploy of a new image; rehearse within its limits' },
    ...{ optional: true, run: () => engine(environment) },
  },
  {
    ...{ title: `PostgreSQL's client ${postgresMajor}`, neededFor: 'drill; backups outside the container' },
    ...{ optional: true, run: postgresClient },
  },
  { title: 'AWS accounts', neededFor: 'cdk deploy, secrets', optional: true, run: realAccounts },
  { title: 'AWS credentials', neededFor: 'cdk deploy, cdk diff, secrets', optional: true, run: credentials },
];
