import type { RequestOutcome, SocketOutcome } from '../record';
import type { Population } from './population';

/** What the process that makes the load is told. */
export interface LoadDescription {
  /** The load balancer's TLS listener that takes PROXY protocol v1. */
  readonly port: number;
  /** PEM of the authority of its certificate. */
  readonly caFile: string;
  /** Names of the API. */
  readonly hosts: readonly string[];
  /** Of the pages that may call it. */
  readonly origins: readonly string[];
  /** Requests a second. */
  readonly rate: number;
  /** The rate is the highest: how many there are is what this machine bears at the time. */
  readonly mayBeLess: boolean;
  /** How long a slow request's body takes to arrive. */
  readonly slowSeconds: number;
  /** The load balancer's idle timeout. */
  readonly idleSeconds: number;
  /** Where presigned URLs lead, whatever host they name. */
  readonly awsPort: number;
  readonly population: Population;
}

export type Order = { readonly start: LoadDescription } | 'finish';

/** A job that was accepted. */
export interface AcceptedJob {
  readonly id: string;
  readonly at: number;
}

/** What it says, several times a second. */
export interface Batch {
  readonly requests: readonly RequestOutcome[];
  readonly jobs: readonly AcceptedJob[];
  /** That are connected now. */
  readonly sockets: number;
}

export type Report =
  | 'started'
  /** To its rate, or to what this machine bears. */
  | 'risen'
  | { readonly batch: Batch }
  /** After the last batch. */
  | { readonly sockets: readonly SocketOutcome[] }
  | { readonly failure: string };
