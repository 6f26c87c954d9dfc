import { timings } from '../../app-image/src/config/contract/timings';
import type { BlueGreenRelease, Container, Deployment, LoadBalancerDescription, Service } from './deployment';

/**
 * The deployment with its waits that many times shorter, all of them alike, so that each is still shorter or longer than
 * the same others.
 *
 * What measures the machine stays: the timeouts of health checks and of hooks, which may then be longer than the interval
 * of a check; and a start is given at least 15 seconds of what it has on AWS. So do counts, thresholds, the bake, which
 * whoever rehearses chooses, and how long S3 lets a browser keep an answer.
 */
export function compress(deployment: Deployment, speed: number): Deployment {
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
      ...compressService(web, speed),
      blueGreen: web.blueGreen && { ...web.blueGreen, alarms: compressAlarms(web.blueGreen.alarms, speed) },
    },
    worker: compressService(worker, speed),
    loadBalancer: compressLoadBalancer(loadBalancer, speed),
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

/** Seconds. A start is work, and a laptop starts everything at once. */
const leastStart = 15;
/** A target counts as unhealthy before its task is given up: the alarms are to notice first, as they do on AWS. */
const leastInitial = 8;
const shortenTo = (least: number, seconds: number, speed: number) =>
  Math.max(seconds / speed, Math.min(seconds, least));
const shorten = (seconds: number | undefined, speed: number) => seconds && seconds / speed;

const compressService = (service: Service, speed: number): Service => ({
  ...service,
  container: compressContainer(service.container, speed),
  healthCheckGracePeriod: shortenTo(leastStart, service.healthCheckGracePeriod, speed),
});

function compressContainer(container: Container, speed: number): Container {
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
      startPeriod: shortenTo(leastStart, healthCheck.startPeriod, speed),
    },
  };
}

const compressAlarms = (alarms: BlueGreenRelease['alarms'], speed: number) =>
  alarms.map((alarm) => ({ ...alarm, period: alarm.period / speed }));

const compressLoadBalancer = (description: LoadBalancerDescription, speed: number): LoadBalancerDescription => ({
  ...description,
  idleTimeout: description.idleTimeout / speed,
  rules: description.rules.map((rule) => ({ ...rule, groupStickiness: shorten(rule.groupStickiness, speed) })),
  targetGroups: description.targetGroups.map(({ healthCheck, deregistrationDelay, stickiness, ...group }) => ({
    ...group,
    healthCheck: {
      ...healthCheck,
      interval: healthCheck.interval / speed,
      initialFor: shortenTo(leastInitial, healthCheck.interval * healthCheck.unhealthyThreshold, speed),
    },
    deregistrationDelay: deregistrationDelay / speed,
    stickiness: shorten(stickiness, speed),
  })),
});
