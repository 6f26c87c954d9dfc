import { dirname, resolve } from 'node:path';
import type { ImageAsset } from './deployment';

/** What `cdk deploy` uploads before it deploys a stack. */
export interface Assets {
  readonly files: readonly FileAsset[];
  readonly images: readonly PublishedImage[];
}

export interface FileAsset {
  /** The file or directory, absolute. */
  readonly path: string;
  /** Where it is uploaded to, in the bucket for assets. */
  readonly objectKeys: readonly string[];
}

export interface PublishedImage extends ImageAsset {
  /** How a task definition ends that names it: `repository:tag` */
  readonly names: readonly string[];
}

/** As cloud-assembly-schema describes `*.assets.json`. */
export interface AssetManifest {
  readonly files?: Readonly<Record<string, FileEntry>>;
  readonly dockerImages?: Readonly<Record<string, ImageEntry>>;
}
interface FileEntry {
  readonly source: { readonly path?: string };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}
interface ImageEntry {
  readonly source: {
    readonly directory?: string;
    readonly dockerFile?: string;
    readonly dockerBuildArgs?: Readonly<Record<string, string>>;
    readonly dockerBuildTarget?: string;
    readonly platform?: string;
  };
  readonly destinations: Readonly<Record<string, { readonly repositoryName: string; readonly imageTag: string }>>;
}

/** Paths in a manifest are relative to it. */
export function readAssets(manifests: readonly { readonly file: string; readonly manifest: AssetManifest }[]): Assets {
  return {
    files: manifests.flatMap(({ file, manifest }) =>
      Object.values(manifest.files ?? {}).flatMap(({ source: { path }, destinations }) =>
        path === undefined
          ? []
          : [
              {
                path: resolve(dirname(file), path),
                objectKeys: Object.values(destinations).map(({ objectKey }) => objectKey),
              },
            ],
      ),
    ),
    images: manifests.flatMap(({ file, manifest }) =>
      Object.entries(manifest.dockerImages ?? {}).map(([hash, entry]) => publishedImage(file, hash, entry)),
    ),
  };
}

function publishedImage(file: string, hash: string, { source, destinations }: ImageEntry): PublishedImage {
  if (source.directory === undefined || source.dockerBuildTarget !== undefined)
    throw new Error(
      `${file}: the image ${hash} is built by ${source.directory === undefined ? 'a program of its own' : `the target "${source.dockerBuildTarget}"`}, and a rehearsal builds the whole of a Dockerfile in a directory; teach rehearsal/assembly/assets.ts to pass it on.`,
    );
  return {
    hash,
    directory: resolve(dirname(file), source.directory),
    // As `docker build` does without --file.
    dockerfile: source.dockerFile ?? 'Dockerfile',
    buildArgs: source.dockerBuildArgs ?? {},
    platform: source.platform,
    names: Object.values(destinations).map(({ repositoryName, imageTag }) => `${repositoryName}:${imageTag}`),
  };
}
