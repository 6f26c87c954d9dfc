import type { Certificates } from '../local/certificates';
import type { Endpoints } from './assembly/bindings';
import type { Deployment } from './assembly/deployment';
import type { Aws } from './parts/aws';
import { provisionBuckets } from './parts/buckets';
import { type LocalCache, startCache } from './parts/cache';
import { type LocalDatabase, startDatabase } from './parts/database';
import { provisionManagedPassword } from './parts/managed-password';
import { provisionSecrets, type Secrets } from './parts/secrets';
import type { TearDown } from './tear-down';

export interface StoresProps {
  readonly aws: Aws;
  /** For the names of the endpoints. */
  readonly certificates: Certificates;
  /** That the containers are told. */
  readonly endpoints: Pick<Endpoints, 'database' | 'cache'>;
  /** Keys of the application's secret that nobody can make up. @default - none */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** What a deployment's tasks depend on. Buckets are as well there, at AWS. */
export interface Stores {
  readonly secrets: Secrets;
  readonly database: LocalDatabase;
  readonly cache: LocalCache;
}

/** As they are before the first task: without a table, without a key. */
export async function openStores(
  { environment, secrets: described, buckets, ...deployment }: Deployment,
  { aws, certificates, endpoints, secrets: extra }: StoresProps,
  tearDown: TearDown,
): Promise<Stores> {
  const [secrets, password] = await Promise.all([
    tearDown.start(
      () => provisionSecrets(aws, { environment, secrets: described, extra }),
      (opened) => opened.close(),
    ),
    provisionManagedPassword(aws, deployment.database),
    provisionBuckets(aws, buckets),
  ]);
  const { authTokenSecret } = deployment.cache;
  const authToken = authTokenSecret && (await secrets.value(authTokenSecret));
  const [database, cache] = await Promise.all([
    tearDown.start(
      () => startDatabase({ description: deployment.database, password, certificates, port: endpoints.database.port }),
      (started) => started.stop(),
    ),
    tearDown.start(
      () => startCache({ description: deployment.cache, authToken, certificates, port: endpoints.cache.port }),
      (started) => started.stop(),
    ),
  ]);
  return { secrets, database, cache };
}
