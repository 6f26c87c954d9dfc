import type { ECSClient } from '@aws-sdk/client-ecs';
import type { EnvironmentName } from '../../lib/config/environment';
import { describeCall, makeCalls } from '../calls';
import { consents } from '../consent';
import type { EnvironmentServices, ServiceRole } from '../environment-services';
import { historyText, statusText } from './report';
import { type DeploymentState, isStoppable, isUnderWay, readDeployments, rollbackCall } from './service-deployments';
import { watch } from './watch';

export interface ReleaseSession {
  readonly environment: EnvironmentName;
  readonly ecs: ECSClient;
  readonly services: EnvironmentServices;
  readonly options: {
    /** @default - both */
    readonly service?: ServiceRole;
    readonly count: number;
    /** Seconds. */
    readonly every: number;
    readonly dryRun: boolean;
    readonly yes: boolean;
    readonly json: boolean;
  };
}

async function read({ ecs, services, options }: ReleaseSession, count: number): Promise<DeploymentState[]> {
  const { cluster } = services;
  const asked = services.services.filter(({ role }) => options.service === undefined || role === options.service);
  const found = await Promise.all(asked.map((each) => readDeployments(ecs, { cluster, ...each, count })));
  return found.flat();
}

const machineReadable = (environment: EnvironmentName, deployments: readonly DeploymentState[]) =>
  JSON.stringify({ version: 1, environment, deployments }, null, 2);

async function status(session: ReleaseSession): Promise<number> {
  const { environment, options } = session;
  const states = await read(session, 1);
  console.log(options.json ? machineReadable(environment, states) : statusText(environment, states, new Date()));
  return 0;
}

async function history(session: ReleaseSession): Promise<number> {
  const { environment, options } = session;
  const states = await read(session, options.count);
  states.sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
  console.log(options.json ? machineReadable(environment, states) : historyText(environment, states));
  return 0;
}

async function watchAll(session: ReleaseSession): Promise<number> {
  const ended = await watch({
    read: () => read(session, 1),
    tell: (line) => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`),
    everySeconds: session.options.every,
  });
  return ended.every(({ status: each }) => each === 'SUCCESSFUL') ? 0 : 1;
}

/** While it bakes, ECS has both revisions and takes users back in seconds; afterwards the one before is gone. */
async function rollback(session: ReleaseSession): Promise<number> {
  const { environment, ecs, options } = session;
  const role = options.service ?? 'web';
  const states = await read({ ...session, options: { ...options, service: role } }, options.count);
  const [newest] = states;
  if (newest === undefined || !isUnderWay(newest)) {
    console.error(`No deployment of ${role} is under way in ${environment}.\n${afterwards(environment, states)}`);
    return 1;
  }
  if (!isStoppable(newest)) {
    console.error(
      `The deployment of ${role} is being taken back already: ${newest.status}. See: release watch ${environment}`,
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
  await makeCalls([call], (line) => console.error(line));
  console.error(`ECS takes it back. See: release watch ${environment}`);
  return 0;
}

/** A release of what ran before is all that is left then. */
function afterwards(environment: EnvironmentName, states: readonly DeploymentState[]): string {
  const succeeded = states.filter(({ status: each, target }) => each === 'SUCCESSFUL' && target?.digest !== undefined);
  const live = succeeded[0]?.target?.digest;
  const before = succeeded.find(({ target }) => target?.digest !== live)?.target;
  return before === undefined
    ? `ECS knows of no other image that ran here in the last 90 days. Release an older one by its tag: npx cdk deploy '${environment}/**' -c imageTag=…`
    : `What ran before comes back by a release of its image, ${before.image}, if the migrations since then allow it (they may only add): npx cdk deploy '${environment}/**' -c imageTag=${before.digest}`;
}

/** @returns the exit code */
export const verbs: Readonly<Record<string, (session: ReleaseSession) => Promise<number>>> = {
  status,
  watch: watchAll,
  rollback,
  history,
};
