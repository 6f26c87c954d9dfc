import { chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cpuShares, runArguments } from './container-arguments';
import type { ContainerEngine } from './container-engine';
import { RUN_LABEL, type RunFolder } from './run-folder';
import type { TaskProcesses } from './task-processes';
import { preloadOption, type TaskRunner } from './task-runner';

const FAULTS = join(__dirname, '..', 'faults');
/** In the container. */
const READABLE = '/rehearsal';
/** Where it listens: a name, since a deployed container refuses an address of its own machine. */
const TASK_HOST = 'task.mr-mentor.internal';
/** Until it is healthy: on AWS a task that starts takes nothing from those that serve. */
const STARTING_CPU_PART = 0.5;

export interface ContainerRunnerProps {
  readonly engine: ContainerEngine;
  readonly processes: TaskProcesses;
  readonly runFolder: RunFolder;
  readonly hostNames: readonly string[];
  /** @default - this machine's */
  readonly platform?: NodeJS.Platform;
}

/** Tasks as containers. What is a process of this machine is the engine's client, which passes on output and exit. */
export function containerRunner(props: ContainerRunnerProps): TaskRunner {
  const { engine, processes, runFolder, hostNames, platform = process.platform } = props;
  const client = stated(engine.environment);
  const openFiles = platform === 'linux' ? openFilesLimit() : undefined;
  return {
    async start({ id, request: { image, container, fault }, variables, port, log }) {
      if (image.tag === undefined)
        throw new Error(
          `${id} cannot be a container of ${engine.name}: its image ${image.revision} was not built by it.`,
        );
      const { environment, readable } = inside(runFolder, variables, fault);
      // On Linux the container has the machine's network, of which it may take the loopback only, and one port each.
      const told = platform === 'linux' ? { ...environment, HOST: TASK_HOST, PORT: String(port) } : environment;
      const name = `${basename(runFolder.path)}-${id}`;
      const run = {
        ...{ name, tag: image.tag, port, hostNames: [...hostNames, TASK_HOST], readable, openFiles },
        cpuPart: container.healthCheck ? STARTING_CPU_PART : 1,
        labels: { [RUN_LABEL]: runFolder.label },
        variables: Object.keys(told),
      };
      const ofEngine = (...args: string[]) => ({ command: engine.name, args, environment: client });
      const started = await processes.start(id, {
        ...{ name: join(runFolder.path, id), folder: runFolder.path, log, lowPriority: false },
        command: engine.name,
        args: runArguments(container, run, platform),
        environment: { ...client, ...told },
        endWith: ofEngine('rm', '--force', '--volumes', name),
      });
      return {
        exited: started.exited,
        // An engine without the right to this has not held it back either.
        normalPriority: () => void engine.setCpuShares(name, cpuShares(container)).catch(() => {}),
        // Through its client where the engine does not know it yet, or not any more.
        signal: (signal) => engine.kill(name, signal).catch(() => started.signal(signal)),
        check: (command, timeoutMs) =>
          processes.check({ ...ofEngine('exec', name, ...command), folder: runFolder.path }, timeoutMs),
      };
    },
  };
}

/** What the variables name of this machine's files, where the user of a container can read it. */
function inside(runFolder: RunFolder, variables: Readonly<Record<string, string>>, fault?: string) {
  const readable: Record<string, string> = {};
  const environment: Record<string, string> = { ...variables };
  const provide = (source: string): string => {
    const [copy, path] = [join(runFolder.path, basename(source)), `${READABLE}/${basename(source)}`];
    // Once, since others may be reading it.
    if (!existsSync(copy)) copyFileSync(source, copy);
    chmodSync(copy, 0o644);
    readable[path] = copy;
    return path;
  };
  const { NODE_EXTRA_CA_CERTS: authorities, NODE_OPTIONS: options } = variables;
  if (authorities) environment.NODE_EXTRA_CA_CERTS = provide(authorities);
  if (fault) {
    const [, preload = ''] = ['answers', fault].map((name) => provide(join(FAULTS, `${name}.cjs`)));
    environment.NODE_OPTIONS = [options, preloadOption([preload])].filter(Boolean).join(' ');
  }
  return { environment, readable };
}

/** Of this process, which an engine on the same machine has as well, or more. */
function openFilesLimit(): number | undefined {
  const [, hard] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return hard === undefined ? undefined : Number(hard);
}

const stated = (variables: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
