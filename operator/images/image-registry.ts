import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { accounts, isPlaceholderAccount } from '../../lib/config/accounts';
import { everyName } from '../../lib/config/context';
import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { imageRepositoryName } from '../../lib/config/names';
import { UsageError } from '../../scripts/command-line';
import { type AwsTarget, clientConfiguration, WrongAccount } from '../aws-account';

/** The platform's repository of images in one account and region. */
export interface ImageRegistry {
  readonly account: string;
  readonly region: string;
  /** @default - AWS_PROFILE, or what else the SDK finds */
  readonly profile?: string;
}

export type RegistryOptions = Partial<ImageRegistry>;

export const registryText = ({ account, region }: ImageRegistry): string =>
  `${imageRepositoryName} of account ${account} in ${region}`;

/** An environment as this registry's account and region would have it, whatever the configuration says. */
export const environmentIn = (registry: ImageRegistry, environment: EnvironmentName): AwsTarget => ({
  ...{ environment, account: registry.account, region: registry.region, profile: registry.profile },
});

/**
 * That of the caller's account.
 * @throws WrongAccount for one that is no environment's, unless it is stated
 */
export async function callersRegistry({ account, region, profile }: RegistryOptions): Promise<ImageRegistry> {
  const [first = 'staging'] = everyName;
  const client = new STSClient(clientConfiguration({ environment: first, region, profile }));
  try {
    const { Account: own = '', Arn: arn } = await client.send(new GetCallerIdentityCommand({}));
    if (account !== undefined && own !== account)
      throw new WrongAccount(
        `These credentials (${arn}) are of account ${own}, and not of ${account}. Choose others with --profile.`,
      );
    const here = everyName.filter((name) => environments[name].account === own);
    if (account === undefined && (here.length === 0 || isPlaceholderAccount(own)))
      throw new WrongAccount(
        `These credentials (${arn}) are of account ${own}, which is no environment's (${[...new Set(Object.values(accounts))].join(', ')} in lib/config/accounts.ts). Choose others with --profile, or state --account ${own} if everything is in that account.`,
      );
    return { account: own, profile, region: region ?? onlyRegion(here.length === 0 ? everyName : here) };
  } finally {
    client.destroy();
  }
}

/** @throws UsageError where there are several */
function onlyRegion(names: readonly EnvironmentName[]): string {
  const regions = [...new Set(names.map((name) => environments[name].region))];
  const [only, ...others] = regions;
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(`Images are in each region by themselves: state one of ${regions.join(', ')} with --region.`);
}
