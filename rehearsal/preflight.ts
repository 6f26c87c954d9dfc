import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findHaproxyServer } from '../local/haproxy-server';
import { provisionMoto } from '../local/moto-server';
import { postgresBinaries } from '../local/postgres-binaries';
import { findRedisServer } from '../local/redis-server';
import { type ContainerEngine, type EngineChoice, findContainerEngine } from './parts/container-engine';

export interface Check {
  readonly title: string;
  /** @throws what is missing and how to get it */
  readonly run: () => unknown;
}

/** The programs that stand for AWS. What can be had without being installed is put into the cache. */
export const programs: readonly Check[] = [
  { title: 'PostgreSQL', run: postgresBinaries },
  { title: 'Redis', run: () => findRedisServer() },
  { title: 'HAProxy, the load balancer', run: () => findHaproxyServer() },
  { title: 'moto, for S3 and Secrets Manager', run: () => provisionMoto() },
  { title: 'Modules of the service', run: findServiceModules },
];

export interface Preflight {
  readonly engine: EngineChoice;
  /** Of this process, for the container engine's client. */
  readonly environmentVariables: Readonly<Record<string, string | undefined>>;
  /** @default - those that a rehearsal needs */
  readonly checks?: readonly Check[];
}

/**
 * Looks for everything before anything is started.
 *
 * @returns the container engine, if one is to be used
 * @throws all that is missing, at once
 */
export async function findParts({
  engine,
  environmentVariables,
  checks = programs,
}: Preflight): Promise<ContainerEngine | undefined> {
  const found = findContainerEngine(engine, environmentVariables);
  const reasons = await missing([...checks, { title: 'Container engine', run: () => found }]);
  if (reasons.length > 0) throw new Error(['This machine lacks what a rehearsal needs.', ...reasons].join('\n\n'));
  return found;
}

async function missing(checks: readonly Check[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(checks.map(async ({ run }) => run()));
  return outcomes.flatMap((outcome, index) =>
    outcome.status === 'fulfilled' ? [] : [`✗ ${checks[index]?.title}\n${indented((outcome.reason as Error).message)}`],
  );
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

function findServiceModules(): void {
  const modules = join(__dirname, '..', 'app-image', 'node_modules');
  if (!existsSync(join(modules, 'typescript'))) throw new Error('app-image/node_modules is not installed; run npm ci.');
}
