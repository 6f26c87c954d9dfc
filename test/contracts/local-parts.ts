import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import type { Certificates } from '../../local/certificates';
import type { Moto } from '../../local/moto';
import { awsHost, startAws } from '../../rehearsal/parts/aws';
import { provisionBuckets } from '../../rehearsal/parts/buckets';
import { startCache } from '../../rehearsal/parts/cache';
import { startDatabase } from '../../rehearsal/parts/database';
import { provisionManagedPassword } from '../../rehearsal/parts/managed-password';
import { provisionSecrets } from '../../rehearsal/parts/secrets';
import type { StoreEndpoint } from '../../rehearsal/parts/store-endpoint';
import { type Resolve, resolverOf, theOnly } from './bound-references';
import { bucketsOf, cacheOf, databaseOf, secretsOf } from './described-resources';

export type Variables = Readonly<Record<string, string>>;

export interface LocalPartsProps {
  /** One for all environments, one after the other. */
  readonly moto: Moto;
  /** For the names of `hostNames()`. */
  readonly certificates: Certificates;
}

/** What stands for the resources that an environment's containers depend on. */
export interface LocalParts {
  /** Values by ARN, as ECS reads them. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly resolve: Resolve;
  /** What ECS and the network would add to the variables of a task definition. */
  readonly platform: Variables;
  /** Rows of a statement to the environment's database, from the outside. */
  ask<Row extends object>(statement: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** As AWS would name them, but for the part that stands for an account. */
export function hostNames(environment: EnvironmentName) {
  const { region } = environments[environment];
  const { DBInstanceIdentifier } = theOnly(environment, 'AWS::RDS::DBInstance').Properties;
  const { ReplicationGroupId } = theOnly(environment, 'AWS::ElastiCache::ReplicationGroup').Properties;
  return {
    database: `${DBInstanceIdentifier}.cxample.${region}.rds.amazonaws.com`,
    cache: `master.${ReplicationGroupId}.cxample.aps1.cache.amazonaws.com`,
    loadBalancer: `mr-mentor-1234567890.${region}.elb.amazonaws.com`,
    aws: awsHost,
  };
}

/** Nothing fails over here, so that clients need not be led elsewhere. */
const endpoint: StoreEndpoint = { follow: async () => {}, down: async () => {} };

export async function startLocalParts(
  environment: EnvironmentName,
  { moto, certificates }: LocalPartsProps,
): Promise<LocalParts> {
  const { region, account } = environments[environment];
  const hosts = hostNames(environment);
  const described = { database: databaseOf(environment), cache: cacheOf(environment), secrets: secretsOf(environment) };

  const aws = await startAws({ moto, region, account });
  const [secrets, password] = await Promise.all([
    provisionSecrets(aws, { environment, secrets: described.secrets }),
    provisionManagedPassword(aws, described.database),
    provisionBuckets(aws, bucketsOf(environment)),
  ]);
  const values = new Map<string, string>();
  for (const { arn } of described.secrets) values.set(arn, await secrets.value(arn));
  const authToken = values.get(described.cache.authTokenSecret ?? '');
  const [database, cache] = await Promise.all([
    startDatabase({ description: described.database, password, certificates, endpoint }),
    startCache({ description: described.cache, authToken, certificates, endpoint }),
  ]);

  return {
    secrets: values,
    resolve: resolverOf(environment, {
      'AWS::RDS::DBInstance': { 'Endpoint.Address': hosts.database, 'Endpoint.Port': String(database.port) },
      'AWS::ElastiCache::ReplicationGroup': {
        'PrimaryEndPoint.Address': hosts.cache,
        'PrimaryEndPoint.Port': String(cache.port),
      },
      'AWS::ElasticLoadBalancingV2::LoadBalancer': { DNSName: hosts.loadBalancer },
    }),
    platform: {
      ...aws.variables,
      NODE_EXTRA_CA_CERTS: certificates.caFile,
      // A container listens on all of its interfaces; here that would be the laptop's.
      LOCAL_NAMES: ['0.0.0.0', ...Object.values(hosts)].join(','),
    },
    ask: (statement) => database.ask(statement),
    async close() {
      secrets.close();
      await Promise.all([database.stop(), cache.stop(), aws.stop()]);
      await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' });
    },
  };
}
