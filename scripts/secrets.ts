import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  type AwsTarget,
  awsOptions,
  clientConfiguration,
  environmentOf,
  requireAccount,
} from '../operator/aws-account';
import { explainingErrors } from '../operator/aws-error';
import { copy, type Session, verbs } from '../operator/secrets/verbs';
import { parseCommand, runCommand, UsageError, withoutSdkWarning } from './command-line';

const help = `npm run secrets -- VERB ENVIRONMENT [option…]

The secret mr-mentor-backend/ENVIRONMENT against the configuration contract. No value is ever shown, and none is taken
from the command line. Nothing is changed before it is shown and agreed to; a change is complete or not in effect.

  check ENVIRONMENT              what is missing, empty, unknown, deprecated, malformed, a placeholder, or the same in
                                 another environment
  diff ENVIRONMENT               names of keys that differ from --file, or from the environment --with
  generate ENVIRONMENT [KEY…]    makes keys that nobody issues, all that are needed and missing; never replaces one
  set ENVIRONMENT KEY            one key: from --file, from standard input, or typed where it does not show
  unset ENVIRONMENT KEY…         removes keys
  push ENVIRONMENT --file FILE   all keys of a JSON object over those that are there; an empty one removes its key
  copy FROM ENVIRONMENT [KEY…]   keys that may be the same: those named, or all that are missing

  --file FILE            - is standard input; check and diff take one, too
  --with ENVIRONMENT     of diff
  --replace              of push: keys that are not in the file are removed
  --i-will-reencrypt     lets a key be replaced or removed that stored data depends on
  --redeploy             afterwards starts the tasks of web and worker anew, which read the secret then
  --dry-run              prints the calls to AWS that would be made, and makes none of them
  --yes                  asks nobody
  --json                 check: findings as JSON on standard output
  --profile NAME  --region NAME  --account ID    as the AWS tools take them; AWS_ENDPOINT_URL is followed, too

Exit codes: 0 done, or nothing to do; 1 the check found errors, or the change was refused, declined or failed; 64 called
wrongly.
Examples
  npm run secrets -- generate staging
  npm run secrets -- set staging EMAIL_PASS
  pass show razorpay/secret | npm run --silent secrets -- set production RAZORPAY_KEY_SECRET --yes --redeploy
  npm run secrets -- check production`;

const parse = (args: string[]) =>
  parseCommand({
    args,
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      with: { type: 'string' },
      replace: { type: 'boolean', default: false },
      'i-will-reencrypt': { type: 'boolean', default: false },
      redeploy: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      ...awsOptions,
    },
  });

async function main(args: string[]): Promise<number> {
  withoutSdkWarning();
  const { positionals, values: options } = parse(args);
  const [verb = '', first, ...rest] = positionals;
  const from = verb === 'copy' ? environmentOf(first) : undefined;
  const environment = environmentOf(from === undefined ? first : rest.shift());
  const run = from === undefined ? verbs[verb] : (session: Session) => copy(session, from, rest);
  if (run === undefined)
    throw new UsageError(`"${verb}" is no verb; must be one of ${[...Object.keys(verbs), 'copy'].join(', ')}.`);
  const { profile, region } = options;
  const target: AwsTarget = { environment, profile, region, account: options.account };
  const manager = new SecretsManagerClient(clientConfiguration(target));
  let account: Promise<string> | undefined;
  const rightAccount = () => {
    account ??= requireAccount(target);
    return account;
  };
  return explainingErrors(() => run({ target, manager, rightAccount, options }, rest)).finally(() => manager.destroy());
}

void runCommand(help, main);
