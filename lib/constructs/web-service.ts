import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { containerName, containerPort } from '../config/container';
import type { EnvironmentConfig } from '../config/environment';
import { timings } from '../config/timings';
import { acknowledge } from '../policy/acknowledge';
import type { Application } from './application';
import { BlueGreen } from './blue-green';
import type { EncryptionKey } from './encryption-key';
import type { Hosts } from './hosts';
import type { LoadBalancer } from './load-balancer';
import type { Monitoring } from './monitoring';
import { RequestScaling } from './request-scaling';
import { watchSockets } from './socket-graphs';
import { TargetGroup } from './target-group';
import { watchTasks } from './task-alarms';
import { watchWeb } from './web-alarms';

export interface WebServiceProps {
  readonly vpc: ec2.IVpc;
  readonly hosts: Hosts;
  readonly application: Application;
  readonly loadBalancer: LoadBalancer;
  readonly encryptionKey: EncryptionKey;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/** HTTP, Socket.IO and the terminal relay. */
export class WebService extends Construct {
  readonly service: ecs.Ec2Service;

  constructor(scope: Construct, id: string, props: WebServiceProps) {
    super(scope, id);
    const { vpc, hosts, application, loadBalancer, monitoring, env } = props;
    const blueGreen =
      env.deployment.strategy === 'blue-green'
        ? new BlueGreen(this, 'Release', { ...props, revision: application.revision, deployment: env.deployment })
        : undefined;
    this.service = hosts.run(this, 'Service', {
      taskDefinition: application.defineTask(this, 'Task', { size: env.web, processRole: 'web' }),
      securityGroups: application.connections.securityGroups,
      // No desiredCount: a template's would reset what scaling has reached.
      minHealthyPercent: blueGreen ? 100 : 0,
      maxHealthyPercent: blueGreen ? 200 : 100,
      healthCheckGracePeriod: Duration.seconds(timings.startGracePeriod),
      circuitBreaker: blueGreen ? undefined : { rollback: true },
      ...blueGreen?.serviceProps,
    });
    let targetGroups: Readonly<Record<string, elbv2.ApplicationTargetGroup>>;
    if (blueGreen) {
      // By name only, so CloudFormation does not see that ECS looks the alarms up.
      this.service.node.addDependency(blueGreen);
      acknowledge(this.service, {
        '@aws-cdk/aws-ecs:shouldUseCircuitBreaker':
          'ECS documents the circuit breaker for rolling deployments; here the smoke test and the alarms take a release back.',
      });
      const { blue, green, alternateTarget } = blueGreen;
      targetGroups = { blue, green };
      this.service
        .loadBalancerTarget({ containerName, containerPort, alternateTarget })
        .attachToApplicationTargetGroup(blue);
    } else {
      const web = new TargetGroup(this, 'Targets', vpc);
      targetGroups = { web };
      this.service.loadBalancerTarget({ containerName, containerPort }).attachToApplicationTargetGroup(web);
      new elbv2.ApplicationListenerRule(this, 'ProductionRule', {
        listener: loadBalancer.listener,
        priority: 20,
        conditions: [elbv2.ListenerCondition.hostHeaders(env.apiDomains.map(({ name }) => name))],
        action: elbv2.ListenerAction.forward([web]),
      });
    }
    watchWeb(this, { monitoring, loadBalancer, targetGroups });
    watchTasks(this.service, { monitoring, name: 'web', missed: 'the ones that are left answer more slowly' });
    watchSockets(this, monitoring, env);
    new RequestScaling(this, 'Scaling', {
      service: this.service,
      targetGroups: Object.values(targetGroups),
      size: env.web,
    });
  }
}
