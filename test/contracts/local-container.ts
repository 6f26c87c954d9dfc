import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnvironmentName } from '../../lib/config/environment';
import { freePort } from '../../local/free-port';
import { resourcesOf } from '../deployed';
import type { LocalParts, Variables } from './local-parts';

export type ProcessRole = 'web' | 'worker';

const image = join(__dirname, '..', '..', 'app-image');
const startsWithinMs = 20_000;
const running = new Set<LocalContainer>();

export const localNames = join(__dirname, '..', '..', 'rehearsal', 'parts', 'local-names.cjs');

interface Variable {
  readonly Name: string;
  readonly Value: unknown;
}
interface Secret {
  readonly Name: string;
  readonly ValueFrom: string;
}

/** The variables of a task definition as ECS would hand them to its container. */
export function variablesOf(
  environment: EnvironmentName,
  processRole: ProcessRole,
  { resolve, secrets, platform }: LocalParts,
): Record<string, string> {
  const containers = resourcesOf(environment)
    .filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition')
    .map(({ stack, Properties }) => ({ stack, ...Properties.ContainerDefinitions[0] }));
  const found = containers.find(({ Environment }) =>
    Environment.some((each: Variable) => each.Name === 'PROCESS_ROLE' && each.Value === processRole),
  );
  if (found === undefined) throw new Error(`${environment}: no task definition has PROCESS_ROLE ${processRole}`);

  const variables: Record<string, string> = { ...platform };
  for (const { Name, Value } of found.Environment as Variable[]) variables[Name] = resolve(found.stack, Value);
  for (const { Name, ValueFrom } of found.Secrets as Secret[]) {
    const value = secrets.get(ValueFrom);
    if (value === undefined) throw new Error(`${environment}: ${Name} is read from ${ValueFrom}, which no stack makes`);
    variables[Name] = value;
  }
  return variables;
}

/** One line of the container's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The image's own code as a process, told these variables and nothing else; only its port is this machine's. */
export class LocalContainer {
  output = '';
  readonly url: string;
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;

  static async start(variables: Variables): Promise<LocalContainer> {
    return new LocalContainer(variables, await freePort());
  }

  private constructor(variables: Variables, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.child = spawn(process.execPath, ['--require', localNames, 'dist/main.js'], {
      cwd: image,
      env: { ...variables, PORT: String(port) },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk;
      });
    // `close`, not `exit`: by then all that it wrote has been read.
    this.exited = once(this.child, 'close').then(([code]) => {
      running.delete(this);
      return code;
    });
    running.add(this);
  }

  /** The first line that says this. */
  async logged(msg: string): Promise<LogLine> {
    for (let waited = 0; waited < startsWithinMs && this.child.exitCode === null; waited += 20) {
      const line = this.lines().find((each) => each.msg === msg);
      if (line !== undefined) return line;
      await sleep(20);
    }
    throw new Error(`The container has not logged "${msg}". It wrote:\n${this.output}`);
  }

  async get(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(this.url + path);
    return { status: response.status, body: await response.json() };
  }

  /** At once, since the drain of a real end takes its time. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private lines(): LogLine[] {
    return this.output
      .slice(0, this.output.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  }
}

/** All that still run. */
export const killContainers = () => Promise.all(Array.from(running, (container) => container.kill()));
