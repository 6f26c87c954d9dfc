import { join } from 'node:path';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';
import { timings } from '../lib/config/timings';
import { idleConnections } from './load/idle-connections';
import { type Load, startLoad } from './load/load';
import { populate } from './load/population';
import { type EngineChoice, findContainerEngine } from './parts/container-engine';
import { createRunFolder, removeLeftovers } from './parts/run-folder';
import type { DeploymentRecord, OutageRecord, Rehearsal, Scenario } from './record';
import { AlarmWatch } from './release/alarm-watch';
import { now, pause } from './release/clock';
import { hookInvoker } from './release/hook';
import { type Play, playScenario } from './release/play';
import type { StageEvent } from './release/stage-log';
import { startWeb, startWorker } from './release/start-service';
import { recoveryMs } from './report/excuses';
import { jobLimitSeconds } from './report/job-failures';
import type { LiveView } from './report/live-view';
import { openSite, type Site } from './site';
import { TearDown } from './tear-down';
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
  /** Waits of AWS are so many times shorter. */
  readonly speed: number;
  readonly engine: EngineChoice;
  /** For the image's build in a container engine. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Of this process, for the container engine's client. */
  readonly environmentVariables: Readonly<Record<string, string | undefined>>;
  readonly view: LiveView;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
}

const meetings = 6;
const terminals = 4;
/** How long a store is away: what ElastiCache and RDS say of a failover with a replica, in seconds. */
const outageSeconds = { redis: 15, database: 60 };

/**
 * @throws what kept it from being done: a part that is missing, a first revision that does not come up, Ctrl-C
 */
export async function rehearse(props: RehearseProps): Promise<Rehearsal> {
  const { environment, assembly, from, speed, buildArgs, view, environmentVariables } = props;
  const startedAt = now();
  const tearDown = new TearDown();
  const ended = new AbortController();
  const signal = AbortSignal.any([props.signal, ended.signal]);
  try {
    const engine = await findContainerEngine(props.engine, environmentVariables);
    const left = await removeLeftovers(engine);
    if (left.folders + left.processes + left.containers > 0)
      view.note(
        `Removed what a killed rehearsal had left: ${left.processes} processes, ${left.containers} containers.`,
      );
    const runFolder = createRunFolder();
    tearDown.add(() => runFolder.remove());
    view.note(
      engine
        ? `The containers run in ${engine.name}.`
        : 'No container engine is used: the image’s code runs as processes, without the limits and the read-only root of the task definition.',
    );
    const site = await openSite({ environment, assembly, from, speed, engine, buildArgs, runFolder }, tearDown);
    signal.throwIfAborted();
    const recorded = await perform(site, { ...props, signal }, (error) => ended.abort(error), tearDown);
    return {
      ...{ environment, speed, rate: props.rate, startedAt },
      revision: site.deployment.web.container.environment.APP_REVISION ?? site.image.revision,
      containers: engine?.name ?? 'processes',
      ...recorded,
      tasks: site.tasks.record(),
    };
  } finally {
    ended.abort(new Error('The rehearsal is over.'));
    await tearDown.run();
  }
}

type Recorded = Omit<Rehearsal, 'environment' | 'speed' | 'rate' | 'startedAt' | 'revision' | 'containers' | 'tasks'>;

async function perform(
  site: Site,
  { scenarios, seconds, speed, rate, view, signal }: RehearseProps,
  breakOff: (error: unknown) => void,
  tearDown: TearDown,
): Promise<Recorded> {
  const { deployment, loadBalancer, image, before } = site;
  const tasks = new WatchedTasks(site.tasks);
  const cluster = { loadBalancer, tasks };
  const title = 'what runs before';
  const request = { cluster, image: before.image, title, signal };
  view.note('Starting what runs before the release.');
  const [web, worker] = await Promise.all([
    startWeb(request, { ...deployment.web, container: before.web }, deployment.loadBalancer),
    startWorker(request, { ...deployment.worker, container: before.worker }),
  ]);

  const alarms = new AlarmWatch(deployment.web.blueGreen?.alarms ?? [], loadBalancer);
  alarms.watch(signal).catch(breakOff);
  const load = await beginLoad(site, { rate, speed, view });
  tearDown.add(() => load.stop());
  void load.crashed.then(breakOff);
  const loadFrom = now();

  const lookAtIdleConnections = (of: string) => {
    const task = tasks.webOf(of);
    if (task) tasks.look(idleConnections({ port: task.port, idleTimeout: deployment.loadBalancer.idleTimeout, speed }));
  };
  lookAtIdleConnections(title);
  const deployments: DeploymentRecord[] = [];
  const outages: OutageRecord[] = [];
  const play: Play = {
    ...{ deployment, cluster, image, alarms, signal, deployments, outages },
    askHook: hookInvoker(hookSurroundings(site, speed)),
    bakeTime: seconds,
    // Long enough to see that nothing fails any more.
    recovery: seconds + recoveryMs / 1000,
    failOver: {
      redis: () => site.cache.failOver((outageSeconds.redis / speed) * 1000).then(() => {}),
      database: () => site.database.failOver((outageSeconds.database / speed) * 1000).then(() => {}),
    },
    onStage: (event) => {
      tell(view, event, seconds);
      if (event.stage === 'BAKE_TIME' && !event.ended) lookAtIdleConnections(event.deployment);
    },
    running: { web, worker },
  };
  await pause(seconds, signal);
  for (const scenario of scenarios) await playScenario(scenario, play);
  await pause(seconds, signal);
  view.note('Waiting for what is under way: requests, jobs, sockets.');
  const [record] = await Promise.all([load.finish(), tasks.looked()]);
  const endedAt = now();
  // Nobody calls them any more: no need to wait as for users. How they end is seen all the same.
  await Promise.all([play.running.web.stop(), play.running.worker.stop()]);
  await tasks.looked();
  return { loadFrom, endedAt, deployments, outages, ...record, findings: tasks.findings };
}

async function beginLoad(
  site: Site,
  { rate, speed, view }: Pick<RehearseProps, 'rate' | 'speed' | 'view'>,
): Promise<Load> {
  const { deployment, loadBalancer, certificates, hosts, database, secrets, awsPort } = site;
  const { JWT_SECRET = '', ADMIN_EMAIL = '', ADMIN_PASSWORD = '' } = await secrets.application();
  const population = await populate({
    ask: (sql, parameters) => database.ask(sql, parameters),
    port: loadBalancer.httpsPort,
    ca: certificates.caPem,
    host: hosts[0] ?? '',
    jwtSecret: JWT_SECRET,
    operator: { email: ADMIN_EMAIL, password: ADMIN_PASSWORD },
    ...{ rate, meetings, terminals },
  });
  const jobs = { accepted: 0, done: new Set<string>() };
  const load = await startLoad({
    port: loadBalancer.httpsPort,
    caFile: certificates.caFile,
    hosts,
    origins: environments[deployment.environment].origins,
    rate,
    slowSeconds: timings.slowestRequest / speed,
    idleSeconds: deployment.loadBalancer.idleTimeout,
    awsPort,
    population,
    mailsWithinSeconds: jobLimitSeconds,
    onOutcomes: (outcomes) => view.outcomes(outcomes),
  });
  site.onMail = (job) => {
    jobs.done.add(job);
    load.delivered(job);
  };
  return load;
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
