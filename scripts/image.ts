import { ECRClient } from '@aws-sdk/client-ecr';
import { everyName } from '../lib/config/context';
import { awsOptions, clientConfiguration, environmentOf } from '../operator/aws-account';
import { explainingErrors } from '../operator/aws-error';
import { callersRegistry, environmentIn } from '../operator/images/image-registry';
import { list } from '../operator/images/list';
import { prune } from '../operator/images/prune';
import { newTag, push } from '../operator/images/push';
import type { ImageSession } from '../operator/images/session';
import { verify } from '../operator/images/verify';
import { findContainerEngine } from '../rehearsal/parts/container-engine';
import {
  environmentVariables,
  numberOf,
  parseCommand,
  runCommand,
  UsageError,
  withoutSdkWarning,
} from './command-line';

const help = `npm run image -- VERB [option…]

The images of mr-mentor-backend in the registry of the account that the credentials are of. Production's account has its
own copies: what is removed in one is not removed in the other, and what only staging runs is not known there.

  list [ENVIRONMENT…]   the newest images: tags, digest, size, scan, and where each one is deployed or can be rolled back to
  verify WHAT           whether an image can be deployed: its platform, its labels, what ECR's scan has found. WHAT is the
                        environment that runs it, a tag, a digest or six digits and more of one, REPOSITORY@sha256:…
  push TAG              builds app-image/ for the hosts with Docker or Podman, and puts it there under a tag that names a
                        commit. A tag that is there stays what it is, and nothing is built
  prune                 removes images that nothing needs: no environment of the account runs one, could go back to it,
                        or starts it by the clock, it is none of the newest and older than --older-than. Removes nothing
                        where one environment cannot be asked, or is being deployed

  --count N          of list (default 20, at most 500)
  --keep N           of prune: the newest that stay (default 50, at least 1)
  --older-than DAYS  of prune (default 90, at least 1)
  --dry-run          of prune and push: prints the calls to AWS, or the command lines, and does none of it
  --yes              of prune: asks nobody
  --json             as JSON on standard output
  --profile NAME  --region NAME  --account ID    as the AWS tools take them; AWS_ENDPOINT_URL is followed, too

Exit codes: 0 done, or nothing to do; 1 verify: it cannot be deployed, push: it failed, prune: refused, declined, or not all
were removed; 64 called wrongly.
Examples
  npm run image -- list staging --count 5
  npm run image -- verify production --profile production
  npm run image -- verify main-1a2b3c4
  npm run image -- push main-1a2b3c4
  npm run image -- prune --older-than 30 --dry-run`;

const parse = (args: string[]) =>
  parseCommand({
    args,
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '20' },
      keep: { type: 'string', default: '50' },
      'older-than': { type: 'string', default: '90' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      ...awsOptions,
    },
  });

type Verb = (words: readonly string[]) => (session: ImageSession) => Promise<number>;

/** Each complains about its words before AWS is asked. */
const verbs: Readonly<Record<string, Verb>> = {
  list: (words) => {
    const environments = words.map(environmentOf);
    return (session) => list(session, environments);
  },
  verify: ([what, ...more]) => {
    if (what === undefined || more.length > 0)
      throw new UsageError('verify wants one environment, tag or digest, e.g. main-1a2b3c4.');
    const environment = everyName.find((name) => name === what);
    return (session) => verify(session, environment ?? { image: what });
  },
  push: ([text, ...more]) => {
    if (more.length > 0) throw new UsageError(`"${more.join(' ')}": push wants one tag, e.g. main-1a2b3c4.`);
    const tag = newTag(text);
    return (session) => push(session, tag, workingEngine);
  },
  prune: (words) => {
    if (words.length > 0)
      throw new UsageError(
        `prune is of a whole registry, and takes no "${words.join(' ')}". Choose one with --profile.`,
      );
    return prune;
  },
};

async function workingEngine() {
  const engine = await findContainerEngine('auto', environmentVariables);
  if (engine === undefined)
    throw new Error('Neither Docker nor Podman answers here: npm run doctor says how to have one.');
  return { program: engine.name, environment: engine.environment };
}

async function main(args: string[]): Promise<number> {
  withoutSdkWarning();
  const { positionals, values } = parse(args);
  const [name = '', ...words] = positionals;
  const verb = verbs[name];
  if (verb === undefined)
    throw new UsageError(`"${name}" is no verb; must be one of ${Object.keys(verbs).join(', ')}.`);
  const run = verb(words);
  const { profile, region, account, yes, json, 'dry-run': dryRun } = values;
  const options = {
    ...{ dryRun, yes, json, count: Math.floor(numberOf('count', values.count, 1, 500)) },
    keep: Math.floor(numberOf('keep', values.keep, 1, 100_000)),
    olderThan: numberOf('older-than', values['older-than'], 1, 36_500),
  };
  return explainingErrors(async () => {
    const registry = await callersRegistry({ profile, region, account });
    const ecr = new ECRClient(clientConfiguration(environmentIn(registry, 'staging')));
    return run({ registry, ecr, options }).finally(() => ecr.destroy());
  });
}

void runCommand(help, main);
