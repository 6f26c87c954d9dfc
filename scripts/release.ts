import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  type AwsTarget,
  awsOptions,
  clientConfiguration,
  environmentOf,
  requireAccount,
} from '../operator/aws-account';
import { explainingErrors } from '../operator/aws-error';
import { serviceRoles, servicesOf } from '../operator/environment-services';
import { runCdkDeploy } from '../operator/release/cdk-deploy';
import { verbs } from '../operator/release/verbs';
import { stacksInProgress } from '../operator/stacks-in-progress';
import { numberOf, parseCommand, runCommand, UsageError, withoutSdkWarning } from './command-line';

const help = `npm run release -- VERB ENVIRONMENT [option…]

What ECS is doing with the services of an environment. A release itself is npx cdk deploy 'ENVIRONMENT/**'.

  status ENVIRONMENT      the newest deployment of web and worker: its stage, images, tasks and traffic
  watch ENVIRONMENT       a line for each change, until no deployment is under way
  rollback ENVIRONMENT    takes a deployment back that is under way, as long as it bakes: users are back within seconds.
                          Afterwards, with --to, releases what ran before, if its image is still in ECR and the
                          migrations since then allow it; without --to it lists what it could go back to
  digest ENVIRONMENT      the digest that it runs and has baked, for promote --digest
  promote ENVIRONMENT     releases to demo or production what staging runs, by its digest
  history ENVIRONMENT     the deployments of the last 90 days, at most --count of each service

  --service NAME       web or worker; rollback: web (default), as worker follows it
  --count N            of history (default 10, at most 20)
  --every SECONDS      of watch (default 5)
  --to TARGET          of rollback: a revision's id, an image's tag, or six digits and more of its digest
  --migrations-allow   of rollback: you have looked at the migrations since then, and that image works with them
  --from-profile NAME  of promote: credentials of staging's account (default: --profile)
  --digest DIGEST      of promote: what staging runs, where these credentials do not reach it
  --accept-findings    of promote: although ECR has found critical vulnerabilities
  --github             of digest: as an output of a workflow's step, digest=sha256:…
  --dry-run            of rollback and promote: prints the call to AWS, or the command line, and changes nothing
  --yes                of rollback and promote: asks nobody
  --json               status and history: as JSON on standard output
  --profile NAME  --region NAME  --account ID    as the AWS tools take them; AWS_ENDPOINT_URL is followed, too

Exit codes: 0 done; 1 watch: a deployment was taken back; digest: none is
proven; rollback, promote: refused, declined or failed; 64 called
wrongly.
Examples
  npm run release -- status production
  npm run release -- rollback production --dry-run
  npm run release -- rollback production --to main-1a2b3c4
  npm run release -- promote production --profile production --from-profile staging`;

const parse = (args: string[]) =>
  parseCommand({
    args,
    allowPositionals: true,
    options: {
      service: { type: 'string' },
      count: { type: 'string', default: '10' },
      every: { type: 'string', default: '5' },
      to: { type: 'string' },
      'migrations-allow': { type: 'boolean', default: false },
      'from-profile': { type: 'string' },
      digest: { type: 'string' },
      github: { type: 'boolean', default: false },
      'accept-findings': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      ...awsOptions,
    },
  });

async function main(args: string[]): Promise<number> {
  withoutSdkWarning();
  const { positionals, values } = parse(args);
  const [verb = '', name, ...more] = positionals;
  const run = verbs[verb];
  if (run === undefined) throw new UsageError(`"${verb}" is no verb; must be one of ${Object.keys(verbs).join(', ')}.`);
  const environment = environmentOf(name);
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}": one environment at most.`);
  const { profile, region, account } = values;
  const service = serviceRoles.find((role) => role === values.service);
  if (service !== values.service)
    throw new UsageError(`--service: unknown service "${values.service}"; allowed: ${serviceRoles.join(', ')}.`);
  const options = {
    ...{ service, dryRun: values['dry-run'], yes: values.yes, json: values.json, to: values.to },
    ...{ count: Math.floor(numberOf('count', values.count, 1, 20)), every: numberOf('every', values.every, 1, 3600) },
    ...{ migrationsAllow: values['migrations-allow'], acceptFindings: values['accept-findings'] },
    ...{ fromProfile: values['from-profile'], digest: values.digest, github: values.github },
  };
  const clients: { destroy(): void }[] = [];
  const open = async (target: AwsTarget) => {
    const owner = await requireAccount(target);
    const ecs = new ECSClient(clientConfiguration(target));
    clients.push(ecs);
    return { target, account: owner, ecs, services: await servicesOf(target) };
  };
  return explainingErrors(async () => {
    const opened = await open({ environment, profile, region, account });
    const ecr = new ECRClient(clientConfiguration(opened.target));
    clients.push(ecr);
    return run({
      ...{ ...opened, ecr, options, deploy: runCdkDeploy },
      stacksInProgress: () => stacksInProgress(opened.target),
      open: (other, otherProfile = profile) => open({ environment: other, profile: otherProfile, region, account }),
    });
  }).finally(() => {
    for (const client of clients) client.destroy();
  });
}

void runCommand(help, main);
