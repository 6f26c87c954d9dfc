import { join } from 'node:path';
import type { ImageAsset } from '../assembly/deployment';
import type { Image } from '../release/cluster';
import { compileImage } from './compiled-image';
import type { ContainerEngine } from './container-engine';

export interface ImageOptions {
  /** @default - the sources are compiled, and run as processes */
  readonly engine?: ContainerEngine;
  /** On top of the asset's: a base image that this machine has, for one. */
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Ends it in the middle. */
  readonly signal?: AbortSignal;
}

/** Builds what the assembly's build context holds, which is what would be deployed. */
export async function buildImage(
  asset: ImageAsset,
  { engine, buildArgs = {}, signal }: ImageOptions = {},
): Promise<Image> {
  if (engine === undefined) return { revision: asset.hash, folder: await compileImage(asset, undefined, signal) };
  const tag = tagOf(asset);
  await engine.build(buildArguments(asset, tag, buildArgs), signal);
  return { revision: asset.hash, folder: asset.directory, tag };
}

const tagOf = ({ hash }: ImageAsset): string => `mr-mentor-rehearsal:${hash.slice(0, 12)}`;

/**
 * What `cdk deploy` has Docker build, but for the platform: this machine's own runs the same code several times faster
 * than that of the hosts does under emulation.
 */
export function buildArguments(asset: ImageAsset, tag: string, extra: Readonly<Record<string, string>>): string[] {
  const buildArgs = Object.entries({ ...asset.buildArgs, ...extra });
  return [
    ...['--quiet', '--tag', tag, '--label', 'mr-mentor.rehearsal.image=true'],
    ...['--file', join(asset.directory, asset.dockerfile)],
    ...buildArgs.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    asset.directory,
  ];
}
