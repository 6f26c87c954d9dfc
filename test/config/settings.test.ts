import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '../../app-image/src/config/contract';
import type { Variable } from '../../app-image/src/config/variable';
import { environments } from '../../lib/config/environments';
import { checkSettings } from '../../lib/config/settings';

const configs = Object.values(environments);
const variables = Object.entries<Variable>(contract);

it.each(configs.map((env) => [env.name, env] as const))('what %s states, its container would take', (_, env) => {
  expect(checkSettings(env)).toEqual([]);
});

it.each(configs.map((env) => [env.name, env] as const))('pages that %s names may call its API', (_, env) => {
  const { FRONTEND_URL, MR_HIRE_FRONTEND_URL } = env.settings;
  for (const page of [FRONTEND_URL, MR_HIRE_FRONTEND_URL])
    if (page !== undefined) expect(env.origins).toContain(new URL(page).origin);
});

it('a variable that becomes required has to be stated, in every environment', () => {
  const stricter: Readonly<Record<string, Variable>> = {
    ...contract,
    REGION_OF_TAXES: { description: 'x', source: 'environment', type: 'text', required: 'deployed' },
  };
  expect(configs.flatMap((env) => checkSettings(env, stricter))).toEqual(
    configs.map(
      ({ name }) => `${name}.settings.REGION_OF_TAXES: missing, and the container does not start without it; state it.`,
    ),
  );
});

it('an exporter of traces has to know where to, unless its secret does', () => {
  const withSettings = (settings: object) =>
    checkSettings({ ...environments.production, settings: { ...environments.production.settings, ...settings } });
  expect(withSettings({ OTEL_EXPORTER: 'otlp' })).toEqual([
    'production.settings.OTEL_EXPORTER_OTLP_ENDPOINT: missing, but OTEL_EXPORTER asks for it; set it or choose another one there.',
  ]);
  expect(withSettings({ OTEL_EXPORTER: 'honeycomb' })).toEqual([]);
  expect(withSettings({ AWS_ENDPOINT_URL: 'http://emulator.internal:5000' })).toEqual([
    'production.settings.AWS_ENDPOINT_URL: ECS, the image or Node sets it; remove it.',
  ]);
});

it('a secret is not repeated, wherever the contract has it', () => {
  for (const [name, { secret }] of variables)
    if (secret) {
      const settings = { ...environments.staging.settings, [name]: 'never-to-be-seen' };
      const sentences = checkSettings({ ...environments.staging, settings });
      expect(sentences).toEqual([expect.stringContaining(`staging.settings.${name}: `)]);
      expect(sentences.join()).not.toContain('never-to-be-seen');
    }
});

describe('docs/first-deployment.md', () => {
  const steps = readFileSync(join(__dirname, '..', '..', 'docs', 'first-deployment.md'), 'utf8').split(/^(?=\d\. )/m);
  const [step = ''] = steps.filter((each) => each.startsWith('6. '));
  const named = new Set(step.match(/`[A-Z][A-Z0-9_]+`/g)?.map((name) => name.slice(1, -1)));

  /** What the secret must hold, or no container starts: the required ones, and the rest of what settings begin. */
  const needed = variables.flatMap(([name, { source, required, feature }]) => {
    if (source !== 'secret') return [];
    const begun = variables.filter(
      ([other, variable]) =>
        variable.feature === feature &&
        variable.required === 'feature' &&
        configs.some(({ settings }) => other in settings),
    );
    return required === 'deployed' || (required === 'feature' && begun.length > 0) ? [name] : [];
  });

  it('names what must be in the secret before a container starts', () => {
    expect(needed).toContain('JWT_SECRET');
    expect(needed.filter((name) => !named.has(name))).toEqual([]);
  });

  it('and names nothing that the contract does not have', () => {
    expect([...named].filter((name) => !(name in contract))).toEqual([]);
  });
});
