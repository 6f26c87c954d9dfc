/** Tasks of the service itself, from the build context that is deployed: as processes, and as containers where an engine runs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freshDatabase, freshRedis } from '../../../app-image/test/stores';
import { issueCertificates } from '../../../local/certificates';
import type { Container, ImageAsset } from '../../../rehearsal/assembly/deployment';
import { compileImage } from '../../../rehearsal/parts/compiled-image';
import { containerEngine } from '../../../rehearsal/parts/container-engine';
import { buildImage } from '../../../rehearsal/parts/image';
import { RUN_LABEL } from '../../../rehearsal/parts/run-folder';
import type { Fault } from '../../../rehearsal/record';
import type { Image, Task } from '../../../rehearsal/release/cluster';
import { eventually } from '../../eventually';
import { container, type FakeRun, fakeRun, serviceOf, written } from './tasks-of-a-run';

const MINUTES = 60_000;
jest.setTimeout(MINUTES);

function deployedAsset(): ImageAsset {
  const assembly = join(process.env.TEST_ASSEMBLIES ?? '', 'deployed');
  const hash = readdirSync(assembly).find((name) => existsSync(join(assembly, name, 'Dockerfile')));
  if (hash === undefined) throw new Error(`${assembly} has no build context with a Dockerfile`);
  return { hash, directory: join(assembly, hash), dockerfile: 'Dockerfile', buildArgs: {} };
}

const engine = containerEngine('docker', process.env);
const hasEngine = process.platform === 'linux' && spawnSync('docker', ['info'], { timeout: 10_000 }).status === 0;
if (!hasEngine) process.stderr.write('service-tasks.test.ts: no containers (SKIPPED: `docker info` does not answer)\n');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let redis: Awaited<ReturnType<typeof freshRedis>>;
let certificates: Awaited<ReturnType<typeof issueCertificates>>;
beforeAll(async () => {
  [database, redis, certificates] = await Promise.all([freshDatabase(), freshRedis(), issueCertificates(['a.test'])]);
});
afterAll(async () => {
  await Promise.all([database?.close(), redis?.close()]);
  certificates?.remove();
});

interface Way {
  readonly name: string;
  readonly run: typeof describe;
  image(asset: ImageAsset, cache: string): Promise<Image>;
  readonly withEngine: { readonly engine?: typeof engine };
}
const ways: Way[] = [
  {
    name: 'as processes',
    run: describe,
    image: async (asset, cache) => ({ revision: asset.hash, folder: await compileImage(asset, cache) }),
    withEngine: {},
  },
  {
    name: 'as containers',
    run: hasEngine ? describe : describe.skip,
    // For machines that cannot reach the default registry.
    image: (asset) => {
      const bases = ['BASE_IMAGE', 'POSTGRES_IMAGE'].flatMap((name) => [[name, process.env[name]]]);
      return buildImage(asset, { engine, buildArgs: Object.fromEntries(bases.filter(([, value]) => value)) });
    },
    withEngine: { engine },
  },
];

for (const { name, run: describeWay, image: imageOf, withEngine } of ways)
  describeWay(`the service's tasks ${name}`, () => {
    let cache: string;
    let image: Image;
    let run: FakeRun;
    beforeAll(async () => {
      cache = mkdtempSync(join(tmpdir(), 'mr-mentor-images-'));
      image = await imageOf(deployedAsset(), cache);
    }, 10 * MINUTES);
    afterAll(() => rmSync(cache, { recursive: true, force: true }));
    beforeEach(() => {
      run = fakeRun({
        ...withEngine,
        platform: { NODE_EXTRA_CA_CERTS: certificates.caFile },
        hostNames: ['database.test', 'cache.test'],
        secretValue: async (arn) => (arn === 'arn:of-password' ? database.environment.DB_PASSWORD : ''),
      });
    });
    afterEach(async () => {
      await run?.close();
      if (!withEngine.engine) return;
      const left = await engine.labelled(RUN_LABEL);
      expect(left.filter(({ value }) => value === run.folder.label)).toEqual([]);
    });

    function startService(role: 'web' | 'worker', fault?: Fault): Promise<Task> {
      const { DB_PASSWORD: _, ...stores } = { ...database.environment, ...redis.environment };
      const service: Container = {
        ...container,
        environment: {
          ...stores,
          ...{ DB_HOST: 'database.test', REDIS_HOST: 'cache.test', HOST: '0.0.0.0', PORT: '8000' },
          ...{ PROCESS_ROLE: role, SHUTDOWN_DRAIN_SECONDS: '1' },
        },
        secrets: { DB_PASSWORD: 'arn:of-password' },
        user: '1001:1001',
        tmpfs: [{ path: '/tmp', sizeMiB: 64, options: ['noexec', 'nosuid', 'nodev'] }],
        ulimits: [{ name: 'nofile', soft: 65_536, hard: 65_536 }],
        stopTimeout: 30,
        healthCheck: {
          command: ['CMD', 'node', 'dist/healthcheck.js'],
          ...{ interval: 0.2, timeout: 10, retries: 2, startPeriod: fault ? 0 : 60 },
        },
      };
      return run.tasks.start({ service: serviceOf(role, service), image, container: service, fault });
    }

    const cpuSharesOf = ({ id }: Task): number => {
      const name = `${basename(run.folder.path)}-${id}`;
      return Number(execFileSync('docker', ['inspect', '--format', '{{.HostConfig.CpuShares}}', name]));
    };

    const healthOf = async (task: Task, health: Task['health']) => {
      // It starts last on a machine that is busy.
      await eventually(() => task.health === health || task.exit !== undefined, { patienceMs: 40_000 });
      expect([task.health, task.exit && task.lastLines()]).toEqual([health, undefined]);
    };

    it('come up healthy with their secrets and their neighbours, and stop in order', async () => {
      const tasks = await Promise.all([startService('web'), startService('worker')]);
      for (const task of tasks) {
        await healthOf(task, 'HEALTHY');
        const response = await fetch(`http://127.0.0.1:${task.port}/api/ready`);
        expect(await response.json()).toMatchObject({ success: true, role: task.role });
        if (withEngine.engine) await eventually(() => cpuSharesOf(task) === container.cpuUnits);
      }
      const exits = await Promise.all(tasks.map((task) => task.stop()));
      expect(exits).toEqual(Array(2).fill({ at: expect.any(Number), code: 0, signal: null, killed: false }));
      expect(tasks[0]?.lastLines()).toContain('listener closing');
    });

    it('are killed when they are still there after their stop timeout', async () => {
      const script = `process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1000); console.log('here')`;
      const deaf: Container = { ...container, command: ['node', '-e', script], stopTimeout: 1 };
      const task = await run.tasks.start({ service: serviceOf('web', deaf), image, container: deaf });
      await written(task, /here/);
      const exit = await task.stop();
      expect(exit.killed).toBe(true);
      expect(exit).toMatchObject(withEngine.engine ? { code: 137, signal: null } : { code: null, signal: 'SIGKILL' });
      expect(task.lastLines(1)).toBe('no');
    });

    it('are unhealthy with a fault that makes them so', async () => {
      await healthOf(await startService('web', 'never-healthy'), 'UNHEALTHY');
    });
  });
