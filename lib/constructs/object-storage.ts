import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { replicatedPurposes } from '../config/names';
import { dumpDays } from '../config/recovery';
import { AccessLogBucket } from './access-log-bucket';
import { allowCdnToRead } from './cdn-origin-access';
import { DataBucket } from './data-bucket';
import type { EncryptionKey } from './encryption-key';
import type { Monitoring } from './monitoring';
import { Replication } from './replication';

export interface ObjectStorageProps {
  readonly env: EnvironmentConfig;
  readonly encryptionKey: EncryptionKey;
  readonly monitoring: Monitoring;
}

/** The platform's buckets, by what they hold. */
export class ObjectStorage extends Construct {
  readonly recordings: DataBucket;
  readonly studentDocuments: DataBucket;
  readonly bannerAssets: DataBucket;
  readonly courses: DataBucket;
  readonly invoices: DataBucket;
  readonly interviewArchive: DataBucket;
  readonly databaseBackups: DataBucket;

  constructor(scope: Construct, id: string, { env, encryptionKey, monitoring }: ObjectStorageProps) {
    super(scope, id);
    const accessLogs = new AccessLogBucket(this, 'AccessLogs', { env });
    const shared = { env, encryptionKey, accessLogs, monitoring };
    const { recoveryRegion } = env;
    const replication =
      recoveryRegion === undefined
        ? undefined
        : new Replication(this, 'Replication', {
            ...shared,
            recoveryRegion,
            purposes: replicatedPurposes,
          });
    this.recordings = new DataBucket(this, 'Recordings', {
      ...shared,
      purpose: 'recordings',
      browserUploads: true,
      archiveAfterDays: 90,
    });
    this.studentDocuments = new DataBucket(this, 'StudentDocuments', {
      ...shared,
      purpose: 'student-documents',
      browserUploads: true,
      taskRoleOnly: true,
      replication,
    });
    this.bannerAssets = new DataBucket(this, 'BannerAssets', {
      ...shared,
      purpose: 'banner-assets',
      browserUploads: true,
    });
    this.courses = new DataBucket(this, 'Courses', { ...shared, purpose: 'courses', browserUploads: true });
    this.invoices = new DataBucket(this, 'Invoices', {
      ...shared,
      purpose: 'invoices',
      taskRoleOnly: true,
      replication,
    });
    this.interviewArchive = new DataBucket(this, 'InterviewArchive', {
      ...shared,
      purpose: 'interview-archive',
      archiveAfterDays: 90,
    });
    this.databaseBackups = new DataBucket(this, 'DatabaseBackups', {
      ...shared,
      purpose: 'database-backups',
      appendOnly: true,
      expireAfterDays: dumpDays,
    });
    allowCdnToRead(this.bannerAssets, encryptionKey);
  }

  /** All but the access logs, in the order of the template. */
  get dataBuckets(): readonly DataBucket[] {
    return [
      this.recordings,
      this.studentDocuments,
      this.bannerAssets,
      this.courses,
      this.invoices,
      this.interviewArchive,
      this.databaseBackups,
    ];
  }
}
