import type { Construct } from 'constructs';
import { containerPort, trustedProxyHops } from '../config/container';
import type { EnvironmentConfig } from '../config/environment';
import { databaseName } from '../config/names';
import { timings } from '../config/timings';
import type { SharedVariableName } from '../config/wiring';
import type { Cache } from './cache';
import type { Database } from './database';
import type { ObjectStorage } from './object-storage';

export interface ContainerEnvironmentProps {
  readonly env: EnvironmentConfig;
  readonly storage: ObjectStorage;
  readonly database: Database;
  readonly cache: Cache;
  /** Of the image. */
  readonly revision: string;
}

/** What the infrastructure knows and the container reads, the same for web, worker and jobs. */
export function containerEnvironment(
  scope: Construct,
  props: ContainerEnvironmentProps,
): Readonly<Record<SharedVariableName, string>> {
  const { env, storage, revision } = props;
  const database = props.database.endpoint.read(scope);
  const cache = props.cache.endpoint.read(scope);
  return {
    APP_ENV: env.name,
    APP_REVISION: revision,
    NODE_ENV: 'production',
    HOST: '0.0.0.0',
    PORT: String(containerPort),
    TRUST_PROXY_HOPS: String(trustedProxyHops),
    AWS_REGION: env.region,
    BACKEND_PUBLIC_URL: `https://${env.apiDomains[0]?.name}`,
    CORS_ALLOWED_ORIGINS: JSON.stringify(env.origins),
    DB_HOST: database.host,
    DB_PORT: database.port,
    DB_NAME: databaseName,
    DB_INSTANCE_IDENTIFIER: props.database.identifier,
    REDIS_HOST: cache.host,
    REDIS_PORT: cache.port,
    REDIS_TLS: 'true',
    AWS_S3_BUCKET_NAME: storage.recordings.literalName,
    AWS_S3_STUDENT_DOCUMENTS_BUCKET: storage.studentDocuments.literalName,
    AWS_S3_BANNER_ASSETS_BUCKET: storage.bannerAssets.literalName,
    AWS_S3_COURSES_BUCKET: storage.courses.literalName,
    GLOBAL_INVOICE_S3_BUCKET: storage.invoices.literalName,
    MISS_OZONE_ARCHIVE_BUCKET: storage.interviewArchive.literalName,
    S3_BACKUP_BUCKET: storage.databaseBackups.literalName,
    MAS_ASSETS_CDN_URL: `https://${env.assetsDomain.name}`,
    KEEP_ALIVE_TIMEOUT_SECONDS: String(timings.nodeKeepAliveTimeout),
    HEADERS_TIMEOUT_SECONDS: String(timings.nodeHeadersTimeout),
    SHUTDOWN_DRAIN_SECONDS: String(timings.drain),
    SHUTDOWN_DEADLINE_SECONDS: String(timings.shutdownDeadline),
    SOCKET_PING_INTERVAL_SECONDS: String(timings.socketPingInterval),
    SOCKET_PING_TIMEOUT_SECONDS: String(timings.socketPingTimeout),
  };
}
