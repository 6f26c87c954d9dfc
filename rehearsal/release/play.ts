import type { Deployment } from '../assembly/deployment';
import { now, pause } from '../clock';
import type { DeploymentRecord, OutageRecord, Scenario } from '../record';
import type { Cluster, Image } from './cluster';
import type { DeploymentAlarms, DeploymentRequest } from './deployment-request';
import type { AskHook } from './lifecycle-hook';
import { deployRolling } from './rolling-deployment';
import { alarmsNoticeWithin, outages, type PlannedDeployment, plannedDeployments } from './scenarios';
import { deployBlueGreen } from './service-deployment';
import type { StageEvent } from './stage-log';
import type { TaskSet } from './task-set';

/** What scenarios are played on, and what they leave behind. */
export interface Play {
  readonly deployment: Pick<Deployment, 'web' | 'loadBalancer'>;
  readonly cluster: Cluster;
  readonly image: Image;
  readonly alarms: DeploymentAlarms;
  readonly askHook: AskHook;
  /** In seconds. */
  readonly bakeTime: number;
  /** Seconds after an outage, so that it is seen how everything recovers. */
  readonly recovery: number;
  /** Each takes a store away, and resolves when it takes connections again. */
  readonly failOver: Readonly<Partial<Record<OutageRecord['store'], () => Promise<void>>>>;
  /** Ends everything at once, such as for Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onStage: (event: StageEvent) => void;
  readonly onDeployed: (deployment: DeploymentRecord) => void;
  /** The tasks that serve now. */
  readonly running: { web: TaskSet; worker: TaskSet };
  /** What has been played. A scenario that is broken off leaves what it has finished. */
  readonly deployments: DeploymentRecord[];
  readonly outages: OutageRecord[];
}

export async function playScenario(scenario: Scenario, play: Play): Promise<void> {
  const store = outages[scenario];
  if (store !== undefined) await playOutage(store, play);
  for (const planned of plannedDeployments(scenario, play.deployment.web)) {
    await untilAlarmsAreQuiet(play);
    const deployment = await playDeployment(scenario, planned, play);
    play.deployments.push(deployment);
    play.onDeployed(deployment);
  }
}

async function playOutage(
  store: OutageRecord['store'],
  { bakeTime, recovery, failOver, signal, ...play }: Play,
): Promise<void> {
  const takeAway = failOver[store];
  if (takeAway === undefined)
    throw new Error(`Nobody can take the ${store} away here, so its failover is not rehearsed; leave it out.`);
  await pause(bakeTime, signal);
  const from = now();
  await takeAway();
  play.outages.push({ store, from, to: now() });
  await pause(recovery, signal);
}

/** An alarm that still rings from before would keep ECS from watching any. */
async function untilAlarmsAreQuiet({ alarms, deployment, signal }: Play): Promise<void> {
  const endsAt = now() + alarmsNoticeWithin(deployment.web) * 1000;
  while (alarms.inAlarm().length > 0 && now() < endsAt) await pause(0.25, signal);
}

async function playDeployment(scenario: Scenario, planned: PlannedDeployment, play: Play): Promise<DeploymentRecord> {
  const title = `${play.deployments.length + 1}. ${planned.title}`;
  const web = await deployWeb(title, planned, play);
  const record = { title, scenario, fault: planned.fault, expected: planned.expected, ...web };
  // CloudFormation gets to the worker service after web has succeeded. A broken image that did is bad enough.
  if (web.status !== 'SUCCESSFUL' || planned.fault !== undefined) return record;
  const worker = await deployRolling({ ...request(title, planned, play), running: play.running.worker });
  play.running.worker = worker.running;
  return {
    ...record,
    status: worker.status,
    reason: [web.reason, worker.reason].filter(Boolean).join('\n') || undefined,
    stages: [...web.stages, ...worker.stages],
  };
}

const request = (title: string, { fault }: PlannedDeployment, play: Play): DeploymentRequest => {
  const { cluster, deployment, image, signal, onStage } = play;
  return { cluster, loadBalancer: deployment.loadBalancer, image, title, signal, fault, onStage };
};

type WebRecord = Pick<DeploymentRecord, 'from' | 'to' | 'status' | 'reason' | 'stages'>;

async function deployWeb(title: string, planned: PlannedDeployment, play: Play): Promise<WebRecord> {
  const { deployment, alarms, askHook, running } = play;
  const service = deployment.web;
  if (service.blueGreen === undefined) {
    const { running: web, ...record } = await deployRolling({ ...request(title, planned, play), running: running.web });
    running.web = web;
    return { from: 'blue', to: 'blue', ...record };
  }
  const bakeTime = planned.bakesUntilAlarm ? alarmsNoticeWithin(service) : play.bakeTime;
  let operator: NodeJS.Timeout | undefined;
  const release = deployBlueGreen({
    ...request(title, planned, play),
    service,
    production: running.web,
    alarms,
    askHook,
    bakeTime,
    onStage: (event) => {
      play.onStage(event);
      if (planned.stoppedInBake && event.stage === 'BAKE_TIME' && !event.ended)
        operator = setTimeout(() => release.stopServiceDeployment(), (bakeTime / 2) * 1000);
    },
  });
  try {
    const { production, ...record } = await release.done;
    running.web = production;
    if (!planned.bakesUntilAlarm || record.status !== 'SUCCESSFUL') return record;
    return { ...record, reason: `No alarm took it back within ${bakeTime} s of the bake.` };
  } finally {
    clearTimeout(operator);
  }
}
