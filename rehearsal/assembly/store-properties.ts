import type { Numeric } from './property-values';

export interface DatabaseProperties {
  readonly DBInstanceIdentifier?: string;
  readonly DBName?: string;
  readonly DBParameterGroupName?: string;
  readonly Engine?: string;
  readonly EngineVersion?: string;
  readonly ManageMasterUserPassword?: boolean;
  readonly MasterUsername?: string;
  readonly MultiAZ?: boolean;
}
export interface ReplicationGroupProperties {
  readonly ReplicationGroupId?: string;
  readonly AuthToken?: string;
  readonly AutomaticFailoverEnabled?: boolean;
  readonly CacheParameterGroupName?: string;
  readonly NumCacheClusters?: Numeric;
  readonly TransitEncryptionEnabled?: boolean;
}
export interface BucketProperties {
  readonly BucketName?: string;
  readonly BucketEncryption?: {
    readonly ServerSideEncryptionConfiguration?: readonly {
      readonly ServerSideEncryptionByDefault?: { readonly SSEAlgorithm: string };
    }[];
  };
  readonly CorsConfiguration?: { readonly CorsRules: readonly BucketCorsRule[] };
  readonly PublicAccessBlockConfiguration?: {
    readonly BlockPublicAcls?: boolean;
    readonly BlockPublicPolicy?: boolean;
    readonly IgnorePublicAcls?: boolean;
    readonly RestrictPublicBuckets?: boolean;
  };
  readonly VersioningConfiguration?: { readonly Status: string };
}
export interface BucketCorsRule {
  readonly AllowedHeaders?: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedOrigins: readonly string[];
  readonly ExposedHeaders?: readonly string[];
  readonly MaxAge?: Numeric;
}
