import { everyDeployedResource, everyStack } from '../deployed';

const resources = (type: string) => everyDeployedResource().filter(({ Type }) => Type === type);
const at = ({ stack, logicalId }: { stack: string; logicalId: string }) => `${stack}/${logicalId}`;

/** Variables whose name sounds secret and whose value is not. @example JWT_KEY_ID: 'names a key, is none' */
const soundSecret: Readonly<Record<string, string>> = {};

const suspectName = (name: string) =>
  /PASSWORD|SECRET|TOKEN|KEY|CREDENTIAL|PASSPHRASE|PEPPER/.test(name) &&
  // Socket and connection settings, not keys.
  !/^KEEP_?ALIVE/.test(name) &&
  soundSecret[name] === undefined;

const wellKnown: Readonly<Record<string, RegExp>> = {
  'an AWS access key': /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY/,
  'a GitHub token': /\b(gh[pousr]_\w{20,}|github_pat_\w{20,})/,
  'a Slack token': /\bxox[abprs]-[\w-]{10,}/,
  'a Stripe or Razorpay key': /\b([sr]k_(live|test)_\w{10,}|rzp_(live|test)_\w{10,})/,
  'an OpenAI or Anthropic key': /\bsk-[\w-]{20,}/,
  'a Google key': /\bAIza[\w-]{30,}/,
  'a JSON web token': /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  'a URL with a password': /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i,
};

/** Bits for each character: words stay below 4, 30 random letters and digits are above. */
const entropy = (text: string) => {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return -[...counts.values()].reduce((sum, n) => sum + (n / text.length) * Math.log2(n / text.length), 0);
};
const assetHash = /^[0-9a-f]{64}$/;
const looksRandom = (token: string) =>
  token.length >= 24 &&
  !assetHash.test(token) &&
  /[0-9]/.test(token) &&
  /[a-z]/i.test(token) &&
  (/^[0-9a-f]+$/i.test(token) || entropy(token) > 4.2);

const suspicions = (text: string): string[] => [
  ...Object.entries(wellKnown).flatMap(([what, pattern]) => (pattern.test(text) ? [what] : [])),
  ...text.split(/[^A-Za-z0-9+_]+/).flatMap((token) => (looksRandom(token) ? [`"${token}", which looks random`] : [])),
];

/** Where CloudFormation takes a logical id or an export's name, which end in a hash of the construct's path. */
const names = new Set(['Ref', 'Fn::GetAtt', 'Fn::ImportValue', 'DependsOn', 'Export', 'Metadata']);

function strings(value: unknown, path: string): { path: string; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (names.has(key) ? [] : strings(inner, `${path}/${key}`)));
}

/** CloudFormation limits some names, so the CDK cuts a construct's path short and appends its hash. */
const generatedNames =
  /\/(Family|BackupVaultName|TargetOriginId|ResponseHeadersPolicyConfig\/Name|OriginAccessControlConfig\/Name|Origins\/\d+\/Id)$/;

it('no string of any template looks like a secret', () => {
  const found = everyStack().flatMap(({ stack, template }) =>
    strings({ Resources: template.Resources, Outputs: template.Outputs }, stack)
      .filter(({ path }) => !generatedNames.test(path))
      .flatMap(({ path, text }) => suspicions(text).map((what) => `${path} holds ${what}`)),
  );
  expect(found).toEqual([]);
});

it.each([
  ['an AWS access key', 'AKIAQ3EXAMPLE4567890'],
  ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE'],
  ['a database URL', 'postgres://mas:hunter2@db.internal:5432/mas'],
  ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc'],
  ['a generated password', 'p7QzV2mXc9LbT4sRw8KdYh3N'],
  ['a key in hexadecimal', 'password=9f86d081884c7d659a2feaa0c55ad015'],
])('would see %s', (_, text) => {
  expect(suspicions(text)).not.toEqual([]);
});

it('does not take bucket names, dates, policies and asset hashes for secrets', () => {
  const harmless = [
    'mr-mentor-production-interview-archive-000000000002',
    '658327ea-f89d-4fab-a63d-7e88639e58f6',
    'ELBSecurityPolicy-TLS13-1-2-2021-06',
    'AWSManagedRulesAmazonIpReputationList',
    `${'0123456789abcdef'.repeat(4)}.zip`,
  ];
  expect(harmless.flatMap(suspicions)).toEqual([]);
});

it('Redis gets its AUTH token by reference', () => {
  const groups = resources('AWS::ElastiCache::ReplicationGroup');
  expect(groups).toHaveLength(4);
  for (const { Properties, stack } of groups) {
    const secret = Properties.AuthToken['Fn::Join'][1][1].Ref;
    expect(Properties.AuthToken).toEqual({
      'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secret }, ':SecretString:::}}']],
    });
    const generated = everyDeployedResource().find((other) => other.stack === stack && other.logicalId === secret);
    expect(generated?.Properties.GenerateSecretString).toBeDefined();
  }
});

it('a secret begins as {} or is generated, never with a value of ours', () => {
  const begins = resources('AWS::SecretsManager::Secret').map(({ stack, Properties }) => ({
    stack: stack.split('/')[1],
    value:
      Properties.SecretString ?? (Properties.GenerateSecretString.SecretStringTemplate ? 'a template' : 'generated'),
  }));
  expect(begins).toHaveLength(8);
  expect(begins.filter(({ stack }) => stack === 'secrets').map(({ value }) => value)).toEqual(Array(4).fill('{}'));
  expect(begins.filter(({ stack }) => stack === 'data').map(({ value }) => value)).toEqual(Array(4).fill('generated'));
});

it('RDS makes the password of the database itself', () => {
  const instances = resources('AWS::RDS::DBInstance');
  expect(instances).toHaveLength(4);
  for (const { Properties } of instances) {
    expect(Properties).not.toHaveProperty('MasterUserPassword');
    expect(Properties.ManageMasterUserPassword).toBe(true);
  }
});

describe('the environment of', () => {
  const containers = resources('AWS::ECS::TaskDefinition').flatMap((task) =>
    task.Properties.ContainerDefinitions.map(
      ({
        Environment,
        Secrets,
      }: {
        Environment: { Name: string }[];
        Secrets: { Name: string; ValueFrom: unknown }[];
      }) => ({
        where: at(task),
        variables: Environment.map(({ Name }) => Name),
        secrets: Secrets,
      }),
    ),
  ) as { where: string; variables: string[]; secrets: { Name: string; ValueFrom: unknown }[] }[];
  const functions = resources('AWS::Lambda::Function').map((fn) => ({
    where: at(fn),
    variables: Object.keys(fn.Properties.Environment?.Variables ?? {}),
  }));

  it.each([
    ['containers', containers],
    ['functions', functions],
  ])('%s has no variable that sounds secret', (_, places) => {
    expect(places.some(({ variables }) => variables.length > 0)).toBe(true);
    expect(
      places.flatMap(({ where, variables }) => variables.filter(suspectName).map((name) => `${where} ${name}`)),
    ).toEqual([]);
  });

  it('containers takes secrets from Secrets Manager, whole', () => {
    for (const { secrets } of containers)
      expect(secrets).toEqual([
        {
          Name: 'SECRETS_JSON',
          ValueFrom: expect.stringMatching(/^arn:aws:secretsmanager:.*:secret:mr-mentor-backend\/\w+$/),
        },
        {
          Name: 'REDIS_PASSWORD',
          ValueFrom: expect.stringMatching(/^arn:aws:secretsmanager:.*:secret:mr-mentor-cache\/\w+$/),
        },
      ]);
  });

  it('no container holds an exception that nothing uses', () => {
    const used = new Set([...containers, ...functions].flatMap(({ variables }) => variables));
    expect(Object.keys(soundSecret).filter((name) => !used.has(name))).toEqual([]);
  });

  it('names such as JWT_SECRET would be seen', () => {
    expect(
      ['JWT_SECRET', 'DB_PASSWORD', 'PLATFORM_ENCRYPTION_KEY', 'KEEP_ALIVE_TIMEOUT_SECONDS'].filter(suspectName),
    ).toEqual(['JWT_SECRET', 'DB_PASSWORD', 'PLATFORM_ENCRYPTION_KEY']);
  });
});
