import { randomBytes, randomUUID } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import type { Certificates } from '../../local/certificates';
import type { Postgres } from '../../local/postgres';
import { type Redis, startRedis } from '../../local/redis';
import { resourcesOf } from '../deployed';
import { type Resolve, resolverOf, theOnly } from './bound-references';
import { startLocalAws } from './local-aws';
import { authTokenOf, type SecretValues, secretValuesOf } from './local-secrets';

export type Variables = Readonly<Record<string, string>>;

export interface LocalPartsProps {
  /** One server for all environments, one after the other: each calls its database by the same name. */
  readonly postgres: Postgres;
  /** For the names of `hostNames()`. */
  readonly certificates: Certificates;
}

/** What stands for the resources that an environment's containers depend on. */
export interface LocalParts {
  readonly secrets: SecretValues;
  readonly redis: Redis;
  readonly resolve: Resolve;
  /** What ECS and the network would add to the variables of a task definition. */
  readonly platform: Variables;
  /** Rows of a statement to the environment's database, from the outside. */
  ask<Row>(statement: string): Promise<Row[]>;
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
    /** Where AWS itself is called. No address, since the container refuses those of its own machine. */
    aws: 'aws.mr-mentor.internal',
  };
}

export async function startLocalParts(
  environment: EnvironmentName,
  { postgres, certificates }: LocalPartsProps,
): Promise<LocalParts> {
  const { region, account } = environments[environment];
  const { DBInstanceIdentifier, DBName, MasterUsername } = theOnly(environment, 'AWS::RDS::DBInstance').Properties;
  const login = { username: MasterUsername, password: randomBytes(24).toString('base64') };
  const loginArn = `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-${randomUUID()}`;
  const secrets = secretValuesOf(environment);
  const hosts = hostNames(environment);

  const [redis, aws] = await Promise.all([
    startRedis({ tls: certificates, password: authTokenOf(environment, secrets) }),
    startLocalAws({
      region,
      instances: { [DBInstanceIdentifier]: loginArn },
      secrets: { [loginArn]: JSON.stringify(login) },
      buckets: resourcesOf(environment)
        .filter(({ Type }) => Type === 'AWS::S3::Bucket')
        .map(({ Properties }) => Properties.BucketName),
    }),
  ]);

  const ask = async (database: string, statement: string) => {
    const { host, port, superuser: user, password } = postgres;
    const client = new Client({ host, port, user, password, database, ssl: { ca: certificates.caPem } });
    await client.connect();
    return await client.query(statement).finally(() => client.end());
  };
  const [role, name] = [escapeIdentifier(login.username), escapeIdentifier(DBName)];
  // As on RDS, the master user is no superuser.
  await ask('postgres', `CREATE ROLE ${role} LOGIN CREATEDB CREATEROLE PASSWORD ${escapeLiteral(login.password)}`);
  await ask('postgres', `CREATE DATABASE ${name} OWNER ${role}`);

  return {
    secrets,
    redis,
    resolve: resolverOf(environment, {
      'AWS::RDS::DBInstance': { 'Endpoint.Address': hosts.database, 'Endpoint.Port': String(postgres.port) },
      'AWS::ElastiCache::ReplicationGroup': {
        'PrimaryEndPoint.Address': hosts.cache,
        'PrimaryEndPoint.Port': String(redis.port),
      },
      'AWS::ElasticLoadBalancingV2::LoadBalancer': { DNSName: hosts.loadBalancer },
    }),
    platform: {
      ECS_CONTAINER_METADATA_URI_V4: `http://169.254.170.2/v4/${randomUUID()}`,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: aws.credentialsUrl,
      AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
      AWS_ENDPOINT_URL: `http://${hosts.aws}:${aws.port}`,
      NODE_EXTRA_CA_CERTS: certificates.caFile,
      // A container listens on all of its interfaces; here that would be the laptop's.
      LOCAL_NAMES: ['0.0.0.0', ...Object.values(hosts)].join(','),
    },
    ask: async <Row>(statement: string) => (await ask(DBName, statement)).rows as Row[],
    async close() {
      aws.close();
      await redis.stop();
      await ask('postgres', `DROP DATABASE ${name} WITH (FORCE)`);
      await ask('postgres', `DROP ROLE ${role}`);
    },
  };
}
