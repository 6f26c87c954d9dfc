import type { AlarmDescription, LoadBalancerDescription, WebService } from '../assembly/deployment';
import type { Colour, DeploymentStatus, Fault, StageRecord } from '../record';
import type { Cluster, Image } from './cluster';
import type { AskHook } from './lifecycle-hook';
import type { StageEvent } from './stage-log';
import type { TaskSet } from './task-set';

/** What a deployment has to know of CloudWatch. */
export interface DeploymentAlarms {
  /** Those that are in the state ALARM now. */
  inAlarm(): readonly AlarmDescription[];
  /** @returns what ends it */
  onAlarm(listener: (alarm: AlarmDescription) => void): () => void;
}

export interface DeploymentRequest {
  readonly cluster: Cluster;
  readonly loadBalancer: LoadBalancerDescription;
  readonly image: Image;
  readonly title: string;
  /** Ends everything at once, without taking anything back. */
  readonly signal: AbortSignal;
  readonly fault?: Fault;
  /** @default - nobody is told */
  readonly onStage?: (event: StageEvent) => void;
}

export interface BlueGreenRequest extends DeploymentRequest {
  readonly service: WebService;
  /** What has production traffic. */
  readonly production: TaskSet;
  readonly alarms: DeploymentAlarms;
  readonly askHook: AskHook;
  /** In seconds. @default - that of the service */
  readonly bakeTime?: number;
}

export interface DeploymentResult {
  readonly from: Colour;
  readonly to: Colour;
  readonly status: DeploymentStatus;
  /** Why it was taken back, or what about it was not as it should be. */
  readonly reason?: string;
  readonly stages: readonly StageRecord[];
  /** What has production traffic now. */
  readonly production: TaskSet;
}

/** A cause of a rollback, thrown through whatever is waiting. */
export class TakenBack extends Error {}
