import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { stackName } from '../../lib/config/names';
import { type Moto, startMoto } from '../../local/moto';
import { makeCalls } from '../../operator/calls';
import { redeployment } from '../../operator/redeployment';
import { motoTests } from '../moto';

const moto = motoTests('The redeployment was not tried.');
const target = { environment: 'staging', account: '123456789012' } as const;
let aws: Moto;

beforeAll(async () => {
  if (!moto.found) return;
  aws = await startMoto();
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' },
  });
});
afterAll(() => aws?.stop());

const service = (name: string) => ({
  Type: 'AWS::ECS::Service',
  Properties: { ServiceName: name, Cluster: { Ref: 'Cluster' }, TaskDefinition: { Ref: 'Task' }, DesiredCount: 1 },
});

moto.it(`starts web and worker anew, whatever CloudFormation has called them${moto.why}`, async () => {
  const template = {
    Resources: {
      Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'staging-cluster' } },
      Task: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: { Family: 'task', ContainerDefinitions: [{ Name: 'c', Image: 'i', Memory: 64 }] },
      },
      Web: service('staging-web'),
      Worker: service('staging-worker'),
    },
  };
  const cloudFormation = new CloudFormationClient({ region: 'ap-south-1' });
  const stack = { StackName: stackName('staging', 'service'), TemplateBody: JSON.stringify(template) };
  await cloudFormation.send(new CreateStackCommand(stack));
  cloudFormation.destroy();

  const { calls, close } = await redeployment(target);
  const told: string[] = [];
  await makeCalls(calls, (line) => told.push(line));
  close();
  expect(told).toHaveLength(2);
  for (const line of told)
    expect(line).toMatch(/✓ ecs:UpdateService \{"cluster":".*","service":".*staging-(web|worker)/);

  const ecs = new ECSClient({ region: 'ap-south-1' });
  const wanted = { cluster: 'staging-cluster', services: ['staging-web', 'staging-worker'] };
  const { services = [] } = await ecs.send(new DescribeServicesCommand(wanted));
  ecs.destroy();
  expect(services.map(({ serviceName }) => serviceName).sort()).toEqual(wanted.services);
});

moto.it(`says what to do where there are no services yet${moto.why}`, async () => {
  await expect(redeployment({ ...target, environment: 'demo' })).rejects.toThrow(
    "mr-mentor-demo-service has no services in this account and region yet. npx cdk deploy 'demo/**' makes them.",
  );
});
