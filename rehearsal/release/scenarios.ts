import type { Deployment, WebService } from '../assembly/deployment';
import type { DeploymentStatus, Fault, OutageRecord, Scenario } from '../record';

/** One deployment of a scenario. */
export interface PlannedDeployment {
  readonly title: string;
  readonly expected: DeploymentStatus;
  readonly fault?: Fault;
  /** An operator takes it back in the middle of the bake. */
  readonly stoppedInBake?: boolean;
  /** It bakes as long as the alarms need to notice, and not as long as was asked for. */
  readonly bakesUntilAlarm?: boolean;
}

/** What is played unless something else is asked for: two releases, so that both colours are released to. */
export const usualScenarios: readonly Scenario[] = ['release', 'rollback', 'broken-image', 'release'];
export const allScenarios: readonly Scenario[] = [...usualScenarios, 'redis-failover', 'database-failover'];

const deployments: Readonly<Partial<Record<Scenario, readonly PlannedDeployment[]>>> = {
  release: [{ title: 'release', expected: 'SUCCESSFUL' }],
  rollback: [{ title: 'release that an operator takes back', expected: 'ROLLBACK_SUCCESSFUL', stoppedInBake: true }],
  'broken-image': [
    { title: 'image that never gets healthy', expected: 'ROLLBACK_SUCCESSFUL', fault: 'never-healthy' },
    { title: 'image that fails the smoke test', expected: 'ROLLBACK_SUCCESSFUL', fault: 'failing-smoke-test' },
    {
      title: 'image that fails under load',
      expected: 'ROLLBACK_SUCCESSFUL',
      fault: 'errors-under-load',
      bakesUntilAlarm: true,
    },
  ],
};

export const outages: Readonly<Partial<Record<Scenario, OutageRecord['store']>>> = {
  'redis-failover': 'redis',
  'database-failover': 'database',
};

/**
 * Those of a scenario that the service can pass: without a bake nobody takes a release back in it, and a fault that
 * neither a hook nor an alarm looks for would reach the users.
 */
export function plannedDeployments(scenario: Scenario, { blueGreen }: WebService): readonly PlannedDeployment[] {
  const looksFor: Readonly<Record<Fault, boolean>> = {
    'never-healthy': blueGreen !== undefined,
    'failing-smoke-test': (blueGreen?.hooks.length ?? 0) > 0,
    'errors-under-load': blueGreen?.rollbackOnAlarm === true && blueGreen.alarms.length > 0,
  };
  return (deployments[scenario] ?? []).filter(
    ({ fault, stoppedInBake }) =>
      (fault === undefined || looksFor[fault]) && (!stoppedInBake || blueGreen !== undefined),
  );
}

/** Seconds until the slowest alarm of the service has surely noticed what is wrong all the time. */
export const alarmsNoticeWithin = ({ blueGreen }: Deployment['web']): number =>
  Math.max(0, ...(blueGreen?.alarms ?? []).map((alarm) => (alarm.evaluationPeriods + 2) * alarm.period));
