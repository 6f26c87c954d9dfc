import { type ECSClient, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { UsageError } from '../../scripts/command-line';
import { type Call, describeCall, makeCalls } from '../calls';
import { consents } from '../consent';
import { cdkDeploy } from './cdk-deploy';
import { statusText, targetsText } from './report';
import { type DeploymentState, isStoppable, isUnderWay, lookedBack } from './service-deployments';
import { confirmAndDeploy, type ReleaseSession, readService, underWay } from './session';
import { imageTagOf, matches, type RollbackTarget, readImages, rollbackTargets } from './targets';

/** While a deployment bakes, ECS has both revisions and takes users back in seconds; afterwards the one before is gone. */
export async function rollback(session: ReleaseSession): Promise<number> {
  const { options, target } = session;
  const role = options.service ?? 'web';
  const states = await readService(session, role, lookedBack);
  const [newest] = states;
  if (newest === undefined || !isUnderWay(newest)) {
    if (role !== 'web') throw new UsageError('--service: worker follows web; roll web back.');
    return bringBack(session, states);
  }
  if (options.to !== undefined)
    throw new UsageError(
      `--to: a deployment of ${role} is under way in ${target.environment}, which goes back to the revision before it. Leave --to out, or wait for its end.`,
    );
  return stop(session, newest);
}

async function stop({ ecs, target, options }: ReleaseSession, newest: DeploymentState): Promise<number> {
  const { environment } = target;
  if (!isStoppable(newest)) {
    console.error(
      `The deployment of ${newest.role} is being taken back already: ${newest.status}. See: release watch ${environment}`,
    );
    return 0;
  }
  const call = rollbackCall(ecs, newest);
  console.error(statusText(environment, [newest], new Date()));
  if (options.dryRun) {
    console.log(describeCall(call));
    return 0;
  }
  if (!options.yes && !(await consents(environment))) {
    console.error('Nothing was changed.');
    return 1;
  }
  try {
    await makeCalls([call], (line) => console.error(line));
  } catch (error) {
    // Between the look and the call it has ended, or somebody else has stopped it.
    if ((error as Error).name !== 'ConflictException') throw error;
    console.error(`ECS cannot stop it any more: ${(error as Error).message}. See: release status ${environment}`);
    return 1;
  }
  console.error(`ECS takes it back. See: release watch ${environment}`);
  return 0;
}

function rollbackCall(ecs: ECSClient, { arn }: DeploymentState): Call {
  const input = { serviceDeploymentArn: arn, stopType: 'ROLLBACK' as const };
  return {
    action: 'ecs:StopServiceDeployment',
    shown: input,
    make: () => ecs.send(new StopServiceDeploymentCommand(input)),
  };
}

/** A release of what ran before. */
async function bringBack(session: ReleaseSession, states: readonly DeploymentState[]): Promise<number> {
  const { ecr, target, options } = session;
  const { environment } = target;
  const targets = rollbackTargets(states, await readImages(ecr, states));
  const chosen = choose(targets, options.to);
  const reason = options.to === undefined ? undefined : await underWay(session);
  if (reason !== undefined) {
    console.error(`Refused, and nothing was changed: ${reason}`);
    return 1;
  }
  if (typeof chosen === 'string') {
    console.error(`${chosen}\n${targetsText(environment, targets)}`);
    return 1;
  }
  const { objection, image } = chosen;
  if (objection !== undefined && !(options.migrationsAllow && image !== undefined)) {
    const flag =
      image === undefined ? '' : ' If you have looked at the migrations since then, state --migrations-allow.';
    console.error(`Refused: ${options.to}: ${objection}.${flag}\n${targetsText(environment, targets)}`);
    return 1;
  }
  console.error(`${environment} goes back to ${chosen.revision.image} (${chosen.revision.digest}).`);
  return confirmAndDeploy(
    session,
    cdkDeploy({ target, stacks: `${environment}/service`, exclusively: true, imageTag: imageTagOf(chosen) }),
  );
}

/** @returns why there is none */
function choose(targets: readonly RollbackTarget[], wanted: string | undefined): RollbackTarget | string {
  if (wanted === undefined) return 'No deployment is under way. Of those that ran before, state one with --to.';
  const [first, second] = targets.filter((target) => matches(target, wanted));
  if (first === undefined) return `--to ${wanted}: nothing that ran before.`;
  return second === undefined ? first : `--to ${wanted}: it is more than one.`;
}
