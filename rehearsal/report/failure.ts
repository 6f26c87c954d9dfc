import type { Colour } from '../record';
import type { Stage } from './stage-names';

/** A reason why the rehearsal did not pass. */
export interface Failure {
  readonly subject: 'requests' | 'sockets' | 'jobs' | 'deployment' | 'task' | 'finding' | 'load';
  /** What happened, with numbers. */
  readonly message: string;
  /** What it means, and what to look at. @default - the message says it */
  readonly explanation?: string;
  /** How many requests, sockets, messages, jobs or tasks. */
  readonly count: number;
  /** Of requests: where they failed, the most first. */
  readonly places?: readonly Place[];
  /** The first time, where it has one. */
  readonly at?: number;
}

export interface Place {
  /** Its title. @default - no deployment went on */
  readonly deployment?: string;
  readonly stage?: Stage;
  /** Of the tasks that answered. @default - nobody did */
  readonly colour?: Colour;
  readonly count: number;
}
