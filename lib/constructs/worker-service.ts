import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { rollingMaximumPercent } from '../config/capacity';
import type { EnvironmentConfig } from '../config/environment';
import type { Application } from './application';
import type { Hosts } from './hosts';
import type { Monitoring } from './monitoring';
import { watchQueues } from './queue-alarms';
import { watchTasks } from './task-alarms';
import type { WebService } from './web-service';

export interface WorkerServiceProps {
  readonly hosts: Hosts;
  readonly application: Application;
  readonly web: WebService;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/**
 * The queues' workers. A service of its own, and deployed after web has succeeded: on green they would
 * take production jobs before anything is proven.
 */
export class WorkerService extends Construct {
  readonly service: ecs.Ec2Service;

  constructor(scope: Construct, id: string, { hosts, application, web, monitoring, env }: WorkerServiceProps) {
    super(scope, id);
    this.service = hosts.run(this, 'Service', {
      taskDefinition: application.defineTask(this, 'Task', { size: env.worker, processRole: 'worker' }),
      securityGroups: application.connections.securityGroups,
      // Nothing scales it, so its number is the template's.
      desiredCount: env.worker.minTasks,
      minHealthyPercent: 100,
      maxHealthyPercent: rollingMaximumPercent,
      circuitBreaker: { rollback: true },
    });
    this.service.node.addDependency(web);
    watchTasks(this.service, { monitoring, name: 'worker', missed: 'mails, synchronisations and reports take longer' });
    watchQueues(this, monitoring, env);
  }
}
