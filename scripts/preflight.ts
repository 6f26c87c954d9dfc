import { awsOptions, environmentOf } from '../operator/aws-account';
import { explainingErrors } from '../operator/aws-error';
import { checkName, checks, preflight } from '../operator/preflight/preflight';
import { preflightText } from '../operator/preflight/report';
import { Site } from '../operator/preflight/site';
import { parseCommand, runCommand, UsageError, withoutSdkWarning } from './command-line';

const help = `npm run preflight -- ENVIRONMENT [option…]

Whether a release of an environment could begin now, and how to mend what would stop it: account and region, bootstrap,
permissions, quotas for both colours, stacks, domains and certificates, the secret, the image, deployments under way,
the targets that users are on, drift of the listener rules, database connections for both colours, backups. Runs all of
them, reports all, and changes nothing.

  --image TAG    the tag or digest that is to be released, as in -c imageTag=TAG (default: it is built here)
  --skip NAME    leaves a check out, such as secret where these credentials must not read it; any number of times
  --json         findings as JSON on standard output
  --profile NAME  --region NAME  --account ID    as the AWS tools take them; AWS_ENDPOINT_URL is followed, too

Exit codes: 0 ready, 1 something failed or could not be asked, 64 called wrongly.
Examples
  npm run preflight -- staging
  npm run preflight -- production --image main-1a2b3c4 --profile production
  npm run preflight -- staging --skip secret --skip permissions`;

const parse = (args: string[]) =>
  parseCommand({
    args,
    allowPositionals: true,
    options: {
      image: { type: 'string' },
      skip: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      ...awsOptions,
    },
  });

async function main(args: string[]): Promise<number> {
  withoutSdkWarning();
  const { positionals, values } = parse(args);
  const [name, ...more] = positionals;
  const environment = environmentOf(name);
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}": one environment at most.`);
  const { profile, region, account, image: imageTag, json } = values;
  const names = checks.map(checkName);
  const unknown = values.skip.find((each) => !names.includes(each));
  if (unknown !== undefined) throw new UsageError(`--skip: unknown check "${unknown}"; allowed: ${names.join(', ')}.`);
  const site = new Site({ target: { environment, profile, region, account }, imageTag, leaveOut: values.skip });
  return explainingErrors(async () => {
    const findings = await preflight(site);
    console.log(
      json ? JSON.stringify({ version: 1, environment, findings }, null, 2) : preflightText(environment, findings),
    );
    return findings.some(({ state }) => state === 'failed') ? 1 : 0;
  }).finally(() => site.close());
}

void runCommand(help, main);
