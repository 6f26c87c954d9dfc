import type { Container, Service } from '../assembly/deployment';
import type { Colour, Fault } from '../record';

/** What a deployment needs of the load balancer and of whoever runs the tasks; real ones are in ../parts. */
export interface Cluster {
  readonly loadBalancer: LoadBalancer;
  readonly tasks: Tasks;
}

export interface LoadBalancer {
  /** Health checks begin; until they pass it gets no request. */
  register(targetGroup: string, target: Target): Promise<void>;
  /** By the target's id. */
  health(targetGroup: string): Promise<Readonly<Record<string, TargetHealth>>>;
  /** What came of a target's last health check: `was answered 404`. @default - nobody knows */
  lastCheck?(targetGroup: string, targetId: string): Promise<string | undefined>;
  /** No request that begins now goes there, sticky or not; those in flight go on. */
  deregister(targetGroup: string, targetId: string): Promise<void>;
  /** The deregistration delay is over: whoever is still connected is cut off, and the target forgotten. */
  complete(targetGroup: string, targetId: string): Promise<void>;
  /** Weights by target group. */
  setWeights(rule: string, weights: Readonly<Record<string, number>>): Promise<void>;
  /** By target group, since the beginning. */
  counters(): Promise<Readonly<Record<string, TargetGroupCounters>>>;
}

export interface Target {
  /** `web-2` */
  readonly id: string;
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Seconds in which it is `initial` while its checks fail. @default - as many as make a target unhealthy */
  readonly initialFor?: number;
}

/** As Elastic Load Balancing calls them. */
export type TargetHealth = 'initial' | 'healthy' | 'unhealthy' | 'draining';

export interface TargetGroupCounters {
  readonly requests: number;
  /** Answers of status 5xx by targets, not by the load balancer. */
  readonly target5xx: number;
  readonly healthyHosts: number;
  readonly unhealthyHosts: number;
}

export interface Tasks {
  /** Resolves when the process is started, not when it serves. */
  start(request: TaskRequest): Promise<Task>;
}

export interface TaskRequest {
  readonly service: Service;
  /** That the task definition names, built. */
  readonly image: Image;
  readonly container: Container;
  readonly colour?: Colour;
  /** Title of the deployment that starts it. */
  readonly deployment?: string;
  readonly fault?: Fault;
}

/** The image's content: a folder in which `node dist/main.js` runs, or a tag of a container engine. */
export interface Image {
  readonly revision: string;
  readonly folder: string;
  readonly tag?: string;
}

export interface Task {
  /** `web-2`: unique in a rehearsal. */
  readonly id: string;
  readonly role: 'web' | 'worker';
  readonly port: number;
  /** By the container's own health check; `UNKNOWN` until it has one. */
  readonly health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  /** Set when it has ended, by itself or because it was stopped. */
  readonly exit: TaskExit | undefined;
  readonly exited: Promise<TaskExit>;
  /** SIGTERM, and after the stop timeout SIGKILL, as the ECS agent does. */
  stop(): Promise<TaskExit>;
  /** The end of its log, for whoever has to find out why it does not serve. */
  lastLines(count?: number): string;
}

export interface TaskExit {
  readonly at: number;
  readonly code: number | null;
  readonly signal: string | null;
  /** It did not end within its stop timeout. */
  readonly killed: boolean;
}
