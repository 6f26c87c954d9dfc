import type { DeploymentRecord, Rehearsal, TaskRecord } from '../record';
import type { Failure } from './failure';
import { count, duration, listed } from './figures';

interface Disorder {
  readonly holdsFor: (task: TaskRecord, broken: boolean) => boolean;
  /** What one task, and what several of them did. */
  readonly one: string;
  readonly several: string;
  /** Of each, in brackets. */
  readonly detail: (task: TaskRecord) => string;
  readonly explanation: string;
}

const exitOf = ({ exit }: TaskRecord): string => (exit?.signal ? exit.signal : `code ${exit?.code ?? 'unknown'}`);

const stopped = ({ exit, stopRequestedAt = 0 }: TaskRecord): string =>
  exit === undefined ? '' : `after ${duration(exit.at - stopRequestedAt)}`;

/** What is not in order about how a task lived and ended. The first that holds is told. */
const disorders: readonly Disorder[] = [
  {
    holdsFor: ({ killed }) => killed,
    one: 'did not end within its stop timeout after SIGTERM, so that ECS sends SIGKILL',
    several: 'did not end within their stop timeout after SIGTERM, so that ECS sends SIGKILL',
    detail: stopped,
    explanation:
      'Whatever it held was cut. Either it does not answer the signal (node has to get it itself, by an exec-form CMD, and to handle it), or stopTimeout of the task definition is not above SHUTDOWN_DEADLINE_SECONDS and SHUTDOWN_DRAIN_SECONDS. The log says what it did from the signal on.',
  },
  {
    holdsFor: ({ exit, stopRequestedAt }) => exit !== undefined && stopRequestedAt === undefined,
    one: 'ended by itself',
    several: 'ended by themselves',
    detail: (task) => `${exitOf(task)}, ${duration((task.exit?.at ?? 0) - task.startedAt)} after its start`,
    explanation:
      'Whoever was being served was cut. The log ends with the reason; the memory limit is one (SIGKILL, code 137).',
  },
  {
    holdsFor: ({ exit }) => exit?.signal === 'SIGTERM',
    one: 'was ended by SIGTERM instead of ending in order',
    several: 'were ended by SIGTERM instead of ending in order',
    detail: stopped,
    explanation:
      'Node has to get the signal itself (an exec-form CMD), and the service has to handle it from the first moment on.',
  },
  {
    holdsFor: ({ exit }) => exit !== undefined && exit.code !== 0,
    one: 'ended after SIGTERM with another code than 0',
    several: 'ended after SIGTERM with another code than 0',
    detail: exitOf,
    explanation: 'The shutdown failed or reached SHUTDOWN_DEADLINE_SECONDS. The log says what was left.',
  },
  {
    holdsFor: ({ exit, stopRequestedAt }) => stopRequestedAt !== undefined && exit === undefined,
    one: 'was told to stop and still runs',
    several: 'were told to stop and still run',
    detail: () => '',
    explanation: 'Look at the log: what has to follow SIGTERM is missing.',
  },
  {
    // A worker's container may have no health check.
    holdsFor: ({ role, healthyAt }, broken) => role === 'web' && healthyAt === undefined && !broken,
    one: 'never passed its health checks',
    several: 'never passed their health checks',
    detail: () => '',
    explanation:
      'ECS replaces such a task, and again, until an alarm or an operator ends it. The log says why it does not serve.',
  },
];

const isBroken = (deployments: readonly DeploymentRecord[], { deployment }: TaskRecord): boolean =>
  deployments.some(({ title, fault }) => title === deployment && fault !== undefined);

const nameOf = ({ id, colour }: TaskRecord): string => (colour === undefined ? id : `${colour}/${id}`);

const shownTasks = 6;

/** Tasks of an image that is broken on purpose need not get healthy; they have to stop in order like all others. */
export function taskFailures({ tasks, deployments }: Rehearsal): Failure[] {
  const groups = new Map<Disorder, TaskRecord[]>();
  for (const task of tasks) {
    const disorder = disorders.find(({ holdsFor }) => holdsFor(task, isBroken(deployments, task)));
    if (disorder) groups.set(disorder, [...(groups.get(disorder) ?? []), task]);
  }
  return [...groups].map(([{ one, several, detail, explanation }, of]): Failure => {
    const named = of.slice(0, shownTasks).map((task) => {
      const more = [task.deployment && `of “${task.deployment}”`, detail(task)].filter(Boolean).join(', ');
      return `${nameOf(task)}${more && ` (${more})`}`;
    });
    const names = listed([...named, ...(of.length > shownTasks ? [`${count(of.length - shownTasks)} more`] : [])]);
    const what = of.length === 1 ? `A task ${one}` : `${count(of.length)} tasks ${several}`;
    const [first] = of.map(({ exit, stopRequestedAt }) => exit?.at ?? stopRequestedAt);
    return { subject: 'task', message: `${what}: ${names}.`, explanation, count: of.length, at: first };
  });
}
