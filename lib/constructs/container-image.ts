import { join } from 'node:path';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as assets from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { imageRepositoryName } from '../config/names';

const buildContext = join(__dirname, '..', '..', 'app-image');

/** The image from ECR where the configuration names a tag or digest, else built from app-image/. */
export function containerImage(scope: Construct, { imageTag }: EnvironmentConfig): ecs.ContainerImage {
  if (imageTag !== undefined)
    return ecs.ContainerImage.fromEcrRepository(
      ecr.Repository.fromRepositoryName(scope, 'ImageRepository', imageRepositoryName),
      imageTag,
    );
  return ecs.ContainerImage.fromDockerImageAsset(
    new assets.DockerImageAsset(scope, 'Image', {
      directory: buildContext,
      displayName: imageRepositoryName,
      // The hosts' architecture, whatever machine builds it.
      platform: assets.Platform.LINUX_AMD64,
    }),
  );
}
