import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Collector } from './collector';
import type { LogLine } from './server-process';
import { freshDatabase, freshRedis } from './stores';

export const signingKey = 'a-signing-key-that-nobody-may-ever-read';
const running = new Set<ChildProcess>();
let stores: Awaited<ReturnType<typeof openStores>> | undefined;

const openStores = () => Promise.all([freshDatabase(), freshRedis()]);

/** test/traced-service.cjs as a process: listening, with this environment and those of the stores. */
export async function startTracedService(environment: Readonly<Record<string, string>>) {
  stores ??= await openStores();
  const [database, redis] = stores;
  const child = spawn(process.execPath, [join(__dirname, 'traced-service.cjs')], {
    env: { APP_ENV: 'test', JWT_SECRET: signingKey, ...database.environment, ...redis.environment, ...environment },
  });
  running.add(child);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'close').then(() => running.delete(child));
  const logged = async (msg: string): Promise<LogLine> => {
    for (let waited = 0; waited < 15_000; waited += 10) {
      const line = output.split('\n').find((candidate) => candidate.startsWith('{') && candidate.includes(`"${msg}"`));
      if (line?.endsWith('}')) return JSON.parse(line);
      await sleep(10);
    }
    throw new Error(`The service never logged "${msg}". It wrote:\n${output}`);
  };
  const { port, modules } = await logged('listening');
  return {
    modules,
    logged,
    output: () => output,
    get: (path: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers }).then(({ status }) => status),
    async stop() {
      child.kill('SIGTERM');
      await exited;
      return await logged('telemetry is shut down');
    },
  };
}

export async function startTraced(environment: Readonly<Record<string, string>> = {}) {
  const collector = new Collector();
  const endpoint = await collector.start();
  const service = await startTracedService({
    OTEL_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    ...environment,
  });
  return { collector, service, endpoint };
}

export async function stopTracedServices(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all((stores ?? []).map((store) => store.close()));
  stores = undefined;
}
