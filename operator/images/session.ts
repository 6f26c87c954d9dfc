import type { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryName } from '../../lib/config/names';
import type { ImageRegistry } from './image-registry';
import type { Repository } from './stored-images';

/** As the command line has them; see the help of scripts/image.ts. */
export interface ImageOptions {
  readonly count: number;
  readonly keep: number;
  /** Days. */
  readonly olderThan: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

export interface ImageSession {
  readonly registry: ImageRegistry;
  readonly ecr: ECRClient;
  readonly options: ImageOptions;
}

export const repositoryOf = ({ account }: ImageRegistry): Repository => ({
  registryId: account,
  repository: imageRepositoryName,
});
