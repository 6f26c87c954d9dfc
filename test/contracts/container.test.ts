/**
 * The container, its task definitions and the smoke test of its releases fit together: the compiled service runs on
 * what the templates say, and each reference that only a deployment resolves is bound to a local part.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { smokeChecks } from '../../lib/config/container';
import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { neededSecrets } from '../../lib/config/generated-secrets';
import { type Certificates, issueCertificates } from '../../local/certificates';
import { type Moto, startMoto } from '../../local/moto';
import { environmentNames, resourcesOf } from '../deployed';
import { motoTests } from '../moto';
import { resolverOf } from './bound-references';
import { killContainers, LocalContainer, localNames, type ProcessRole, variablesOf } from './local-container';
import { hostNames, type LocalParts, startLocalParts, type Variables } from './local-parts';

jest.setTimeout(60_000);

const roles = ['web', 'worker'] as const;

const { found, it: withMoto, why } = motoTests('container.test.ts: no container was run on what the templates say');

let certificates: Certificates;
let moto: Moto;
beforeAll(async () => {
  if (!found) return;
  certificates = await issueCertificates(environmentNames.flatMap((name) => Object.values(hostNames(name))));
  moto = await startMoto();
});
afterAll(async () => {
  await moto?.stop();
  certificates?.remove();
});

const smokeTestOf = (environment: EnvironmentName) =>
  resourcesOf(environment).find(
    ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.Environment?.Variables.BASE_URL,
  );

/** The hook's own code, told what its function would be told, without the waits for a load balancer. */
async function runSmokeTest(variables: Variables): Promise<{ hookStatus: string; results: unknown[] }> {
  const script = `
    const { checks } = await import('./lib/functions/smoke-test/checks.mjs');
    const { readConfiguration } = await import('./lib/functions/smoke-test/configuration.mjs');
    const { runSmokeTest, defaultTiming } = await import('./lib/functions/smoke-test/smoke-test.mjs');
    const timing = { ...defaultTiming, settle: 0, interval: 10, backoff: 10 };
    console.log(JSON.stringify(await runSmokeTest(readConfiguration(process.env, checks), timing)));`;
  const args = ['--require', localNames, '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: join(__dirname, '..', '..'),
    env: { ...variables },
  });
  return JSON.parse(stdout);
}

describe.each(environmentNames)('the containers of %s', (environment) => {
  const { deployment } = environments[environment];
  let parts: LocalParts;
  let containers: Readonly<Record<ProcessRole, LocalContainer>>;

  beforeAll(async () => {
    if (!found) return;
    parts = await startLocalParts(environment, { moto, certificates });
    const [web, worker] = await Promise.all(
      roles.map((role) => LocalContainer.start(variablesOf(environment, role, parts))),
    );
    if (web && worker) containers = { web, worker };
  });
  afterAll(async () => {
    await killContainers();
    await parts?.close();
  });

  withMoto.each(roles)(`come up ready as %s, and find all that they depend on${why}`, async (role) => {
    const container = containers[role];
    await container.logged('listening');
    const { APP_REVISION: revision } = variablesOf(environment, role, parts);
    expect(revision).toMatch(/^[\w.-]{7,}$/);
    expect(await container.get('/api/ready')).toEqual({
      status: 200,
      body: {
        ...{ success: true, environment, role, revision, uptimeSeconds: expect.any(Number) },
        checks: Object.fromEntries(
          ['database', 'redis', 'migrations'].map((name) => [name, { ok: true, ms: expect.any(Number) }]),
        ),
      },
    });

    const { level, report } = await container.logged('start-up report');
    expect(report).toMatchObject({ warnings: [], dependencies: { postgres: { ok: true }, redis: { ok: true } } });
    // A warning would name a bucket that is not there, or an integration that is half-configured.
    expect({ level, report }).toMatchObject({ level: 'info' });
  });

  withMoto(
    `hold the connections to PostgreSQL that their task definitions allow, all of them encrypted${why}`,
    async () => {
      const limitOf = (role: (typeof roles)[number]) =>
        Number(variablesOf(environment, role, parts).DB_CONNECTION_LIMIT);
      // Each request keeps its connection until the lock is gone; nobody can ask that much of a worker.
      const lock = parts.ask('BEGIN; LOCK TABLE system_configs; SELECT pg_sleep(1); COMMIT');
      await Promise.all(
        Array.from({ length: 3 * limitOf('web') }, () => containers.web.get('/api/system-config/any.key')),
      );
      await lock;
      const connections = await parts.ask<{ application_name: string; count: number; encrypted: boolean }>(
        `SELECT application_name, count(*)::int, bool_and(ssl) AS encrypted FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)
       WHERE application_name LIKE 'mr-mentor-%' GROUP BY application_name ORDER BY application_name`,
      );
      expect(connections).toEqual([
        { application_name: 'mr-mentor-web', count: limitOf('web'), encrypted: true },
        { application_name: 'mr-mentor-worker', count: expect.any(Number), encrypted: true },
      ]);
      expect(connections[1]?.count).toBeLessThanOrEqual(limitOf('worker'));
    },
  );

  it(`are ${deployment.strategy === 'blue-green' ? '' : 'not '}smoke-tested when they are released`, () =>
    expect(smokeTestOf(environment) !== undefined).toBe(deployment.strategy === 'blue-green'));

  if (deployment.strategy === 'blue-green')
    withMoto(
      `pass the smoke test of their release, and not that of another environment or revision${why}`,
      async () => {
        const hook = smokeTestOf(environment);
        const stated = Object.entries<unknown>(hook?.Properties.Environment.Variables);
        const variables = Object.fromEntries(stated.map(([name, value]) => [name, parts.resolve('service', value)]));
        const { hostname } = new URL(variables.BASE_URL ?? '');
        const { port } = new URL(containers.web.url);
        // TLS ends at the load balancer, which is not here.
        const BASE_URL = `http://${hostname}:${port}`;
        const run = (change: Variables) => runSmokeTest({ ...parts.platform, ...variables, BASE_URL, ...change });

        expect(await run({})).toMatchObject({
          hookStatus: 'SUCCEEDED',
          results: smokeChecks.map((check) => ({ check, ok: true })),
        });
        const changes: Variables[] = [{ EXPECTED_ENVIRONMENT: 'elsewhere' }, { EXPECTED_REVISION: 'an-older-one' }];
        for (const change of changes)
          expect(await run(change)).toMatchObject({
            hookStatus: 'FAILED',
            results: smokeChecks.map((check) => ({ check, ok: check !== 'health' })),
          });
      },
    );
});

describe('a container of production', () => {
  let parts: LocalParts;
  beforeAll(async () => {
    if (!found) return;
    parts = await startLocalParts('production', { moto, certificates });
  });
  afterAll(async () => {
    await killContainers();
    await parts?.close();
  });

  async function refuseToStart(change: Variables): Promise<LocalContainer> {
    const container = await LocalContainer.start({ ...variablesOf('production', 'web', parts), ...change });
    expect(await container.exited).toBe(1);
    return container;
  }

  withMoto(`names what the secret lacks, and that alone: all of it before anybody has filled it${why}`, async () => {
    const { SECRETS_JSON = '' } = variablesOf('production', 'web', parts);
    const { JWT_SECRET: _, ...others } = JSON.parse(SECRETS_JSON);
    const problems = async (secret: unknown) => {
      const { output } = await refuseToStart({ SECRETS_JSON: JSON.stringify(secret) });
      return Array.from(output.matchAll(/^ {2}- (.+)$/gm), ([, problem]) => problem).sort();
    };
    const missing = (names: readonly string[]) =>
      names.map((name) => `${name}: missing; add it to this environment's secret`).sort();
    expect(await problems(others)).toEqual(missing(['JWT_SECRET']));
    expect(await problems({})).toEqual(missing(neededSecrets({ ...environments.production.settings })));
  });

  withMoto(`does not connect to a server whose authority it does not know${why}`, async () => {
    const stranger = await issueCertificates(['stranger.test']);
    try {
      const { output } = await refuseToStart({ NODE_EXTRA_CA_CERTS: stranger.caFile });
      expect(output).toContain('its certificate is not accepted');
      expect(output).toContain('NODE_EXTRA_CA_CERTS');
    } finally {
      stranger.remove();
    }
  });

  withMoto(`is not ready where it speaks to Redis in the clear${why}`, async () => {
    const container = await LocalContainer.start({
      ...variablesOf('production', 'web', parts),
      REDIS_TLS: 'false',
    });
    await container.logged('listening');
    const { status, body } = await container.get('/api/ready');
    expect(status).toBe(503);
    expect(body).toMatchObject({ checks: { database: { ok: true }, redis: { ok: false } } });
  });

  withMoto(`is not started where a reference is bound to nothing${why}`, () => {
    const unbound = { ...parts, resolve: resolverOf('production', {}) };
    expect(() => variablesOf('production', 'web', unbound)).toThrow(
      /^production\/data: .* it wants the attribute Endpoint.Address of DatabaseInstance\w+, which only a deployment knows; bind /,
    );
    expect(() => parts.resolve('service', { Ref: 'WebTask' })).toThrow(
      'it wants the identifier of WebTask, and the stack',
    );
  });
});
