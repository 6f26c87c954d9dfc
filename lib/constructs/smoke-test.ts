import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { smokeChecks, testHeader } from '../config/container';
import type { EnvironmentConfig } from '../config/environment';
import { timings } from '../config/timings';
import { acknowledge } from '../policy/acknowledge';
import type { EncryptionKey } from './encryption-key';
import type { LoadBalancer } from './load-balancer';
import { LogGroup } from './log-group';
import { ServiceRole } from './service-role';

export interface SmokeTestProps {
  readonly loadBalancer: LoadBalancer;
  readonly env: EnvironmentConfig;
  /** Of green's image, so that the test notices when blue answers. */
  readonly revision: string;
  readonly encryptionKey: EncryptionKey;
}

/** Asks green, through the test rule, what users will ask it; ECS takes the release back if it fails. */
export class SmokeTest extends Construct {
  readonly hook: ecs.IDeploymentLifecycleHookTarget;

  constructor(scope: Construct, id: string, { env, revision, encryptionKey, loadBalancer }: SmokeTestProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { env, encryptionKey });
    const role = new ServiceRole(this, 'Role', {
      description: 'The smoke test: writes its log, nothing else',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    const handler = new lambda.Function(this, 'Function', {
      description: `Smoke test of a release to ${env.name}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(join(__dirname, '..', 'functions', 'smoke-test')),
      handler: 'index.handler',
      role,
      memorySize: 256,
      timeout: Duration.seconds(timings.smokeTestTimeout),
      logGroup,
      environment: {
        BASE_URL: `https://${env.apiDomains[0]?.name}`,
        // Not by the public name, which may still lead to another system while this one is brought up.
        CONNECT_TO: loadBalancer.balancer.loadBalancerDnsName,
        TEST_HEADER_NAME: testHeader.name,
        TEST_HEADER_VALUE: testHeader.value,
        EXPECTED_ENVIRONMENT: env.name,
        EXPECTED_REVISION: revision,
        CHECKS: smokeChecks.join(','),
      },
    });
    logGroup.grantWrite(role);
    const invokeRole = new ServiceRole(this, 'InvokeRole', {
      description: 'ECS calls the smoke test',
      assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
    });
    invokeRole.addToPolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] }),
    );
    this.hook = new ecs.DeploymentLifecycleLambdaTarget(handler, 'SmokeTest', {
      role: invokeRole,
      lifecycleStages: [ecs.DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT],
    });
    acknowledge(handler, {
      'NIST.800.53.R5-LambdaInsideVPC':
        "It comes from outside on purpose, as a user's browser does: through DNS, TLS, web ACL and listener rules.",
      'NIST.800.53.R5-LambdaConcurrency':
        'ECS calls it once in a release; a reservation would be taken from the ten executions that a new account has.',
      'NIST.800.53.R5-LambdaDLQ': 'ECS calls it and waits for its answer; there is no event that could be lost.',
    });
  }
}
