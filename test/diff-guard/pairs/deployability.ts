import type { Pair } from './pair';

const service = 'production/service';

export const deployabilityPairs: readonly Pair[] = [
  {
    title: 'the weights of the production rule change',
    verdict: 'red',
    rule: 'production-rule-changed',
    change: ({ resource }) => {
      const [blue, green] = resource(service, 'WebReleaseProductionRule').Properties.Actions[0].ForwardConfig
        .TargetGroups;
      blue.Weight = 0;
      green.Weight = 100;
    },
  },
  {
    title: 'the test rule gets another priority',
    verdict: 'red',
    rule: 'production-rule-changed',
    change: ({ resource }) => {
      resource(service, 'WebReleaseTestRule').Properties.Priority = 11;
    },
  },
  {
    title: 'a target group behind the production rule is replaced',
    verdict: 'red',
    rule: 'production-rule-changed',
    change: ({ resource }) => {
      resource(service, 'WebReleaseBlue3787').Properties.Port = 8080;
    },
  },
  {
    title: 'an export leaves that another stack imports',
    verdict: 'red',
    rule: 'export-in-use',
    change: ({ stack }) => {
      const { Outputs } = stack('production/network').template;
      const key = Object.keys(Outputs).find((name) => name.includes('NetworkVpc')) ?? '';
      delete Outputs[key];
    },
  },
  {
    title: 'an export in use would name a subnet that is replaced',
    verdict: 'red',
    rule: 'export-in-use',
    change: ({ resource }) => {
      resource('production/network', 'NetworkVpcapplicationSubnet1Subnet').Properties.AvailabilityZone = 'ap-south-1z';
    },
  },
  {
    title: 'a role with a fixed name is replaced',
    verdict: 'red',
    rule: 'fixed-name-replaced',
    change: ({ resource }) => {
      resource(service, 'ApplicationTaskRoleBACA').Properties.Path = '/services/';
    },
  },
  {
    title: 'two alarms swap their names',
    verdict: 'red',
    rule: 'fixed-name-taken',
    change: ({ resource }) => {
      const one = resource(service, 'WebReleaseAlarmsblueerrors').Properties;
      const other = resource(service, 'WebReleaseAlarmsgreenerrors').Properties;
      [one.AlarmName, other.AlarmName] = [other.AlarmName, one.AlarmName];
    },
  },
  {
    title: 'a new role takes the name of one in another stack',
    verdict: 'red',
    rule: 'fixed-name-taken',
    change: ({ stack, resource }) => {
      const { RoleName } = resource(service, 'ApplicationTaskRoleBACA').Properties;
      stack('production/operations').template.Resources.Role = {
        ...{ Type: 'AWS::IAM::Role', Properties: { RoleName, AssumeRolePolicyDocument: { Statement: [] } } },
      };
    },
  },
  {
    title: 'a logical id is given to another type',
    verdict: 'red',
    rule: 'type-changed',
    change: ({ resource }) => {
      resource(service, 'WebReleaseAlarmsblueerrors').Type = 'AWS::CloudWatch::CompositeAlarm';
    },
  },
];
