import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Replaces text in a file; a pattern that is not there has gone with the code that it sabotaged. */
export interface Edit {
  readonly find: string | RegExp;
  readonly put: string;
}

export interface SabotageOfAssembly {
  /** Of every template of the environment. */
  readonly templates?: readonly Edit[];
  /** Of the container's sources, by path below `app-image/`. */
  readonly image?: Readonly<Record<string, readonly Edit[]>>;
  /** Of the smoke test's bundled code, by file name. */
  readonly smokeTest?: Readonly<Record<string, readonly Edit[]>>;
}

/** @param folder gets a copy of the assembly, as it would be if somebody had made this mistake */
export function sabotageAssembly(
  assembly: string,
  folder: string,
  environment: string,
  sabotage: SabotageOfAssembly,
): string {
  const copy = join(folder, 'sabotaged');
  cpSync(assembly, copy, { recursive: true });
  const nested = join(copy, `assembly-${environment}`);
  const templates = readdirSync(nested).filter((name) => name.endsWith('.template.json'));
  if (sabotage.templates)
    editOneOf(
      templates.map((name) => join(nested, name)),
      sabotage.templates,
    );
  const assets = assetsOf(nested);
  for (const [path, edits] of Object.entries(sabotage.image ?? {})) edit(join(assets.image, path), edits);
  for (const [name, edits] of Object.entries(sabotage.smokeTest ?? {})) edit(join(assets.smokeTest, name), edits);
  // Whoever builds the image knows it by the hash of its sources.
  if (sabotage.image) rename(copy, nested, assets.image, Object.keys(sabotage.image));
  return copy;
}

function edit(path: string, edits: readonly Edit[]): void {
  writeFileSync(
    path,
    edits.reduce((text, each) => replaced(text, each, path), readFileSync(path, 'utf8')),
  );
}

/** Each edit has to fit at least one of the files. */
function editOneOf(paths: readonly string[], edits: readonly Edit[]): void {
  for (const each of edits) {
    const fitting = paths.filter((path) => replacedOrNot(readFileSync(path, 'utf8'), each) !== undefined);
    if (fitting.length === 0) throw new Error(`No template has ${each.find}, so nothing is sabotaged.`);
    for (const path of fitting) edit(path, [each]);
  }
}

function replaced(text: string, each: Edit, path: string): string {
  const edited = replacedOrNot(text, each);
  if (edited === undefined) throw new Error(`${path} has no ${each.find}, so nothing is sabotaged.`);
  return edited;
}

function replacedOrNot(text: string, { find, put }: Edit): string | undefined {
  const edited = typeof find === 'string' ? text.replaceAll(find, () => put) : text.replace(find, put);
  return edited === text ? undefined : edited;
}

function assetsOf(nested: string): { readonly image: string; readonly smokeTest: string } {
  const manifests = readdirSync(nested)
    .filter((name) => name.endsWith('.assets.json'))
    .map((name) => JSON.parse(readFileSync(join(nested, name), 'utf8')) as AssetManifest);
  const [image] = manifests.flatMap(({ dockerImages = {} }) => Object.values(dockerImages));
  const smokeTest = manifests
    .flatMap(({ files = {} }) => Object.values(files))
    .map(({ source: { path = '' } }) => resolve(nested, path))
    .find((path) => !path.endsWith('.json') && readdirSync(path).includes('checks.mjs'));
  if (image?.source.directory === undefined || smokeTest === undefined)
    throw new Error(`${nested} has no image or no smoke test`);
  return { image: resolve(nested, image.source.directory), smokeTest };
}

interface AssetManifest {
  readonly dockerImages?: Readonly<Record<string, { readonly source: { readonly directory?: string } }>>;
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
}

function rename(copy: string, nested: string, image: string, edited: readonly string[]): void {
  const [, before = ''] = /asset\.([0-9a-f]{64})$/.exec(image) ?? [];
  const hash = createHash('sha256').update(before);
  for (const path of edited) hash.update(readFileSync(join(image, path)));
  const after = hash.digest('hex');
  renameSync(image, join(copy, `asset.${after}`));
  for (const name of readdirSync(nested).filter((each) => each.endsWith('.json')))
    writeFileSync(join(nested, name), readFileSync(join(nested, name), 'utf8').replaceAll(before, after));
}
