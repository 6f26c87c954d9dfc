import type { DeploymentRecord, Fault } from '../record';
import type { Failure } from './failure';

const released: Readonly<Record<Fault, readonly [message: string, explanation: string]>> = {
  'never-healthy': [
    'the image that never gets healthy was released.',
    'Nothing may be shifted to tasks that fail their health checks. Look at the path and codes of the target group’s health check, and at that of the container.',
  ],
  'failing-smoke-test': [
    'the image that fails its smoke test was released.',
    'The hook of POST_TEST_TRAFFIC_SHIFT has to ask the new tasks, by the test header, and to answer FAILED. Look at its log, and at the lifecycle hooks of the web service.',
  ],
  'errors-under-load': [
    'the image that answers with errors under load was kept: no alarm took it back within its bake time.',
    'The alarms of the deployment have to watch both target groups and to roll back. Look at their thresholds and periods, and at whether the load of the rehearsal is enough for their least number of requests.',
  ],
};

const because = ({ reason }: DeploymentRecord): string => (reason === undefined ? '' : ` Reason: ${reason}`);

function failureOf(deployment: DeploymentRecord): Failure {
  const { title, fault, status, expected } = deployment;
  const at = deployment.stages.at(-1)?.to;
  const failure = (message: string, explanation: string): Failure => ({
    subject: 'deployment',
    message: `“${title}” ended ${status} instead of ${expected}: ${message}${because(deployment)}`,
    explanation,
    count: 1,
    at,
  });
  if (status === 'ROLLBACK_FAILED')
    return failure(
      'it could not be taken back.',
      'Until somebody looks, both colours may have traffic. Look at the stage in which it ended, and at the health of the old tasks, which have to run until the clean-up.',
    );
  if (status === 'ROLLBACK_SUCCESSFUL')
    return failure(
      'it was taken back.',
      'A hook, an alarm or a health check refused it. The reason and the log of its tasks say which one.',
    );
  if (fault) return failure(...released[fault]);
  return failure(
    'the operator’s rollback came too late or was not done.',
    'StopServiceDeployment with ROLLBACK works until the end of the bake time. Look at when it was called, and at how long the bake time is.',
  );
}

export const deploymentFailures = (deployments: readonly DeploymentRecord[]): Failure[] =>
  deployments.filter(({ status, expected }) => status !== expected).map(failureOf);
