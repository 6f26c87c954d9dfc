import type { EnvironmentName } from '../lib/config/environment';
import type { LifecycleStage } from './assembly/deployment';

/** What a rehearsal saw. Times are milliseconds since 1970, with fractions. The report is made of nothing else. */
export interface Rehearsal {
  readonly environment: EnvironmentName;
  /** Of the image that is released. */
  readonly revision: string;
  /** The containers are those of an engine, or processes that run the same code. */
  readonly containers: 'docker' | 'podman' | 'processes';
  /** Waits of AWS are this many times shorter. */
  readonly speed: number;
  /** Requests a second that were asked for. */
  readonly rate: number;
  /** There were fewer where the machine did not bear as many. */
  readonly rateMayBeLess: boolean;
  readonly startedAt: number;
  /** Blue served, and the load began. */
  readonly loadFrom: number;
  /** The load had risen to its rate, or to what the machine bore. */
  readonly risenAt: number;
  readonly endedAt: number;
  readonly deployments: readonly DeploymentRecord[];
  readonly outages: readonly OutageRecord[];
  readonly requests: readonly RequestOutcome[];
  readonly sockets: readonly SocketOutcome[];
  readonly jobs: readonly JobOutcome[];
  readonly tasks: readonly TaskRecord[];
  /** What was looked at beside the load, and was not as it has to be. */
  readonly findings: readonly Finding[];
}

/** Target groups, as people call them. Which one has production traffic alternates. */
export type Colour = 'blue' | 'green';

export type Scenario = 'release' | 'rollback' | 'broken-image' | 'redis-failover' | 'database-failover';

/** How an image is broken on purpose. */
export type Fault = 'never-healthy' | 'failing-smoke-test' | 'errors-under-load';

/** One deployment of the web service, and of the worker service where web succeeded. */
export interface DeploymentRecord {
  readonly title: string;
  readonly scenario: Scenario;
  readonly from: Colour;
  readonly to: Colour;
  readonly fault?: Fault;
  readonly expected: DeploymentStatus;
  readonly status: DeploymentStatus;
  /** Why it was taken back: the hook's failed checks, the alarm's description, an operator. */
  readonly reason?: string;
  readonly stages: readonly StageRecord[];
}

/** As ECS calls them. */
export type DeploymentStatus = 'SUCCESSFUL' | 'ROLLBACK_SUCCESSFUL' | 'ROLLBACK_FAILED';

export interface StageRecord {
  /** `ROLLBACK` and what follows it take back; `WORKER` is the rolling deployment of the worker service. */
  readonly stage: LifecycleStage | 'ROLLBACK' | 'WORKER';
  readonly from: number;
  readonly to: number;
}

/** A store that was taken away on purpose. */
export interface OutageRecord {
  readonly store: 'redis' | 'database';
  readonly from: number;
  /** It took connections again. */
  readonly to: number;
}

/** There is exactly one for each request, those cut in flight included. */
export interface RequestOutcome {
  readonly kind: string;
  readonly at: number;
  readonly ms: number;
  /** The status of a whole answer, or why there was none. */
  readonly result: number | string;
  readonly served: boolean;
  /** Who answered: `blue/2`. @default - nobody, or the load balancer */
  readonly target?: string;
}

/** A socket of the load, from its first connection to its end. */
export interface SocketOutcome {
  readonly id: string;
  readonly kind: 'meeting' | 'terminal';
  readonly openedAt: number;
  /** It lost its connection and had another one, each with the time in between. */
  readonly moves: readonly SocketMove[];
  /** What its peer said and it has not heard, although both were connected. */
  readonly unheard: number;
  /** When each of it was said. */
  readonly unheardAt?: readonly number[];
  /** `lost`: without a connection in the end. `hanging`: with one on which nothing arrives. */
  readonly end: 'open' | 'lost' | 'hanging';
  readonly reason?: string;
}

/** From one connection to the next. */
export interface SocketMove {
  readonly at: number;
  readonly ms: number;
  readonly from?: string;
  readonly to?: string;
  /** How the first one ended. */
  readonly reason?: string;
}

/** A job that the service accepted. */
export interface JobOutcome {
  readonly id: string;
  readonly at: number;
  /** When each of its executions had its effect. Empty: lost. */
  readonly done: readonly number[];
}

export interface TaskRecord {
  /** `web-2` */
  readonly id: string;
  readonly role: 'web' | 'worker';
  readonly colour?: Colour;
  readonly deployment?: string;
  readonly startedAt: number;
  readonly healthyAt?: number;
  readonly stopRequestedAt?: number;
  readonly exit?: { readonly at: number; readonly code: number | null; readonly signal: string | null };
  /** ECS would have sent SIGKILL. */
  readonly killed: boolean;
}

export interface Finding {
  /** Findings about the same are told once. @default - it is told by itself */
  readonly about?: string;
  /** What is wrong, the value, what it has to be, what to do: one or two sentences. */
  readonly message: string;
  readonly at?: number;
}
