import { join } from 'node:path';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as assets from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { parseImageTag } from '../config/image-tag';
import { imageRepositoryName } from '../config/names';

const buildContext = join(__dirname, '..', '..', 'app-image');

export interface RevisedImage {
  readonly image: ecs.ContainerImage;
  /** Tells it from other images: the tag or digest in ECR, or the hash of what it is built from. */
  readonly revision: string;
}

/** The image from ECR where the configuration names a tag or digest, else built from app-image/. */
export function containerImage(scope: Construct, { imageTag }: EnvironmentConfig): RevisedImage {
  const named = imageTag === undefined ? undefined : parseImageTag(imageTag);
  if (named !== undefined) {
    const repository = ecr.Repository.fromRepositoryName(scope, 'ImageRepository', named.repository);
    return {
      image: ecs.ContainerImage.fromEcrRepository(repository, named.tagOrDigest),
      revision: named.tagOrDigest,
    };
  }
  const asset = new assets.DockerImageAsset(scope, 'Image', {
    directory: buildContext,
    displayName: imageRepositoryName,
    // The hosts' architecture, whatever machine builds it.
    platform: assets.Platform.LINUX_AMD64,
  });
  return { image: ecs.ContainerImage.fromDockerImageAsset(asset), revision: asset.assetHash };
}
