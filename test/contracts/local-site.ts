import type { EnvironmentName } from '../../lib/config/environment';
import { type Certificates, issueCertificates } from '../../local/certificates';
import { freePort } from '../../local/free-port';
import type { Moto } from '../../local/moto';
import type { Container, Deployment } from '../../rehearsal/assembly/deployment';
import { readDeployment } from '../../rehearsal/assembly/read-deployment';
import { awsHost, startAws } from '../../rehearsal/parts/aws';
import { buildImage } from '../../rehearsal/parts/image';
import { createRunFolder } from '../../rehearsal/parts/run-folder';
import { startTasks } from '../../rehearsal/parts/tasks';
import type { Image, Task, Tasks } from '../../rehearsal/release/cluster';
import { openStores, type Stores } from '../../rehearsal/stores';
import type { TearDown } from '../../rehearsal/tear-down';
import { deployed, endpoints } from '../rehearsal/assembly/endpoints';

export type Role = 'web' | 'worker';
export type Variables = Readonly<Record<string, string>>;

/** What an environment's containers run on. */
export interface Site extends Stores {
  readonly deployment: Deployment;
  readonly image: Image;
  readonly tasks: Tasks;
  readonly certificates: Certificates;
  /** The folder of what the tasks write. */
  readonly logs: string;
}

export async function openSite(environment: EnvironmentName, moto: Moto, tearDown: TearDown): Promise<Site> {
  const here = {
    ...endpoints,
    database: { ...endpoints.database, port: await freePort() },
    cache: { ...endpoints.cache, port: await freePort() },
  };
  const deployment = readDeployment({ assembly: deployed, environment, endpoints: here });
  const hostNames = [...Object.values(here).map(({ host }) => host), awsHost];
  const runFolder = await tearDown.start(createRunFolder, (folder) => folder.remove());
  const certificates = await issueCertificates(hostNames, runFolder.path);
  const aws = await tearDown.start(
    () => startAws({ moto, ...deployment }),
    (started) => started.stop(),
  );
  const [image, stores] = await Promise.all([
    buildImage(deployment.image),
    openStores(deployment, { aws, certificates, endpoints: here }, tearDown),
  ]);
  const platform = { ...aws.variables, NODE_EXTRA_CA_CERTS: certificates.caFile };
  const tasks = await tearDown.start(
    () => startTasks({ runFolder, hostNames, platform, secretValue: (arn) => stores.secrets.value(arn) }),
    (started) => started.close(),
  );
  return { deployment, image, tasks, certificates, logs: runFolder.logs, ...stores };
}

/** The container of a task definition that is told something else. Nobody waits here for its health check. */
const changed = ({ environment, secrets, healthCheck: _, ...container }: Container, change: Variables): Container => ({
  ...container,
  environment: { ...environment, ...change },
  secrets: Object.fromEntries(Object.entries(secrets).filter(([name]) => !(name in change))),
});

export function start({ deployment, image, tasks }: Site, role: Role, change: Variables = {}): Promise<Task> {
  const service = deployment[role];
  return tasks.start({ service, image, container: changed(service.container, change) });
}
