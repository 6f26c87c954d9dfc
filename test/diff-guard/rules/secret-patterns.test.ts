import { masked } from '../../../diff-guard/report/masked';
import { suspicionsIn } from '../../../diff-guard/rules/secret-patterns';

const value = 'hunter2-hunter2';

it.each<[string, unknown]>([
  ['a variable in capitals', { Environment: [{ Name: 'JWT_SECRET', Value: value }] }],
  ['a variable in camel case', { Environment: { Variables: { jwtSecret: value } } }],
  ['a password that is joined', { MasterUserPassword: { 'Fn::Join': ['', ['hunter2', '-hunter2']] } }],
  ['a password that is substituted', { MasterUserPassword: { 'Fn::Sub': value } }],
  ['a variable that is joined', { Environment: [{ Name: 'API_KEY', Value: { 'Fn::Join': ['', [value]] } }] }],
  ['a command line', { Command: ['sh', '-c', `PGPASSWORD=${value} psql`] }],
])('is noticed, and not repeated: %s', (_, properties) => {
  const found = suspicionsIn(properties);
  expect(found).toHaveLength(1);
  expect(JSON.stringify(found)).not.toContain('hunter2');
  expect(masked('Properties', properties)).toBe('(masked)');
});

it.each<[string, unknown]>([
  ['a reference', { MasterUserPassword: { Ref: 'Password' } }],
  ['an attribute', { Environment: [{ Name: 'JWT_SECRET', Value: { 'Fn::GetAtt': ['Secret', 'Arn'] } }] }],
  ['a dynamic reference', { MasterUserPassword: '{{resolve:secretsmanager:name:SecretString:password}}' }],
  ['one that is joined', { AuthToken: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, '}}']] } }],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's
  ['one that is substituted', { AuthToken: { 'Fn::Sub': '{{resolve:secretsmanager:${Secret}}}' } }],
  ['a variable of the shell', { Command: ['sh', '-c', 'PGPASSWORD=$PASSWORD psql'] }],
])('is no secret: %s', (_, properties) => {
  expect(suspicionsIn(properties)).toEqual([]);
});

it('masks whatever stands under a secret’s name, functions of texts as well', () => {
  expect(masked('MasterUserPassword', value)).toBe('(masked)');
  expect(masked('MasterUserPassword', { 'Fn::Join': ['', [value]] })).toBe('(masked)');
  expect(masked('MasterUserPassword', { Ref: 'Password' })).toBe('{"Ref":"Password"}');
});
