import { Stack, type StackProps } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { Application } from './constructs/application';
import type { ApplicationSecret } from './constructs/application-secret';
import type { Cache } from './constructs/cache';
import type { Database } from './constructs/database';
import { EncryptionKey } from './constructs/encryption-key';
import { FailedDeployments } from './constructs/failed-deployments';
import { Hosts } from './constructs/hosts';
import { LoadBalancer } from './constructs/load-balancer';
import type { Monitoring } from './constructs/monitoring';
import type { Network } from './constructs/network';
import type { ObjectStorage } from './constructs/object-storage';
import { ScheduledJobs } from './constructs/scheduled-jobs';
import { WebAcl } from './constructs/web-acl';
import { WebService } from './constructs/web-service';
import { WorkerService } from './constructs/worker-service';

export interface ServiceStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly network: Network;
  readonly monitoring: Monitoring;
  readonly storage: ObjectStorage;
  readonly database: Database;
  readonly cache: Cache;
  readonly secret: ApplicationSecret;
}

export class ServiceStack extends Stack {
  readonly web: WebService;
  readonly worker: WorkerService;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { config, network } = props;
    const { vpc } = network;
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: `Logs of the services of ${config.name}`,
      alias: `mr-mentor/${config.name}/service`,
      outlivesStack: config.removal === 'retain',
    }).allowLogs();
    const shared = { ...props, vpc, encryptionKey, env: config };

    const cluster = new ecs.Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: ecs.ContainerInsights.ENHANCED,
    });
    const hosts = new Hosts(this, 'Hosts', { ...shared, cluster });
    const webAcl = new WebAcl(this, 'WebAcl', {
      ...shared,
      scope: 'REGIONAL',
      // Whole schools share an address; the container limits each user.
      requestsPerFiveMinutes: 5_000,
    });
    const loadBalancer = new LoadBalancer(this, 'LoadBalancer', { ...shared, webAcl });
    const application = new Application(this, 'Application', shared);

    this.web = new WebService(this, 'Web', { ...shared, hosts, application, loadBalancer });
    this.worker = new WorkerService(this, 'Worker', { ...shared, hosts, application, web: this.web });
    new FailedDeployments(this, 'FailedDeployments', {
      ...shared,
      services: { web: this.web.service, worker: this.worker.service },
    });
    new ScheduledJobs(this, 'Jobs', { ...shared, cluster, hosts, application });
  }
}
