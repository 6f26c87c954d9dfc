import { contract } from '../app-image/src/config/contract';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';
import { generateSecret } from '../lib/config/generated-secrets';
import { type Certificates, issueCertificates } from '../local/certificates';
import { freePort } from '../local/free-port';
import { startMoto } from '../local/moto';
import { provisionMoto } from '../local/moto-server';
import { readEnvironment } from './assembly/cloud-assembly';
import { allowanceFor, compress, patientAllowance } from './assembly/compress';
import type { Container, Deployment } from './assembly/deployment';
import { hostNamesOf } from './assembly/host-names';
import { describeDeployment } from './assembly/read-deployment';
import { awsHost, startAws } from './parts/aws';
import type { ContainerEngine } from './parts/container-engine';
import { buildImage } from './parts/image';
import { type HaproxyLoadBalancer, startLoadBalancer } from './parts/load-balancer';
import { type Delivery, jobOf, mailHost, startMailServer } from './parts/mail-server';
import type { RunFolder } from './parts/run-folder';
import { type RunningTasks, startTasks } from './parts/tasks';
import type { Image } from './release/cluster';
import { openStores, type Stores } from './stores';
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
  /** Ends what is being built. */
  readonly signal: AbortSignal;
}

/** Everything that stands for AWS, ready for tasks. */
export interface Site extends Stores {
  /** As it is before anything is known of this machine. */
  readonly deployment: Deployment;
  /** As it is released: where a start takes so many seconds. */
  released(startSeconds: number): Deployment;
  readonly image: Image;
  readonly before: { readonly image: Image; readonly web: Container; readonly worker: Container };
  readonly certificates: Certificates;
  /** Of the API, as users call them. */
  readonly hosts: readonly string[];
  readonly loadBalancerHost: string;
  readonly loadBalancer: HaproxyLoadBalancer;
  readonly tasks: RunningTasks;
  readonly awsPort: number;
  /** Resolves, with the reason, should one of the parts end by itself. */
  readonly crashed: Promise<Error>;
  /** Called for each mail that a job sends. */
  onMail: (jobId: string) => void;
}

export async function openSite(props: SiteProps, tearDown: TearDown): Promise<Site> {
  const { environment, speed, engine, buildArgs, runFolder, signal } = props;
  const stacks = readEnvironment(props.assembly, environment);
  const names = hostNamesOf(stacks);
  const hosts = environments[environment].apiDomains.map(({ name }) => name);
  const tasksCall = [names.database, names.cache, names.loadBalancer, awsHost, mailHost];
  const certificates = await issueCertificates([...hosts, ...tasksCall], runFolder.path);

  const endpoints = {
    database: { host: names.database, port: await freePort() },
    cache: { host: names.cache, port: await freePort() },
    loadBalancer: { host: names.loadBalancer },
  };
  const described = describeDeployment(environment, stacks, endpoints);
  const deployment = compress(described, speed, patientAllowance);
  const earlier = props.from
    ? compress(
        describeDeployment(environment, readEnvironment(props.from, environment), endpoints),
        speed,
        patientAllowance,
      )
    : anotherRevision(deployment);

  const onDelivery = ({ mail: { messageId } }: Delivery) => {
    const job = jobOf(messageId);
    if (job !== undefined) site.onMail(job);
  };
  const [mail, { aws, moto }, loadBalancer, image, image0] = await Promise.all([
    tearDown.start(() => startMailServer({ tls: certificates, onDelivery }), stop),
    startLocalAws(deployment, tearDown),
    startBalancer(deployment, certificates, tearDown),
    buildImage(deployment.image, { engine, buildArgs, signal }),
    earlier.image.hash === deployment.image.hash ? undefined : buildImage(earlier.image, { engine, buildArgs, signal }),
  ]);
  const extra = {
    ...{ ...mail.sender, EMAIL_HOST: mailHost, EMAIL_PORT: String(mail.port) },
    VENDOR_API_KEY_PEPPER: generateSecret('VENDOR_API_KEY_PEPPER', contract.VENDOR_API_KEY_PEPPER),
  };
  const stores = await openStores(deployment, { aws, certificates, endpoints, secrets: extra }, tearDown);
  const { secrets, database, cache } = stores;
  const tasks = await tearDown.start(
    () =>
      startTasks({
        runFolder,
        secretValue: (arn) => secrets.value(arn),
        platform: {
          ...aws.variables,
          NODE_EXTRA_CA_CERTS: certificates.caFile,
          // A process has the laptop's Node.js, about whose age the SDK would write into its log.
          ...(!engine && { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }),
        },
        hostNames: tasksCall,
        engine,
      }),
    (started) => started.close(),
  );

  const site: Site = {
    ...{ deployment, image, certificates, hosts, loadBalancer, tasks, ...stores },
    before: { image: image0 ?? image, web: earlier.web.container, worker: earlier.worker.container },
    released: (startSeconds) => compress(described, speed, allowanceFor(startSeconds)),
    loadBalancerHost: names.loadBalancer,
    awsPort: aws.port,
    crashed: Promise.race([moto, loadBalancer, database, cache].map(({ crashed }) => crashed)),
    onMail: () => {},
  };
  return site;
}

const stop = (part: { stop(): unknown }) => part.stop();

async function startLocalAws({ region, account }: Deployment, tearDown: TearDown) {
  const server = await provisionMoto();
  const moto = await tearDown.start(() => startMoto(server), stop);
  const aws = await tearDown.start(() => startAws({ moto, region, account }), stop);
  return { aws, moto };
}

async function startBalancer({ loadBalancer, web }: Deployment, certificates: Certificates, tearDown: TearDown) {
  const { targetGroup, alternateTargetGroup } = web.blueGreen ?? {};
  const groupNames = {
    ...(targetGroup && { [targetGroup]: 'blue' }),
    ...(alternateTargetGroup && { [alternateTargetGroup]: 'green' }),
  };
  return tearDown.start(
    () => startLoadBalancer({ description: loadBalancer, certificate: certificates, groupNames }),
    stop,
  );
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
