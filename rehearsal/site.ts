import { contract } from '../app-image/src/config/contract';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';
import { generateSecret } from '../lib/config/generated-secrets';
import { type Certificates, issueCertificates } from '../local/certificates';
import { freePort } from '../local/free-port';
import { startMoto } from '../local/moto';
import { provisionMoto } from '../local/moto-server';
import { readEnvironment } from './assembly/cloud-assembly';
import { compress } from './assembly/compress';
import type { Container, Deployment } from './assembly/deployment';
import { hostNamesOf } from './assembly/host-names';
import { describeDeployment } from './assembly/read-deployment';
import { awsHost, startAws } from './parts/aws';
import { provisionBuckets } from './parts/buckets';
import { type LocalCache, startCache } from './parts/cache';
import type { ContainerEngine } from './parts/container-engine';
import { type LocalDatabase, startDatabase } from './parts/database';
import { buildImage } from './parts/image';
import { type HaproxyLoadBalancer, startLoadBalancer } from './parts/load-balancer';
import { jobOf, mailHost, startMailServer } from './parts/mail-server';
import { provisionManagedPassword } from './parts/managed-password';
import type { RunFolder } from './parts/run-folder';
import { provisionSecrets, type Secrets } from './parts/secrets';
import { type RunningTasks, startTasks } from './parts/tasks';
import type { Image } from './release/cluster';
import type { TearDown } from './tear-down';

export interface SiteProps {
  readonly environment: EnvironmentName;
  /** What is released. */
  readonly assembly: string;
  /** What runs before. @default - the same, as another revision */
  readonly from?: string;
  readonly speed: number;
  readonly engine?: ContainerEngine;
  /** For the engine's build. */
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly runFolder: RunFolder;
}

/** Everything that stands for AWS, ready for tasks. */
export interface Site {
  readonly deployment: Deployment;
  readonly image: Image;
  readonly before: { readonly image: Image; readonly web: Container; readonly worker: Container };
  readonly certificates: Certificates;
  /** Of the API, as users call them. */
  readonly hosts: readonly string[];
  readonly loadBalancerHost: string;
  readonly loadBalancer: HaproxyLoadBalancer;
  readonly tasks: RunningTasks;
  readonly database: LocalDatabase;
  readonly cache: LocalCache;
  readonly secrets: Secrets;
  readonly awsPort: number;
  /** Called for each mail that a job sends. */
  onMail: (jobId: string) => void;
}

export async function openSite(props: SiteProps, tearDown: TearDown): Promise<Site> {
  const { environment, speed, engine, buildArgs, runFolder } = props;
  const stacks = readEnvironment(props.assembly, environment);
  const names = hostNamesOf(stacks);
  const hosts = environments[environment].apiDomains.map(({ name }) => name);
  const tasksCall = [names.database, names.cache, names.loadBalancer, awsHost, mailHost];
  const certificates = await issueCertificates([...hosts, ...tasksCall]);
  tearDown.add(() => certificates.remove());

  const endpoints = {
    database: { host: names.database, port: await freePort() },
    cache: { host: names.cache, port: await freePort() },
    loadBalancer: { host: names.loadBalancer },
  };
  const described = describeDeployment(environment, stacks, endpoints);
  const deployment = compress(described, speed);
  const earlier = props.from
    ? compress(describeDeployment(environment, readEnvironment(props.from, environment), endpoints), speed)
    : anotherRevision(deployment);

  const mail = await startMailServer({
    tls: certificates,
    onDelivery: ({ mail: { messageId } }) => {
      const job = jobOf(messageId);
      if (job !== undefined) site.onMail(job);
    },
  });
  tearDown.add(() => mail.stop());

  const [aws, loadBalancer, image, image0] = await Promise.all([
    startLocalAws(deployment, tearDown),
    startBalancer(deployment, certificates, tearDown),
    buildImage(deployment.image, { engine, buildArgs }),
    earlier.image.hash === deployment.image.hash ? undefined : buildImage(earlier.image, { engine, buildArgs }),
  ]);
  const [secrets, password] = await Promise.all([
    provisionSecrets(aws, {
      environment,
      secrets: deployment.secrets,
      extra: {
        ...{ ...mail.sender, EMAIL_HOST: mailHost, EMAIL_PORT: String(mail.port) },
        VENDOR_API_KEY_PEPPER: generateSecret('VENDOR_API_KEY_PEPPER', contract.VENDOR_API_KEY_PEPPER),
      },
    }),
    provisionManagedPassword(aws, deployment.database),
    provisionBuckets(aws, deployment.buckets),
  ]);
  tearDown.add(() => secrets.close());

  const { authTokenSecret } = deployment.cache;
  const authToken = authTokenSecret && (await secrets.value(authTokenSecret));
  const [database, cache] = await Promise.all([
    startDatabase({ description: deployment.database, password, certificates, port: endpoints.database.port }).then(
      (started) => {
        tearDown.add(() => started.stop());
        return started;
      },
    ),
    startCache({ description: deployment.cache, authToken, certificates, port: endpoints.cache.port }).then(
      (started) => {
        tearDown.add(() => started.stop());
        return started;
      },
    ),
  ]);

  const tasks = startTasks({
    runFolder,
    secretValue: (arn) => secrets.value(arn),
    platform: {
      ...aws.variables,
      NODE_EXTRA_CA_CERTS: certificates.caFile,
      // As a process it has this machine's Node, which the SDK would warn of instead of what matters.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    hostNames: tasksCall,
    engine,
  });
  tearDown.add(() => tasks.close());

  const site: Site = {
    ...{ deployment, image, certificates, hosts, loadBalancer, tasks, database, cache, secrets },
    before: { image: image0 ?? image, web: earlier.web.container, worker: earlier.worker.container },
    loadBalancerHost: names.loadBalancer,
    awsPort: aws.port,
    onMail: () => {},
  };
  return site;
}

async function startLocalAws({ region, account }: Deployment, tearDown: TearDown) {
  await provisionMoto();
  const moto = await startMoto();
  tearDown.add(() => moto.stop());
  const aws = await startAws({ moto, region, account });
  tearDown.add(() => aws.stop());
  return aws;
}

async function startBalancer({ loadBalancer, web }: Deployment, certificates: Certificates, tearDown: TearDown) {
  const { targetGroup, alternateTargetGroup } = web.blueGreen ?? {};
  const groupNames = {
    ...(targetGroup && { [targetGroup]: 'blue' }),
    ...(alternateTargetGroup && { [alternateTargetGroup]: 'green' }),
  };
  const started = await startLoadBalancer({ description: loadBalancer, certificate: certificates, groupNames });
  tearDown.add(() => started.stop());
  return started;
}

/** What runs is another revision than what is released: the smoke test has to tell one from the other. */
function anotherRevision(deployment: Deployment): Deployment {
  const { web, worker } = deployment;
  const earlier = (container: Container): Container => {
    const { APP_REVISION = '' } = container.environment;
    return {
      ...container,
      environment: { ...container.environment, APP_REVISION: `before-${APP_REVISION.slice(0, 12)}` },
    };
  };
  return {
    ...deployment,
    web: { ...web, container: earlier(web.container) },
    worker: { ...worker, container: earlier(worker.container) },
  };
}
