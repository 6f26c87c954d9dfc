import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { isDigest, parseImageTag } from '../../lib/config/image-tag';
import { imageRepositoryName } from '../../lib/config/names';
import { UsageError } from '../../scripts/command-line';
import { describeImage, hostPlatform } from './registry';
import { type ImageSession, repositoryOf } from './session';

const buildContext = join(__dirname, '..', '..', 'app-image');

/** Docker or Podman: their command lines are the same here. */
export interface EngineProgram {
  readonly program: string;
  /** That it is started with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** @returns the tag, of what is to be a new image of the platform's repository; @throws UsageError */
export function newTag(text: string | undefined): string {
  const named = text === undefined ? undefined : parseImageTag(text);
  if (named === undefined || isDigest(named.tagOrDigest) || named.repository !== imageRepositoryName)
    throw new UsageError(`push wants one tag, e.g. main-1a2b3c4; "${text ?? ''}" is none.`);
  return named.tagOrDigest;
}

/** Builds app-image/ for the hosts and puts it into ECR under a tag that is its for ever. */
export async function push(
  { registry, ecr, options }: ImageSession,
  tag: string,
  engine: () => Promise<EngineProgram>,
): Promise<number> {
  const there = await describeImage(ecr, { ...repositoryOf(registry), tagOrDigest: tag });
  if (there !== undefined) {
    console.error(`${tag} is there already, and stays what it is: ${there.imageDigest}`);
    return 0;
  }
  const host = `${registry.account}.dkr.ecr.${registry.region}.amazonaws.com`;
  const image = `${host}/${imageRepositoryName}:${tag}`;
  const commands = [
    ['build', '--platform', hostPlatform, '--build-arg', `REVISION=${tag}`, '--tag', image, buildContext],
    ['login', '--username', 'AWS', '--password-stdin', host],
    ['push', image],
  ] as const;
  const { program, environment } = await engine();
  if (options.dryRun) {
    for (const args of commands) console.log([program, ...args].join(' '));
    return 0;
  }
  // The login lasts twelve hours: it is kept for this command only, and from the home folder of whoever runs it.
  const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-ecr-'));
  const env = { ...environment, DOCKER_CONFIG: folder, REGISTRY_AUTH_FILE: join(folder, 'auth.json') };
  try {
    const [build, login, upload] = commands;
    await run(program, build, env);
    await run(program, login, env, await password(ecr));
    await run(program, upload, env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const pushed = await describeImage(ecr, { ...repositoryOf(registry), tagOrDigest: tag });
  if (pushed === undefined) throw new Error(`${program} has pushed ${tag}, and ECR does not know of it.`);
  console.log(options.json ? JSON.stringify({ version: 1, tag, digest: pushed.imageDigest }) : pushed.imageDigest);
  return 0;
}

async function password(ecr: ECRClient): Promise<string> {
  const { authorizationData: [given] = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  return Buffer.from(given?.authorizationToken ?? '', 'base64')
    .toString()
    .replace(/^AWS:/, '');
}

/** What it prints goes to this terminal's standard error. @throws where it ends with anything but 0 */
function run(program: string, args: readonly string[], env: EngineProgram['environment'], input = ''): Promise<void> {
  const child = spawn(program, args, { env, stdio: ['pipe', process.stderr, process.stderr] });
  // It may end before it has read what it does not want.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args[0]} ended with ${code ?? signal}; see above.`)),
    );
  });
}
