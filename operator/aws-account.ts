import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { isPlaceholderAccount } from '../lib/config/accounts';
import { everyName } from '../lib/config/context';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';
import { environmentVariables, UsageError } from '../scripts/command-line';

/** Of `parseArgs`: what every command that calls AWS takes. */
export const awsOptions = {
  profile: { type: 'string' },
  region: { type: 'string' },
  account: { type: 'string' },
} as const;

/** @throws UsageError for what is none */
export function environmentOf(name: string | undefined): EnvironmentName {
  const known = everyName.find((each) => each === name);
  if (known !== undefined) return known;
  throw new UsageError(`"${name ?? ''}" is no environment; must be one of ${everyName.join(', ')}.`);
}

/** Where a command looks for an environment, and as whom. */
export interface AwsTarget {
  readonly environment: EnvironmentName;
  /** @default - the environment's */
  readonly region?: string;
  /** Of ~/.aws/config. @default - AWS_PROFILE, or what else the SDK finds */
  readonly profile?: string;
  /** Everything is in this account, as with `-c account=…`. @default - the environment's */
  readonly account?: string;
}

/** For every client of the SDK. The SDK itself reads AWS_ENDPOINT_URL. */
export const clientConfiguration = ({ environment, region, profile }: AwsTarget) => ({
  region: region ?? environments[environment].region,
  ...(profile !== undefined && { profile }),
  // Of S3: a local AWS has no host name for each bucket.
  ...(environmentVariables.AWS_ENDPOINT_URL !== undefined && { forcePathStyle: true }),
});

/** Not those of this account. */
export class WrongAccount extends Error {}

/** @throws WrongAccount, before anything is read or changed in another account than the environment's */
export async function requireAccount(target: AwsTarget): Promise<string> {
  const wanted = target.account ?? environments[target.environment].account;
  if (isPlaceholderAccount(wanted))
    throw new WrongAccount(
      `${target.environment}: its account ${wanted} is a placeholder. State the real one in lib/config/accounts.ts, or --account.`,
    );
  const client = new STSClient(clientConfiguration(target));
  try {
    const { Account: account, Arn: arn } = await client.send(new GetCallerIdentityCommand({}));
    if (account === wanted) return wanted;
    throw new WrongAccount(
      `These credentials (${arn}) are of account ${account}, and ${target.environment} is in ${wanted}. Choose others with --profile, or state --account if everything is in one account.`,
    );
  } finally {
    client.destroy();
  }
}
