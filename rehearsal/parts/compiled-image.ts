import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { whyItFailed } from '../../local/failed-program';
import type { ImageAsset } from '../assembly/deployment';

const execute = promisify(execFile);

const ROOT = join(__dirname, '..', '..');
const APP_IMAGE = join(ROOT, 'app-image');
const COMPILER = join(APP_IMAGE, 'node_modules', 'typescript', 'bin', 'tsc');
const CACHE = join(ROOT, 'node_modules', '.cache', 'mr-mentor-infra', 'images');
const KEPT = 5;
const UNFINISHED = 'building-';
const UNFINISHED_KEPT_MS = 3_600_000;

/**
 * What the Dockerfile would put under /app: `dist`, `package.json`, `node_modules`. Compiled once for the same sources.
 *
 * @param signal ends it in the middle
 * @returns the folder
 */
export async function compileImage(
  { hash, directory }: ImageAsset,
  cache = CACHE,
  signal?: AbortSignal,
): Promise<string> {
  const folder = join(cache, hash);
  if (!isComplete(folder, directory)) {
    mkdirSync(cache, { recursive: true });
    // Made aside and renamed, so that a build which is killed leaves nothing half.
    const work = mkdtempSync(join(cache, UNFINISHED));
    try {
      await compile(directory, join(work, 'dist'), signal);
      await provideModules(directory, work, signal);
      copyFileSync(join(directory, 'package.json'), join(work, 'package.json'));
      publish(work, folder, directory);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  const now = new Date();
  utimesSync(folder, now, now);
  prune(cache);
  return folder;
}

/** Types are for `npm run check` to judge; that there are some is looked at nevertheless. */
async function compile(directory: string, outDir: string, signal?: AbortSignal): Promise<void> {
  const types = join(APP_IMAGE, 'node_modules', '@types');
  try {
    const args = [COMPILER, '-p', directory, '--outDir', outDir, '--noCheck', '--typeRoots', types];
    await execute(process.execPath, args, { signal });
  } catch (error) {
    const { stdout, message } = error as { stdout?: string; message: string };
    throw new Error(`The image of ${directory} does not compile:\n${stdout?.trim() || message}`);
  }
  if (existsSync(join(outDir, 'main.js'))) return;
  throw new Error(
    `The image of ${directory} has no dist/main.js after it was compiled; its src/main.ts has to be there.`,
  );
}

async function provideModules(directory: string, work: string, signal?: AbortSignal): Promise<void> {
  if (hasModulesOfAppImage(directory)) {
    symlinkSync(join(APP_IMAGE, 'node_modules'), join(work, 'node_modules'));
    return;
  }
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(directory, file), join(work, file));
  try {
    // As the Dockerfile has it.
    const options = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
    await execute('npm', options, { cwd: work, maxBuffer: 16 * 1024 * 1024, signal });
    // npm makes none for a package that needs nothing.
    mkdirSync(join(work, 'node_modules'), { recursive: true });
  } catch (error) {
    throw new Error(`The modules of ${directory}/package-lock.json cannot be installed:\n${whyItFailed(error)}`);
  }
}

function hasModulesOfAppImage(directory: string): boolean {
  const lockOf = (folder: string) => readFileSync(join(folder, 'package-lock.json'), 'utf8');
  return lockOf(directory) === lockOf(APP_IMAGE);
}

/** A link to modules is worth nothing once others are installed there. */
function isComplete(folder: string, directory: string): boolean {
  const modules = join(folder, 'node_modules');
  if (!existsSync(join(folder, 'dist', 'main.js')) || !existsSync(modules)) return false;
  if (!lstatSync(modules).isSymbolicLink()) return true;
  return readlinkSync(modules) === join(APP_IMAGE, 'node_modules') && hasModulesOfAppImage(directory);
}

function publish(work: string, folder: string, directory: string): void {
  if (!isComplete(folder, directory)) rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(work, folder);
  } catch (error) {
    // Another process was first.
    if (!isComplete(folder, directory)) throw error;
  }
}

/** The newest are kept, one of which was just asked for. */
function prune(cache: string): void {
  const age = (name: string): number =>
    Date.now() - (statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const names = readdirSync(cache).sort((a, b) => age(a) - age(b));
  const images = names.filter((name) => !name.startsWith(UNFINISHED));
  const unfinished = names.filter((name) => name.startsWith(UNFINISHED) && age(name) > UNFINISHED_KEPT_MS);
  for (const name of [...images.slice(KEPT), ...unfinished])
    rmSync(join(cache, name), { recursive: true, force: true });
}
