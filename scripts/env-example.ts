import type { Group, Variable } from '../app-image/src/config/variable';

const introduction = `# Settings of mr-mentor-backend on a laptop: cp .env.example .env
#
# Generated from src/config/contract.ts; edit that, then run: npm run environment-reference
# Lines without # are what a deployed environment has to state and a laptop takes as it is here. The others show
# their default, or nothing. docs/environment-reference.md says more. Real secrets never go into a file.`;

/** The document whose keys are the variables below, on a laptop one by one. */
const isForContainers = (name: string, { source }: Variable) => source === 'platform' || name === 'SECRETS_JSON';

/** A # would begin a comment, and a quote at the start would be taken off. */
const written = (value: string) => (/#|^['"`]/.test(value) ? `'${value}'` : value);

function assignment(name: string, variable: Variable): string {
  const { localDefault, secret, feature } = variable;
  // A member of an integration that stands there by itself would make it half-configured.
  if (localDefault !== undefined && !feature) return `${name}=${written(localDefault)}`;
  const shown = localDefault ?? variable.default;
  if (shown !== undefined) return `# ${name}=${written(shown)}`;
  return `# ${name}=${secret ? '<secret>' : ''}`;
}

function section({ title, variables }: Group): string {
  const entries = Object.entries(variables)
    .filter(([name, variable]) => !isForContainers(name, variable) && !variable.deprecated)
    .map(([name, variable]) => `# ${variable.description}\n${assignment(name, variable)}`);
  return [`# ---- ${title}`, ...entries].join('\n\n');
}

/** `app-image/.env.example`. */
export function envExample(groups: Readonly<Record<string, Group>>): string {
  return `${[introduction, ...Object.values(groups).map(section)].join('\n\n')}\n`;
}
