import type { Container } from '../assembly/deployment';

export interface ContainerRun {
  readonly name: string;
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  /** By name only: the engine's client takes the values from its own environment, which no list of processes shows. */
  readonly variables: readonly string[];
  /** That become this machine. */
  readonly hostNames: readonly string[];
  /** Files and folders that it may read, by their path in the container. */
  readonly readable: Readonly<Record<string, string>>;
  /** Of what the task definition gives it, this part only. @default 1 */
  readonly cpuPart?: number;
  /** Of this machine, for the container's port. */
  readonly port: number;
  /** How many files this machine lets a process open; an engine refuses to promise more. @default - any number */
  readonly openFiles?: number;
}

/** What the ECS agent makes of a container definition, in the words of `docker run`. */
export function runArguments(container: Container, run: ContainerRun, platform: NodeJS.Platform): string[] {
  const { openFiles = Number.POSITIVE_INFINITY } = run;
  const { user, ulimits, tmpfs, droppedCapabilities } = container;
  return [
    ...['run', '--pull', 'never', '--rm', '--name', run.name],
    ...pairs(
      '--label',
      Object.entries(run.labels).map(([label, value]) => `${label}=${value}`),
    ),
    ...network(container, run, platform),
    ...(user ? ['--user', user] : []),
    ...(container.readonlyRootFilesystem ? ['--read-only'] : []),
    ...['--memory', `${container.memoryMiB}m`],
    // As on the hosts of ECS: a share of what there is, no limit.
    ...['--cpu-shares', cpuShares(container, run.cpuPart)],
    ...(container.initProcess ? ['--init'] : []),
    ...pairs('--cap-drop', droppedCapabilities),
    ...pairs(
      '--tmpfs',
      tmpfs.map(({ path, sizeMiB, options }) => [`${path}:rw`, ...options, `size=${sizeMiB}m`].join(',')),
    ),
    ...pairs(
      '--ulimit',
      ulimits.map(({ name, soft, hard }) => {
        const most = name === 'nofile' ? openFiles : Number.POSITIVE_INFINITY;
        return `${name}=${Math.min(soft, most)}:${Math.min(hard, most)}`;
      }),
    ),
    ...['--stop-timeout', String(Math.ceil(container.stopTimeout))],
    // Whoever runs the tasks checks them, as the task definition says.
    '--no-healthcheck',
    ...pairs(
      '--volume',
      Object.entries(run.readable).map(([inside, outside]) => `${outside}:${inside}:ro`),
    ),
    ...pairs('--env', run.variables),
    run.tag,
    ...(container.command ?? []),
  ];
}

/** Two is the least that Linux knows. */
export const cpuShares = ({ cpuUnits }: Container, part = 1): string => String(Math.max(2, Math.ceil(cpuUnits * part)));

/**
 * On Linux a container shares the machine's loopback, where the other parts are. Elsewhere the engine runs in a virtual
 * machine: the port is published, and the names are the machine outside. That is untried.
 */
function network({ port }: Container, run: ContainerRun, platform: NodeJS.Platform): string[] {
  const linux = platform === 'linux';
  const machine = linux ? '127.0.0.1' : 'host-gateway';
  return [
    // Nobody answers there: no name resolves but those that were added.
    ...(linux ? ['--network', 'host', '--dns', '127.0.0.1'] : []),
    ...(!linux && port !== undefined ? ['--publish', `127.0.0.1:${run.port}:${port}`] : []),
    ...pairs(
      '--add-host',
      run.hostNames.map((name) => `${name}:${machine}`),
    ),
  ];
}

const pairs = (option: string, values: readonly string[]): string[] => values.flatMap((value) => [option, value]);
