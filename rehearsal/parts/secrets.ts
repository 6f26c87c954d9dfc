import {
  CreateSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { generatedSecrets } from '../../lib/config/generated-secrets';
import { secretName } from '../../lib/config/names';
import type { SecretDescription } from '../assembly/deployment';
import type { Aws } from './aws';

export interface SecretsProps {
  readonly environment: EnvironmentName;
  readonly secrets: readonly SecretDescription[];
  /** Keys of the application's secret that nobody can make up, such as EMAIL_USER. @default - ADMIN_EMAIL only */
  readonly extra?: Readonly<Record<string, string>>;
  /** Keys that somebody forgot. @default - none */
  readonly without?: readonly string[];
}

export interface Secrets {
  /** As ECS reads it when a task starts, by the ARN of the task definition. */
  value(arn: string): Promise<string>;
  /** The application's own, by key: for whoever signs what the platform accepts. */
  application(): Promise<Readonly<Record<string, string>>>;
  close(): void;
}

/** Those that Secrets Manager generates, and the application's own as people fill it. */
export async function provisionSecrets({ client }: Pick<Aws, 'client'>, props: SecretsProps): Promise<Secrets> {
  const manager = new SecretsManagerClient(client);
  const { secrets } = props;
  await Promise.all(
    secrets.map(async (secret) => {
      const SecretString = await contentOf(manager, secret, props);
      await manager.send(new CreateSecretCommand({ Name: secret.name, SecretString }));
    }),
  );
  const read = async (name: string): Promise<string> => {
    const { SecretString } = await manager.send(new GetSecretValueCommand({ SecretId: name }));
    if (SecretString === undefined) throw new Error(`The secret ${name} holds no text; store it as text.`);
    return SecretString;
  };
  return {
    async value(arn) {
      // Not by the ARN itself, whose end only a deployment knows.
      const name = secrets.find((secret) => secret.arn === arn)?.name;
      if (name === undefined)
        throw new Error(`No stack makes the secret ${arn}; there are ${secrets.map((each) => each.arn).join(', ')}.`);
      return read(name);
    },
    application: async () => JSON.parse(await read(secretName(props.environment))),
    close: () => manager.destroy(),
  };
}

async function contentOf(
  manager: SecretsManagerClient,
  { name, generatedLength }: SecretDescription,
  { environment, extra = {}, without = [] }: SecretsProps,
): Promise<string | undefined> {
  if (generatedLength !== undefined) {
    const command = new GetRandomPasswordCommand({ PasswordLength: generatedLength, ExcludePunctuation: true });
    return (await manager.send(command)).RandomPassword;
  }
  if (name !== secretName(environment))
    throw new Error(
      `${environment}: nobody knows what the secret ${name} holds; it must be ${secretName(environment)}, or generated.`,
    );
  const { settings } = environments[environment];
  const known = { ADMIN_EMAIL: 'admin@myanalyticsschool.com', ...extra };
  const values = Object.entries(generatedSecrets({ settings, known }));
  return JSON.stringify(Object.fromEntries(values.filter(([key]) => !without.includes(key))));
}
