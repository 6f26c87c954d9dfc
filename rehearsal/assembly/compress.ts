import { timings } from '../../app-image/src/config/contract/timings';
import type { BlueGreenRelease, Container, Deployment, LoadBalancerDescription, Service } from './deployment';

/** Of what it has on AWS, a start gets so many seconds at least: it is work and no wait, and machines differ. */
export interface StartAllowance {
  /** Before a task is given up. */
  readonly task: number;
  /** Before its target counts as unhealthy: the alarms are to notice first, as they do on AWS. */
  readonly target: number;
}

const leastAllowance: StartAllowance = { task: 15, target: 8 };

/** For a first start, which nothing is known of. */
export const patientAllowance: StartAllowance = { task: 30, target: 30 };

/** Where a quiet machine took so many seconds: it takes some times as long beside a load and other starts. */
export const allowanceFor = (seconds: number): StartAllowance => ({
  task: Math.max(leastAllowance.task, 5 * seconds),
  target: Math.max(leastAllowance.target, 3 * seconds),
});

/**
 * The deployment with its waits that many times shorter, all of them alike, so that each is still shorter or longer than
 * the same others.
 *
 * What measures the machine stays: the timeouts of health checks and of hooks, which may then be longer than the interval
 * of a check; and what a start is given at least. So do counts, thresholds, the bake, which whoever rehearses chooses,
 * and how long S3 lets a browser keep an answer.
 */
export function compress(deployment: Deployment, speed: number, starts: StartAllowance = leastAllowance): Deployment {
  const highest = highestSpeed(deployment);
  if (!(speed >= 1 && speed <= highest.speed))
    throw new UnsuitableSpeed(
      `The speed ${speed} is not one to rehearse at; allowed: 1 (real time) to ${highest.speed}, at which ${highest.because}. Choose one of those.`,
    );
  if (speed === 1) return deployment;
  const { web, worker, loadBalancer } = deployment;
  return {
    ...deployment,
    web: {
      ...compressService(web, speed, starts),
      blueGreen: web.blueGreen && {
        ...web.blueGreen,
        settleTime: web.blueGreen.settleTime / speed,
        alarms: compressAlarms(web.blueGreen.alarms, speed),
      },
    },
    worker: compressService(worker, speed, starts),
    loadBalancer: compressLoadBalancer(loadBalancer, speed, starts),
  };
}

/** Something would be shorter than it can be. */
export class UnsuitableSpeed extends Error {}

/** The container does not start with less than its contract allows. */
export function highestSpeed({ web, worker }: Deployment): { readonly speed: number; readonly because: string } {
  const [lowest] = [web, worker]
    .flatMap(({ container: { environment } }) =>
      Object.entries(timings.variables)
        .filter(([name, { min }]) => environment[name] !== undefined && min > 0)
        .map(([name, { min }]) => ({
          speed: Number(environment[name]) / min,
          because: `${name}, ${environment[name]} in the template, comes to its minimum of ${min}`,
        })),
    )
    .sort((one, other) => one.speed - other.speed);
  return lowest ?? { speed: Number.POSITIVE_INFINITY, because: 'nothing is too short' };
}

const shortenTo = (least: number, seconds: number, speed: number) =>
  Math.max(seconds / speed, Math.min(seconds, least));
const shorten = (seconds: number | undefined, speed: number) => seconds && seconds / speed;

const compressService = (service: Service, speed: number, starts: StartAllowance): Service => ({
  ...service,
  container: compressContainer(service.container, speed, starts),
  healthCheckGracePeriod: shortenTo(starts.task, service.healthCheckGracePeriod, speed),
});

function compressContainer(container: Container, speed: number, starts: StartAllowance): Container {
  const { environment, healthCheck, stopTimeout } = container;
  return {
    ...container,
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        name in timings.variables ? String(Number(value) / speed) : value,
      ]),
    ),
    stopTimeout: stopTimeout / speed,
    healthCheck: healthCheck && {
      ...healthCheck,
      // Each is a program's start, which ten tasks a second would fill a processor with.
      startInterval: healthCheck.interval / speed,
      startPeriod: shortenTo(starts.task, healthCheck.startPeriod, speed),
    },
  };
}

const compressAlarms = (alarms: BlueGreenRelease['alarms'], speed: number) =>
  alarms.map((alarm) => ({ ...alarm, period: alarm.period / speed }));

const compressLoadBalancer = (
  description: LoadBalancerDescription,
  speed: number,
  starts: StartAllowance,
): LoadBalancerDescription => ({
  ...description,
  idleTimeout: description.idleTimeout / speed,
  rules: description.rules.map((rule) => ({ ...rule, groupStickiness: shorten(rule.groupStickiness, speed) })),
  targetGroups: description.targetGroups.map(({ healthCheck, deregistrationDelay, stickiness, ...group }) => ({
    ...group,
    healthCheck: {
      ...healthCheck,
      interval: healthCheck.interval / speed,
      initialFor: shortenTo(starts.target, healthCheck.interval * healthCheck.unhealthyThreshold, speed),
    },
    deregistrationDelay: deregistrationDelay / speed,
    stickiness: shorten(stickiness, speed),
  })),
});
