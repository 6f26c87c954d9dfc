import { contract } from '../../src/config/contract';
import type { Variable } from '../../src/config/variable';

/** A well-formed value that nobody would object to. */
function soundValue(name: string, variable: Variable): string {
  switch (variable.type) {
    case 'integer':
    case 'number':
    case 'boolean':
      return variable.localDefault ?? variable.default ?? '1';
    case 'choice':
      return variable.values.at(-1) ?? '';
    case 'url':
      return `https://${name.toLowerCase().replaceAll('_', '-')}.mrmentor.in`;
    case 'host':
      return name === 'HOST' ? '0.0.0.0' : 'stores.mr-mentor.internal';
    case 'email':
      return 'ops@myanalyticsschool.com';
    case 'origins':
      return '["https://www.mrmentor.in"]';
    case 'list':
      return 'ops@myanalyticsschool.com';
    case 'aes-256-key':
      return Buffer.from('k7Jq9fZ2mR4xW8vB1nC6tY3pL5sD0hG!').toString('base64');
    case 'json':
      return '{}';
    default:
      return variable.type === 'text' && variable.example
        ? variable.example
        : `sound-k7Jq9fZ2mR4xW8vB1nC6tY3pL-${name}`;
  }
}

/** Everything that a deployed environment has to state, each part where it comes from, with some values changed. */
export function deployedEnvironment(
  changes: Record<string, string | undefined> = {},
): Record<string, string | undefined> {
  const required = Object.entries<Variable>(contract).filter(
    ([, variable]) => variable.required === 'deployed' || variable.required === 'always',
  );
  const of = (wanted: (variable: Variable) => boolean) =>
    Object.fromEntries(
      required.filter(([, variable]) => wanted(variable)).map(([name, variable]) => [name, soundValue(name, variable)]),
    );
  return {
    ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/1',
    ...of(({ source }) => source !== 'secret'),
    APP_ENV: 'production',
    SECRETS_JSON: JSON.stringify(of(({ source }) => source === 'secret')),
    ...changes,
  };
}
