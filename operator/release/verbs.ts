import { serviceRoles } from '../environment-services';
import { promote } from './promote';
import { provenImage } from './proven';
import { historyText, statusText } from './report';
import { rollback } from './rollback';
import type { DeploymentState } from './service-deployments';
import { type ReleaseSession, readService } from './session';
import { watch } from './watch';

async function read(session: ReleaseSession, count: number): Promise<DeploymentState[]> {
  const { service } = session.options;
  const asked = serviceRoles.filter((role) => service === undefined || role === service);
  return (await Promise.all(asked.map((role) => readService(session, role, count)))).flat();
}

const machineReadable = (environment: string, deployments: readonly DeploymentState[]) =>
  JSON.stringify({ version: 1, environment, deployments }, null, 2);

async function status(session: ReleaseSession): Promise<number> {
  const { target, options } = session;
  const { environment } = target;
  const states = await read(session, 1);
  console.log(options.json ? machineReadable(environment, states) : statusText(environment, states, new Date()));
  return 0;
}

async function history(session: ReleaseSession): Promise<number> {
  const { target, options } = session;
  const { environment } = target;
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

/** On standard output, for a workflow that promotes it elsewhere. */
async function digest(session: ReleaseSession): Promise<number> {
  const proven = await provenImage(session, session.target.environment);
  if (typeof proven === 'string') {
    console.error(`There is none: ${proven}`);
    return 1;
  }
  if (proven.notice !== undefined) console.error(proven.notice);
  console.log(session.options.github ? `digest=${proven.digest}` : proven.digest);
  return 0;
}

/** @returns the exit code */
export const verbs: Readonly<Record<string, (session: ReleaseSession) => Promise<number>>> = {
  status,
  watch: watchAll,
  rollback,
  digest,
  promote,
  history,
};
