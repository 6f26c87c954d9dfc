import { inlined } from '../../../diff-guard/compare/inline';

const template = (wanted: string) => ({
  Conditions: {
    Wanted: { 'Fn::Equals': [wanted, 'yes'] },
    Made: { 'Fn::And': [{ Condition: 'Wanted' }, { 'Fn::Equals': ['1', '1'] }] },
  },
  Resources: { Database: { Type: 'AWS::RDS::DBInstance', Condition: 'Made', Properties: {} } },
});

it('shows in a resource what a condition behind its condition says', () => {
  const [yes, no] = ['yes', 'no'].map(
    (wanted) => inlined(template(wanted), 'ap-south-1').Resources.Database?.Condition,
  );
  expect(yes).not.toEqual(no);
});

it('leaves the condition of a policy as it is', () => {
  const policy = { Statement: [{ Condition: { StringEquals: { 'aws:PrincipalAccount': '1' } } }] };
  const resources = { Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: policy } } };
  expect(inlined({ Resources: resources }, 'ap-south-1').Resources).toEqual(resources);
});
