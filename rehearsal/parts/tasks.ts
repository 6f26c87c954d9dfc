import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port';
import { now } from '../clock';
import type { TaskRecord } from '../record';
import type { TaskRequest, Tasks } from '../release/cluster';
import type { ContainerEngine } from './container-engine';
import { containerRunner } from './container-runner';
import { processRunner } from './process-runner';
import type { RunFolder } from './run-folder';
import { RunningTask } from './running-task';
import { TaskProcesses } from './task-processes';
import { checkCommand } from './task-runner';
import { oneByOne, startTurns } from './turns';

export interface TasksProps {
  readonly runFolder: RunFolder;
  /** What Secrets Manager answers, asked when a task starts. */
  readonly secretValue: (arn: string) => Promise<string>;
  /** Variables that ECS adds to those of a task definition, and those that make AWS local. */
  readonly platform: Readonly<Record<string, string>>;
  /** By which tasks call their neighbours. No other name resolves. */
  readonly hostNames: readonly string[];
  /** @default - tasks are processes */
  readonly engine?: ContainerEngine;
}

/** The tasks of a rehearsal; they end with this process, however it ends. */
export interface RunningTasks extends Tasks {
  /** All that were started, in that order. */
  record(): TaskRecord[];
  /** Ends at once those that still run. */
  close(): Promise<void>;
}

/** Twice what a task takes to get healthy on two quiet processors. */
const longestStart = 4;

export function startTasks(props: TasksProps): RunningTasks {
  const { runFolder, hostNames, engine } = props;
  const processes = new TaskProcesses(join(runFolder.path, 'agent'));
  const runner = engine
    ? containerRunner({ engine, processes, runFolder, hostNames })
    : processRunner(processes, runFolder, hostNames);
  const { logs } = runFolder;
  mkdirSync(logs, { recursive: true });
  const checkInTurn = oneByOne();
  const closing = new AbortController();
  const startInTurn = startTurns({
    ...{ places: availableParallelism(), longestSeconds: longestStart },
    signal: closing.signal,
  });
  const ports = new Set<number>();
  const counts = { web: 0, worker: 0 };
  const tasks: RunningTask[] = [];

  return {
    async start(request) {
      const { role } = request.service;
      const { healthCheck } = request.container;
      const check = healthCheck && checkCommand(healthCheck.command);
      counts[role] += 1;
      const id = `${role}-${counts[role]}`;
      const [port, variables] = await Promise.all([newPort(ports), variablesOf(request, props)]);
      const start = { id, request, variables, port, check, log: join(logs, `${id}.log`) };
      const run = async () => {
        const startedAt = now();
        const task = new RunningTask(await runner.start(start), start, startedAt, checkInTurn);
        tasks.push(task);
        return task;
      };
      return check === undefined ? run() : startInTurn(run);
    },
    record: () => tasks.map((task) => task.record()),
    async close() {
      closing.abort();
      await processes.close();
      await Promise.all(tasks.map((task) => task.exited));
    },
  };
}

/** As the ECS agent hands them to a container. The port is not this machine's yet. */
async function variablesOf({ container }: TaskRequest, { platform, secretValue }: TasksProps) {
  const secrets = Object.entries(container.secrets).map(async ([name, arn]) => [name, await secretValue(arn)] as const);
  return { ...platform, ...container.environment, ...Object.fromEntries(await Promise.all(secrets)) };
}

/** A free one that was not given before: who got that may not listen on it yet. */
async function newPort(given: Set<number>): Promise<number> {
  const port = await freePort();
  if (given.has(port)) return newPort(given);
  given.add(port);
  return port;
}
