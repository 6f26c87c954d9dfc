import { contract } from '../../app-image/src/config/contract';
import type { Variable } from '../../app-image/src/config/variable';
import { type NameOf, objectionIn, unknownVariable, type Variables } from './contract';
import type { EnvironmentName } from './environment';

type InfrastructureName = NameOf<{ source: 'infrastructure' }>;
/** ECS reads these from Secrets Manager when a task starts. */
export type InjectedName = Extract<InfrastructureName, NameOf<{ secret: true }>>;
/** These depend on what a task is for. */
export type TaskVariableName = 'DB_CONNECTION_LIMIT' | 'PROCESS_ROLE';
/** The same for web, worker and jobs. */
export type SharedVariableName = Exclude<InfrastructureName, InjectedName | TaskVariableName>;

/** What a container definition says, references resolved. */
export interface Wiring {
  /** It takes connections: a service, and not a job that is told by its command. */
  readonly listens: boolean;
  /** A value is text, or an object of CloudFormation where only a deployment knows it. */
  readonly environment: readonly { readonly name: string; readonly value: unknown }[];
  readonly secrets: readonly { readonly name: string }[];
}

const twice = (names: readonly string[]) => [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];

/** Why a variable cannot come from the task definition at all. */
function foreign(name: string, { source }: Variable): string | undefined {
  if (source === 'secret')
    return `${name}: the contract has it in the JSON secret, which reaches the container whole as SECRETS_JSON; remove it here.`;
  if (source === 'platform') return `${name}: the contract leaves it to ECS, the image or Node; remove it here.`;
  if (source === 'local') return `${name}: exists on laptops only, and the container refuses it; remove it here.`;
  return undefined;
}

function plainProblem(
  environment: EnvironmentName,
  { name, value }: Wiring['environment'][number],
  variables: Variables,
): string | undefined {
  const variable = variables[name];
  if (variable === undefined) return unknownVariable(name, variables);
  // First, and without the value: this is the one that must not be printed.
  if (variable.secret)
    return `${name}: a secret, and whoever may read a task definition reads it; pass it as an ECS secret or in the JSON secret.`;
  const elsewhere = foreign(name, variable);
  if (elsewhere !== undefined || typeof value !== 'string') return elsewhere;
  const problem = objectionIn(environment, name, variable, value);
  return problem && `${name}: "${value}" ${problem}.`;
}

function injectedProblem(name: string, variables: Variables): string | undefined {
  const variable = variables[name];
  if (variable === undefined) return unknownVariable(name, variables);
  if (variable.source === 'infrastructure' && !variable.secret)
    return `${name}: an ECS secret, but the contract has it in the open, where the synth can judge it; state it in lib/constructs/container-environment.ts.`;
  if (variable.source === 'environment')
    return `${name}: an ECS secret, but the contract has it in the settings of lib/config/environments.ts; state it there.`;
  return foreign(name, variable);
}

function missing(name: string, { secret }: Variable): string {
  const place = secret
    ? 'the secrets in lib/constructs/application.ts'
    : 'lib/constructs/container-environment.ts, or to lib/constructs/application.ts if it depends on the task';
  return `${name}: the contract says that the infrastructure sets it, and the container does not get it; add it to ${place}.`;
}

/**
 * Compares what a container is told with what it reads.
 *
 * @returns one sentence for each mismatch, in the order of the container definition.
 */
export function checkWiring(environment: EnvironmentName, wiring: Wiring, variables: Variables = contract): string[] {
  const names = [...wiring.environment, ...wiring.secrets].map(({ name }) => name);
  return [
    ...twice(names).map((name) => `${name}: wired twice, and ECS takes a name once; remove one of them.`),
    ...wiring.environment.flatMap((entry) => plainProblem(environment, entry, variables) ?? []),
    ...wiring.secrets.flatMap(({ name }) => injectedProblem(name, variables) ?? []),
    // Its default would make a web task take jobs as well.
    ...(wiring.listens && !names.includes('PROCESS_ROLE')
      ? ['PROCESS_ROLE: a service has to be told its role; pass processRole to defineTask.']
      : []),
    ...Object.entries(variables).flatMap(([name, variable]) =>
      variable.source === 'infrastructure' &&
      (variable.required === 'deployed' || variable.required === 'always') &&
      !names.includes(name)
        ? [missing(name, variable)]
        : [],
    ),
  ];
}
