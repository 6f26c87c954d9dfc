import type { RuntimeSetting } from '../app-image/src/config/runtime-settings';
import type { Feature, Format, Group, Variable } from '../app-image/src/config/variable';

export interface Reference {
  readonly groups: Readonly<Record<string, Group>>;
  readonly features: Readonly<Record<string, Feature>>;
  readonly runtimeSettings: Readonly<Record<string, RuntimeSetting>>;
}

const introduction = `# Environment reference

Every variable that the container \`mr-mentor-backend\` reads. Generated from \`app-image/src/config/contract.ts\`: edit
that, then run \`npm run environment-reference\`.

## How a setting gets its value

1. A kill switch that is off ends it: the feature does not run. Only \`false\` and \`0\` turn a switch off.
2. Else an active row of \`system_configs\` wins, decrypted where it is encrypted; a disabled row counts as none.
3. Else the environment: a variable of the process, or a key of the JSON secret, which the process's own override.
4. Else the default. What stands behind "laptop" below is none for a deployed environment.

Empty counts as unset. The container checks everything before it connects to anything, lists every variable that fails,
never a value, and exits 1. Where deployed it also refuses addresses of its own machine, placeholders, default
credentials, empty lists and half-configured integrations. \`npm run config -- explain KEY\`, in the container too, says
where a value comes from; \`npm run config -- list\` shows what is set.

## How to add a variable

1. Describe it in the file of its group, \`app-image/src/config/contract/\`.
2. Read it from the \`Environment\` that the service is started with; no other code reads \`process.env\`.
3. \`npm run environment-reference\` writes it into this page and into \`app-image/.env.example\`.
4. Source *infrastructure*: wire it in \`lib/constructs/container-environment.ts\`, or the synth fails.
5. Source *environment*: state it in \`lib/config/environments.ts\`. Source *secret*: add the key to each secret.
6. \`npm test\`, then a release; a container reads its environment when it starts.`;

const sources: Readonly<Record<Variable['source'], string>> = {
  infrastructure: 'infrastructure',
  environment: 'environment',
  secret: 'secret',
  platform: 'platform',
  local: 'laptop only',
};

function allowed(format: Format): string {
  switch (format.type) {
    case 'text': {
      const like = format.example === undefined ? '' : ` like \`${format.example}\``;
      return `text${like}${format.minLength === undefined ? '' : `, at least ${format.minLength} characters`}`;
    }
    case 'integer':
      return `whole number, ${format.min} to ${format.max}`;
    case 'number':
      return `number, ${format.min} to ${format.max}`;
    case 'boolean':
      return '`true` or `false`';
    case 'switch':
      return 'off: `false`, `0`; on: all else';
    case 'choice':
      return format.values.map((value) => `\`${value}\``).join(', ');
    case 'url':
      return 'http or https URL';
    case 'host':
      return 'host';
    case 'email':
      return 'e-mail address';
    case 'origins':
      return 'JSON array of origins';
    case 'list':
      return 'list with commas';
    case 'json':
      return 'JSON object';
    case 'duration':
      return format.maxSeconds === undefined
        ? 'duration like `15m`'
        : `duration like \`15m\`, ${format.maxSeconds} s at most`;
    case 'cron':
      return 'cron, five fields';
    case 'aes-256-key':
      return '32 bytes: base64 or 64 hex digits';
    case 'date':
      return 'date like `2026-03-31`';
  }
}

function defaultOf(variable: Variable): string {
  if (variable.type === 'switch' && variable.default === undefined) return 'on';
  const parts = [
    variable.default === undefined ? undefined : `\`${variable.default}\``,
    variable.localDefault === undefined ? undefined : `laptop: \`${variable.localDefault}\``,
  ];
  return parts.filter((part) => part !== undefined).join('; ') || '–';
}

function requiredOf({ required, feature }: Variable, features: Reference['features']): string {
  if (required === 'always') return 'always';
  if (required === 'deployed') return 'deployed';
  const title = feature === undefined ? undefined : (features[feature]?.title ?? feature);
  if (required === 'feature') return `for ${title}`;
  return 'no';
}

/** A line break or a bar would end the cell. */
const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function describe(variable: Variable): string {
  const { description, killSwitch, row, rowEncrypted, deprecated, refused, ownKey } = variable;
  const notes = [
    deprecated && `**Deprecated, no effect:** ${deprecated}.`,
    ownKey && `Nobody issues it: \`npm run secrets -- generate\` makes it.`,
    killSwitch && `Kill switch: \`${killSwitch}\`.`,
    row && `Row: \`${row}\`${rowEncrypted ? ', encrypted' : ''}.`,
    refused &&
      `Refused${refused.value === undefined ? '' : ` if \`${refused.value}\``}, ${refusedWhere[refused.in]}: ${refused.because}.`,
  ];
  return [`${description}.`, ...notes.filter((note) => note !== undefined)].join(' ');
}

const refusedWhere = {
  deployed: 'where deployed',
  production: 'in production',
  'all but development': 'everywhere but in development',
} as const;

function section({ title, variables }: Group, features: Reference['features']): string {
  const rows = Object.entries(variables).map(([name, variable]) => [
    `\`${name}\`${variable.secret ? ' 🔒' : ''}`,
    describe(variable),
    allowed(variable),
    sources[variable.source],
    defaultOf(variable),
    requiredOf(variable, features),
  ]);
  return `### ${title}\n\n${table(['variable', 'what it is', 'value', 'source', 'default', 'required'], rows)}`;
}

function rotation(groups: Reference['groups']): string {
  const rows = Object.values(groups)
    .flatMap(({ variables }) => Object.entries(variables))
    .flatMap(([name, { rotationBreaks }]) => (rotationBreaks ? [[`\`${name}\``, rotationBreaks]] : []));
  return `## What a rotation breaks\n\n${table(['variable', 'a new value breaks'], rows)}`;
}

function integrations({ features, groups }: Reference): string {
  const variables = Object.values(groups).flatMap((group) => Object.entries<Variable>(group.variables));
  const rows = Object.entries(features).map(([key, { title, whenOff }]) => {
    const needed = variables.filter(([, { feature, required }]) => feature === key && required === 'feature');
    return [title, needed.map(([name]) => `\`${name}\``).join(', '), whenOff];
  });
  const explanation =
    'An integration is on when all it needs is set, off when nothing of it is, and half-configured in between: an error' +
    '\nwhere deployed, a note on a laptop.';
  return `## Integrations\n\n${explanation}\n\n${table(['integration', 'needs', 'while it is off'], rows)}`;
}

function runtime(settings: Reference['runtimeSettings']): string {
  const rows = Object.entries(settings).map(([name, setting]) => [
    `\`${name}\``,
    `${setting.description}.`,
    allowed(setting.format),
    `\`${setting.default}\``,
  ]);
  return `## Run-time settings\n\nRows of \`system_configs\` that no variable stands behind.\n\n${table(
    ['key', 'what it is', 'value', 'default'],
    rows,
  )}`;
}

const legend = `## Variables

🔒: a secret, whose value is never shown. Sources: *infrastructure* is wired by the CDK; *environment* is a literal of
the environment or a key of its secret; *secret* is a key of the JSON secret; *platform* is set by ECS or the image.`;

/** `docs/environment-reference.md`. */
export function referencePage(reference: Reference): string {
  const { groups, features, runtimeSettings } = reference;
  const sections = Object.values(groups).map((group) => section(group, features));
  const parts = [
    introduction,
    legend,
    ...sections,
    integrations(reference),
    runtime(runtimeSettings),
    rotation(groups),
  ];
  return `${parts.join('\n\n')}\n`;
}
