/**
 * The container, its task definitions and the smoke test of its releases fit together: the service runs on what the
 * templates say, as a rehearsal of its release runs it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheConnectionsPerProcess } from '../../lib/config/capacity';
import { smokeChecks } from '../../lib/config/container';
import { environments } from '../../lib/config/environments';
import { neededSecrets } from '../../lib/config/generated-secrets';
import { issueCertificates } from '../../local/certificates';
import { type Moto, startMoto } from '../../local/moto';
import { readDeployment } from '../../rehearsal/assembly/read-deployment';
import type { Task } from '../../rehearsal/release/cluster';
import { hookInvoker } from '../../rehearsal/release/hook';
import { TearDown } from '../../rehearsal/tear-down';
import { environmentNames } from '../deployed';
import { motoTests } from '../moto';
import { deployed, endpoints } from '../rehearsal/assembly/endpoints';
import { written } from '../rehearsal/parts/tasks-of-a-run';
import { openSite, type Role, type Site, start, type Variables } from './local-site';

jest.setTimeout(60_000);

const roles = ['web', 'worker'] as const;

const { found, it: withMoto, why } = motoTests('container.test.ts: no container was run on what the templates say');

let moto: Moto;
beforeAll(async () => {
  if (found) moto = await startMoto();
});
afterAll(() => moto?.stop());

/** All that it has written. */
const logOf = ({ logs }: Site, { id }: Task): string => readFileSync(join(logs, `${id}.log`), 'utf8');

/** The line of its log that says this. */
async function logged(site: Site, task: Task, msg: string) {
  await written(task, new RegExp(`^info  ${msg}`, 'm'));
  const lines = logOf(site, task).split('\n');
  return JSON.parse(lines.find((line) => line.includes(`"msg":"${msg}"`)) ?? '');
}

async function get({ port }: Task, path: string) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, body: await response.json() };
}

/** The function that is deployed, asked about a task without the load balancer, where TLS would end. */
async function runSmokeTest({ deployment, certificates }: Site, { port }: Task, change: Variables = {}) {
  const [hook] = deployment.web.blueGreen?.hooks ?? [];
  if (hook === undefined) throw new Error(`${deployment.environment} has no smoke test`);
  const log: string[] = [];
  const ask = hookInvoker({
    ...{ account: deployment.account, region: deployment.region, cluster: 'test', service: 'web' },
    ...{ hosts: [endpoints.loadBalancer.host], port, caFile: certificates.caFile, speed: 1000 },
    localNames: join(__dirname, '..', '..', 'rehearsal', 'parts', 'local-names.cjs'),
    onLog: (_, lines) => log.push(...lines),
  });
  const { hostname } = new URL(hook.environment.BASE_URL ?? '');
  const environment = { ...hook.environment, BASE_URL: `http://${hostname}:${port}`, ...change };
  const question = { stage: 'POST_TEST_TRAFFIC_SHIFT', weights: { target: 100, source: 0 } } as const;
  const { hookStatus } = await ask({ ...hook, environment }, question, new AbortController().signal);
  const results = log.map((line) => JSON.parse(line)).filter(({ check }) => check !== undefined);
  return { hookStatus, checks: Object.fromEntries(results.map(({ check, ok }) => [check, ok])) };
}

describe.each(environmentNames)('the containers of %s', (environment) => {
  const tearDown = new TearDown();
  let site: Site;
  let running: Readonly<Record<Role, Task>>;
  const environmentOf = (role: Role) => site.deployment[role].container.environment;

  beforeAll(async () => {
    if (!found) return;
    site = await openSite(environment, moto, tearDown);
    const [web, worker] = await Promise.all([start(site, 'web'), start(site, 'worker')]);
    running = { web, worker };
  });
  afterAll(() => tearDown.run());

  withMoto.each(roles)(`come up ready as %s, and find all that they depend on${why}`, async (role) => {
    await logged(site, running[role], 'listening');
    const { APP_REVISION: revision } = environmentOf(role);
    expect(revision).toMatch(/^[\w.-]{7,}$/);
    expect(await get(running[role], '/api/ready')).toEqual({
      status: 200,
      body: {
        ...{ success: true, environment, role, revision, uptimeSeconds: expect.any(Number) },
        checks: Object.fromEntries(
          ['database', 'redis', 'migrations'].map((name) => [name, { ok: true, ms: expect.any(Number) }]),
        ),
      },
    });

    const { level, report } = await logged(site, running[role], 'start-up report');
    expect(report).toMatchObject({ warnings: [], dependencies: { postgres: { ok: true }, redis: { ok: true } } });
    // A warning would name a bucket that is not there, or an integration that is half-configured.
    expect({ level, report }).toMatchObject({ level: 'info' });
  });

  withMoto(`hold as many connections to Redis as the capacity model says${why}`, async () => {
    await Promise.all(roles.map((role) => logged(site, running[role], 'listening')));
    const clients = await site.cache.ask('CLIENT', 'LIST');
    // Without a replica, and without the one that asks.
    const ours = clients.split('\n').filter((client) => /^id=/.test(client) && !/ flags=S | cmd=client/.test(client));
    const names = ours.map((client) => / name=(\S*)/.exec(client)?.[1]);
    expect(names).toHaveLength(cacheConnectionsPerProcess.web + cacheConnectionsPerProcess.worker);
  });

  withMoto(
    `hold the connections to PostgreSQL that their task definitions allow, all of them encrypted${why}`,
    async () => {
      const limitOf = (role: Role) => Number(environmentOf(role).DB_CONNECTION_LIMIT);
      // Each request keeps its connection until the lock is gone; nobody can ask that much of a worker.
      const lock = site.database.ask('BEGIN; LOCK TABLE system_configs; SELECT pg_sleep(1); COMMIT');
      const requests = Array.from({ length: 3 * limitOf('web') }, () => get(running.web, '/api/system-config/any.key'));
      await Promise.all([lock, ...requests]);
      const connections = await site.database.ask<{ application_name: string; count: number; encrypted: boolean }>(
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

  const { strategy } = environments[environment].deployment;
  it(`are ${strategy === 'blue-green' ? '' : 'not '}smoke-tested when they are released`, () => {
    const { blueGreen } = readDeployment({ assembly: deployed, environment, endpoints }).web;
    expect(blueGreen?.hooks.length ?? 0).toBe(strategy === 'blue-green' ? 1 : 0);
  });

  if (strategy === 'blue-green')
    withMoto(
      `pass the smoke test of their release, and not that of another environment or revision${why}`,
      async () => {
        const passed = Object.fromEntries(smokeChecks.map((check) => [check, true]));
        expect(await runSmokeTest(site, running.web)).toEqual({ hookStatus: 'SUCCEEDED', checks: passed });
        const changes: Variables[] = [{ EXPECTED_ENVIRONMENT: 'elsewhere' }, { EXPECTED_REVISION: 'an-older-one' }];
        for (const change of changes)
          expect(await runSmokeTest(site, running.web, change)).toEqual({
            hookStatus: 'FAILED',
            checks: { ...passed, health: false },
          });
      },
    );

  if (environment !== 'production') return;

  async function refuseToStart(change: Variables): Promise<string> {
    const task = await start(site, 'web', change);
    expect(await task.exited).toMatchObject({ code: 1 });
    return logOf(site, task);
  }

  withMoto(`name what the secret lacks, and that alone: all of it before anybody has filled it${why}`, async () => {
    const { JWT_SECRET: _, ...others } = await site.secrets.application();
    const problems = async (secret: object) => {
      const output = await refuseToStart({ SECRETS_JSON: JSON.stringify(secret) });
      return Array.from(output.matchAll(/^ {2}- (.+)$/gm), ([, problem]) => problem).sort();
    };
    const missing = (names: readonly string[]) =>
      names.map((name) => `${name}: missing; add it to this environment's secret`).sort();
    expect(await problems(others)).toEqual(missing(['JWT_SECRET']));
    expect(await problems({})).toEqual(missing(neededSecrets({ ...environments.production.settings })));
  });

  withMoto(`do not connect to a server whose authority they do not know${why}`, async () => {
    const stranger = await issueCertificates(['stranger.test']);
    try {
      const output = await refuseToStart({ NODE_EXTRA_CA_CERTS: stranger.caFile });
      expect(output).toContain('its certificate is not accepted');
      expect(output).toContain('NODE_EXTRA_CA_CERTS');
    } finally {
      stranger.remove();
    }
  });

  withMoto(`are not ready where they speak to Redis in the clear${why}`, async () => {
    const task = await start(site, 'web', { REDIS_TLS: 'false' });
    await logged(site, task, 'listening');
    const { status, body } = await get(task, '/api/ready');
    expect(status).toBe(503);
    expect(body).toMatchObject({ checks: { database: { ok: true }, redis: { ok: false } } });
  });
});
