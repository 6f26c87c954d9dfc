import { join } from 'node:path';
import type { EnvironmentName } from '../lib/config/environment';
import { now, pause } from './clock';
import { unlessAborted } from './interruption';
import { idleConnections } from './load/idle-connections';
import type { ContainerEngine } from './parts/container-engine';
import type { RunFolder } from './parts/run-folder';
import type { DeploymentRecord, OutageRecord, Rehearsal, Scenario } from './record';
import { AlarmWatch } from './release/alarm-watch';
import { hookInvoker } from './release/hook';
import { type Play, playScenario } from './release/play';
import type { StageEvent } from './release/stage-log';
import { startWeb, startWorker } from './release/start-service';
import { recoveryMs } from './report/excuses';
import { count } from './report/figures';
import type { LiveView } from './report/live-view';
import { outcomeOf } from './report/wording';
import { openSite, type Site } from './site';
import { TearDown } from './tear-down';
import { putUsersOn } from './users';
import { WatchedTasks } from './watched-tasks';

export interface RehearseProps {
  readonly environment: EnvironmentName;
  /** What is released. */
  readonly assembly: string;
  /** What runs before. @default - the same, as another revision */
  readonly from?: string;
  readonly scenarios: readonly Scenario[];
  /** Of a bake, and of the calm before the first scenario. */
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  /** That is the most; there are as many as this machine bears beside tasks that start. */
  readonly rateMayBeLess: boolean;
  /** Users go on with what was released until there were so many. */
  readonly requests: number;
  /** Waits of AWS are so many times shorter. */
  readonly speed: number;
  /** @default - the image's code runs as processes */
  readonly engine?: ContainerEngine;
  /** For the image's build in a container engine. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** What the tasks have written is in it when all is over, for whoever wants to keep it. */
  readonly runFolder: RunFolder;
  readonly view: LiveView;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
}

/** How long a store is away: what ElastiCache and RDS say of a failover with a replica, in seconds. */
const outageSeconds = { redis: 15, database: 60 };

/**
 * Opens a site, plays the scenarios on it, and ends all that was started.
 *
 * @throws what kept it from being done: a part that fails, a first revision that does not come up, Ctrl-C
 */
export async function rehearse(props: RehearseProps): Promise<Rehearsal> {
  const tearDown = new TearDown();
  const broken = new AbortController();
  const signal = AbortSignal.any([props.signal, broken.signal]);
  try {
    return await unlessAborted(
      play({ ...props, signal }, tearDown, (reason) => broken.abort(reason)),
      signal,
    );
  } finally {
    broken.abort(new Error('The rehearsal is over.'));
    await tearDown.run();
  }
}

async function play(props: RehearseProps, tearDown: TearDown, breakOff: (reason: unknown) => void): Promise<Rehearsal> {
  const { environment, speed, rate, rateMayBeLess, engine, view } = props;
  const startedAt = now();
  const parts = 'PostgreSQL, Redis, HAProxy, moto, the image';
  const site = await view.during('start of the local parts', () => openSite(props, tearDown), parts);
  void site.crashed.then(breakOff);
  const recorded = await perform(site, props, tearDown, breakOff);
  return {
    ...{ environment, speed, rate, rateMayBeLess, startedAt },
    revision: site.deployment.web.container.environment.APP_REVISION ?? site.image.revision,
    containers: engine?.name ?? 'processes',
    ...recorded,
    tasks: site.tasks.record(),
  };
}

type Recorded = Pick<
  Rehearsal,
  'loadFrom' | 'risenAt' | 'endedAt' | 'deployments' | 'outages' | 'requests' | 'sockets' | 'jobs' | 'findings'
>;

async function perform(
  site: Site,
  { scenarios, seconds, speed, rate, rateMayBeLess, requests, view, signal }: RehearseProps,
  tearDown: TearDown,
  breakOff: (reason: unknown) => void,
): Promise<Recorded> {
  const { deployment, loadBalancer, image, before } = site;
  const { web, worker } = deployment;
  const tasks = new WatchedTasks(site.tasks);
  const cluster = { loadBalancer, tasks };
  const title = 'what runs before';
  const request = { cluster, image: before.image, title, signal };
  const [runningWeb, runningWorker] = await view.during(
    'start of what runs before',
    () =>
      Promise.all([
        startWeb(request, { ...web, container: before.web }, deployment.loadBalancer),
        startWorker(request, { ...worker, container: before.worker }),
      ]),
    `${web.desiredCount} web tasks, ${worker.desiredCount} worker tasks`,
  );

  const alarms = new AlarmWatch(web.blueGreen?.alarms ?? [], loadBalancer);
  alarms.watch(signal).catch(breakOff);
  const onOutcomes = view.outcomes.bind(view);
  const onCounts = view.counts.bind(view);
  const load = await view.during('start of the load', () =>
    putUsersOn(site, { rate, mayBeLess: rateMayBeLess, speed, signal, onOutcomes, onCounts }, tearDown),
  );
  void load.crashed.then(breakOff);
  const loadFrom = now();
  const upTo = `to ${rateMayBeLess ? 'at most ' : ''}${rate} requests a second`;
  await view.during('rise of the load', () => load.risen, upTo);
  const risenAt = now();

  const { idleTimeout } = deployment.loadBalancer;
  const lookAtIdleConnections = (of: string) =>
    tasks.lookAtWebOf(of, ({ port }) => idleConnections({ port, idleTimeout, speed }));
  lookAtIdleConnections(title);
  const deployments: DeploymentRecord[] = [];
  const outages: OutageRecord[] = [];
  const awayMs = (store: OutageRecord['store']) => (outageSeconds[store] / speed) * 1000;
  const outage = (what: string, failOver: () => Promise<OutageRecord>) => view.during(what, failOver).then(() => {});
  const play: Play = {
    ...{ deployment: site.released(slowestStart(site)), cluster, image, alarms, signal, deployments, outages },
    askHook: hookInvoker(hookSurroundings(site, speed)),
    bakeTime: seconds,
    // Long enough to see that nothing fails any more.
    recovery: seconds + recoveryMs / 1000,
    failOver: {
      redis: () => outage('failover of Redis', () => site.cache.failOver(awayMs('redis'))),
      database: () => outage('failover of the database', () => site.database.failOver(awayMs('database'))),
    },
    onDeployed: (record) => view.note(`  ${record.from} → ${record.to}: ${outcomeOf(record)}`),
    onStage: (event) => {
      tell(view, event, seconds);
      if (event.stage === 'BAKE_TIME' && !event.ended) lookAtIdleConnections(event.deployment);
    },
    running: { web: runningWeb, worker: runningWorker },
  };
  await view.during('calm before', () => pause(seconds, signal));
  for (const scenario of scenarios) await playScenario(scenario, play);
  view.note('');
  const enough = requests === 0 ? undefined : `until there were ${count(requests)} requests`;
  await view.during(
    'calm after',
    () => Promise.all([pause(seconds, signal), load.requested(requests, signal)]),
    enough,
  );
  const [record] = await view.during(
    'what is still under way',
    () => Promise.all([load.finish(), tasks.looked()]),
    'requests, jobs, sockets',
  );
  const endedAt = now();
  // Nobody calls them any more: no need to wait as for users. How they end is seen all the same.
  await view.during('end of the tasks', () => Promise.all([play.running.web.stop(), play.running.worker.stop()]));
  await tasks.looked();
  return { loadFrom, risenAt, endedAt, deployments, outages, ...record, findings: tasks.findings };
}

/** In seconds. */
function slowestStart({ tasks }: Site): number {
  const starts = tasks.record().map(({ startedAt, healthyAt = startedAt }) => healthyAt - startedAt);
  return Math.max(0, ...starts) / 1000;
}

const hookSurroundings = (
  { deployment, hosts, loadBalancer, loadBalancerHost, certificates }: Site,
  speed: number,
) => ({
  account: deployment.account,
  region: deployment.region,
  cluster: 'rehearsal',
  service: deployment.web.logicalId,
  hosts: [...hosts, loadBalancerHost],
  port: loadBalancer.directPort,
  caFile: certificates.caFile,
  localNames: join(__dirname, 'parts', 'local-names.cjs'),
  speed,
});

function tell(view: LiveView, { deployment: title, stage, ended }: StageEvent, bake: number): void {
  if (ended) view.stageEnded();
  else view.stageBegan(title, stage, stage === 'BAKE_TIME' ? bake : undefined);
}
