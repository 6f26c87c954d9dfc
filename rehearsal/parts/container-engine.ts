import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ANSWERS_WITHIN_MS = 5_000;
const OUTPUT_KEPT = 4_000;

export const engineChoices = ['auto', 'docker', 'podman', 'none'] as const;
/** `auto` takes the first that works, and none where containers do not share the machine's network. */
export type EngineChoice = (typeof engineChoices)[number];
export type EngineName = 'docker' | 'podman';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a rehearsal asks of Docker or Podman. */
export interface ContainerEngine {
  readonly name: EngineName;
  /** What its client is told: where the engine listens, for one. */
  readonly environment: Environment;
  build(args: readonly string[], signal?: AbortSignal): Promise<void>;
  kill(container: string, signal: NodeJS.Signals): Promise<void>;
  /** Against others on the same processors. */
  setCpuShares(container: string, shares: string): Promise<void>;
  /** Running or not. */
  remove(container: string): Promise<void>;
  /** Names of containers, running or not, with what this label says of them. */
  labelled(label: string): Promise<{ readonly name: string; readonly value: string }[]>;
}

/** @throws if the one that was asked for does not work, with what it said. */
export async function findContainerEngine(
  choice: EngineChoice,
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<ContainerEngine | undefined> {
  if (choice === 'none' || (choice === 'auto' && platform !== 'linux')) return undefined;
  const refusals: string[] = [];
  for (const name of choice === 'auto' ? (['docker', 'podman'] as const) : [choice]) {
    const refusal = await whyNot(name, environment);
    if (refusal === undefined) return containerEngine(name, environment);
    refusals.push(refusal);
  }
  if (choice === 'auto') return undefined;
  throw new Error(`${choice} does not work here: ${refusals}. Start it, or rehearse without containers (none).`);
}

async function whyNot(name: EngineName, env: Environment): Promise<string | undefined> {
  try {
    await execute(name, ['info'], { env, timeout: ANSWERS_WITHIN_MS, killSignal: 'SIGKILL' });
    return undefined;
  } catch (error) {
    const { stderr, killed, code } = error as { stderr?: string; killed?: boolean; code?: unknown };
    if (killed) return `\`${name} info\` did not answer within ${ANSWERS_WITHIN_MS / 1000} s`;
    return code === 'ENOENT' ? `there is no ${name} on the PATH` : lastLineOf(stderr ?? String(error));
  }
}

const lastLineOf = (text: string): string => text.trim().split('\n').at(-1) ?? '';

export function containerEngine(name: EngineName, environment: Environment): ContainerEngine {
  const run = async (args: readonly string[], signal?: AbortSignal): Promise<string> => {
    try {
      const { stdout } = await execute(name, [...args], { env: environment, maxBuffer: 64 * 1024 * 1024, signal });
      return stdout;
    } catch (error) {
      const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
      throw new Error(`\`${name} ${args[0]}\` failed:\n${`${stdout}${stderr}`.slice(-OUTPUT_KEPT) || message}`);
    }
  };
  return {
    name,
    environment,
    async build(args, signal) {
      await run(['build', ...args], signal);
    },
    async kill(container, signal) {
      await run(['kill', '--signal', signal, container]);
    },
    async setCpuShares(container, shares) {
      await run(['update', '--cpu-shares', shares, container]);
    },
    async remove(container) {
      await run(['rm', '--force', '--volumes', container]);
    },
    async labelled(label) {
      const format = `{{.Names}}\t{{.Label "${label}"}}`;
      const rows = await run(['ps', '--all', '--filter', `label=${label}`, '--format', format]);
      return rows
        .split('\n')
        .filter(Boolean)
        .map((row) => {
          const [container = '', value = ''] = row.split('\t');
          return { name: container, value };
        });
    },
  };
}
