import type { EnvironmentConfig, EnvironmentName } from './environment';
import { environments } from './environments';
import { ConfigurationError } from './validate';

/** What `-c key=value` may say about an app of this project. */
export interface AppContext {
  /** `-c environments=staging,production` @default - all */
  readonly environments: readonly EnvironmentName[];
  /** `-c account=123456789012` replaces every environment's account. */
  readonly account?: string;
  /** `-c imageTag=main-1a2b3c4` takes the image from ECR instead of building it. */
  readonly imageTag?: string;
  /** `-c bakeMinutes=5` shortens or lengthens the bake of this release. */
  readonly bakeMinutes?: number;
  /** `-c policyChecks=false` leaves the policy packs out, for a quick look while developing. */
  readonly policyChecks: boolean;
}

const keys = ['environments', 'account', 'imageTag', 'bakeMinutes', 'policyChecks'] as const;
type Key = (typeof keys)[number];
/** In the order in which they are composed. */
export const everyName = Object.keys(environments) as EnvironmentName[];

/**
 * @param raw the app's whole context: ours, and the CDK's own (feature flags, cached look-ups), which
 *   is told apart by its punctuation.
 * @throws ConfigurationError naming every key that is unknown or malformed.
 */
export function parseContext(raw: Record<string, unknown>): AppContext {
  const failures: string[] = [];
  for (const key of Object.keys(raw))
    if (!/[@:/]/.test(key) && !keys.includes(key as Key))
      failures.push(`-c ${key}: unknown context key; allowed: ${keys.join(', ')}.`);
  const text = (key: Key): string | undefined => (raw[key] === undefined ? undefined : String(raw[key]).trim());

  const chosen = text('environments')
    ?.split(',')
    .map((name) => name.trim());
  for (const name of chosen ?? [])
    if (!everyName.includes(name as EnvironmentName))
      failures.push(`-c environments: unknown environment "${name}"; allowed: ${everyName.join(', ')}.`);

  const account = text('account');
  if (account !== undefined && !/^\d{12}$/.test(account))
    failures.push(`-c account: "${account}" is no AWS account id; pass 12 digits, e.g. -c account=123456789012.`);

  const bake = text('bakeMinutes');
  if (bake !== undefined && !/^\d+$/.test(bake))
    failures.push(`-c bakeMinutes: "${bake}" is no number; pass whole minutes, 1 to 1440.`);

  const policyChecks = text('policyChecks') ?? 'true';
  if (policyChecks !== 'true' && policyChecks !== 'false')
    failures.push(`-c policyChecks: "${policyChecks}" is neither true nor false.`);

  if (failures.length > 0) throw new ConfigurationError(failures);
  return {
    environments: chosen === undefined ? everyName : everyName.filter((name) => chosen.includes(name)),
    account,
    imageTag: text('imageTag'),
    bakeMinutes: bake === undefined ? undefined : Number(bake),
    policyChecks: policyChecks === 'true',
  };
}

/** The chosen environments with what the context overrides. */
export function environmentsFor(context: AppContext): EnvironmentConfig[] {
  return context.environments.map((name) => {
    const env: EnvironmentConfig = environments[name];
    const { account = env.account, imageTag = env.imageTag, bakeMinutes } = context;
    const deployment =
      env.deployment.strategy === 'blue-green' && bakeMinutes !== undefined
        ? { ...env.deployment, bakeMinutes }
        : env.deployment;
    return { ...env, account, imageTag, deployment };
  });
}
