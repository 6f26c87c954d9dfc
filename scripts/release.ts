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
import { type ReleaseSession, verbs } from '../operator/release/verbs';
import { numberOf, parseCommand, runCommand, UsageError, withoutSdkWarning } from './command-line';

const help = `npm run release -- VERB ENVIRONMENT [option…]

What ECS is doing with the services of an environment. A release itself is npx cdk deploy 'ENVIRONMENT/**'.

  status ENVIRONMENT      the newest deployment of web and worker: its stage, images, tasks and traffic
  watch ENVIRONMENT       a line for each change, until no deployment is under way
  rollback ENVIRONMENT    takes a deployment back that is under way, as long as it bakes: users are back within seconds.
                          Of one that has ended it says which release brings the image before back
  history ENVIRONMENT     the deployments of the last 90 days, at most --count of each service

  --service NAME    web or worker; rollback: web (default), as worker follows it
  --count N         of history (default 10, at most 20)
  --every SECONDS   of watch (default 5)
  --dry-run         of rollback: prints the call to AWS that would be made
  --yes             of rollback: asks nobody
  --json            status and history: as JSON on standard output
  --profile NAME  --region NAME  --account ID    as the AWS tools take them; AWS_ENDPOINT_URL is followed, too

Exit codes: 0 done; 1 watch: a deployment was taken back, rollback: nothing is under way, or it was declined or failed;
64 called wrongly.
Examples
  npm run release -- status production
  npm run release -- rollback production --dry-run
  npm run release -- watch staging`;

const parse = (args: string[]) =>
  parseCommand({
    args,
    allowPositionals: true,
    options: {
      service: { type: 'string' },
      count: { type: 'string', default: '10' },
      every: { type: 'string', default: '5' },
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
    ...{ service, dryRun: values['dry-run'], yes: values.yes, json: values.json },
    ...{ count: Math.floor(numberOf('count', values.count, 1, 20)), every: numberOf('every', values.every, 1, 3600) },
  };
  const target: AwsTarget = { environment, profile, region, account };
  const ecs = new ECSClient(clientConfiguration(target));
  return explainingErrors(async () => {
    await requireAccount(target);
    const session: ReleaseSession = { environment, ecs, services: await servicesOf(target), options };
    return run(session);
  }).finally(() => ecs.destroy());
}

void runCommand(help, main);
