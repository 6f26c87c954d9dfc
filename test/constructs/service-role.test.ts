import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ServiceRole } from '../../lib/constructs/service-role';
import { only, stack, statements, templateOfStack } from './stack';

const role = (props: Partial<ConstructorParameters<typeof ServiceRole>[2]> = {}) => {
  const own = stack();
  return {
    own,
    role: new ServiceRole(own, 'Role', {
      description: 'What it may do',
      assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
      ...props,
    }),
  };
};

it('has no permissions and no policy until something is granted', () => {
  const template = templateOfStack(role().own);
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  const { Properties } = only(template, 'AWS::IAM::Role');
  expect(Properties.ManagedPolicyArns).toBeUndefined();
  expect(Properties.RoleName).toBeUndefined();
  expect(statements(Properties.AssumeRolePolicyDocument)).toEqual([
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs.amazonaws.com' } },
  ]);
});

it('collects all grants in one managed policy, attached from its own side, none inline', () => {
  const { own, role: grantee } = role();
  new s3.Bucket(own, 'Bucket').grantRead(grantee);
  grantee.addToPolicy(new iam.PolicyStatement({ actions: ['sts:GetCallerIdentity'], resources: ['*'] }));
  grantee.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['ecs:RunTask'], resources: ['arn:x'] }));

  const template = templateOfStack(own);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  const policy = only(template, 'AWS::IAM::ManagedPolicy');
  expect(statements(policy.Properties.PolicyDocument).flatMap(({ Action }) => Action)).toEqual(
    expect.arrayContaining(['s3:GetObject*', 'sts:GetCallerIdentity', 'ecs:RunTask']),
  );
  const { Properties } = only(template, 'AWS::IAM::Role');
  expect(Properties.ManagedPolicyArns).toEqual([{ Ref: policy.id }]);
  expect(Properties.Policies).toBeUndefined();
  expect(policy.Properties.Roles).toBeUndefined();
});

it("has a name only where somebody outside names it, and AWS's policies only where stated", () => {
  const { own } = role({
    roleName: 'mr-mentor-x-task',
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AWSBackupServiceRolePolicyForS3Backup')],
  });
  expect(only(templateOfStack(own), 'AWS::IAM::Role').Properties).toMatchObject({
    RoleName: 'mr-mentor-x-task',
    ManagedPolicyArns: [{ 'Fn::Join': ['', expect.arrayContaining([expect.stringContaining('S3Backup')])] }],
  });
});
