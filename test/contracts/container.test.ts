import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { environmentNames, resourcesOf } from '../deployed';

type Variables = Record<string, string>;
const root = join(__dirname, '..', '..');

/** What the template states; what only a deployment knows has any value, as the container connects to nothing yet. */
const stated = (variables: readonly { Name: string; Value: unknown }[]): Variables =>
  Object.fromEntries(
    variables.map(({ Name, Value }) => [Name, typeof Value === 'string' ? Value : 'known-when-deployed']),
  );

function taskVariables(environment: (typeof environmentNames)[number], processRole: string): Variables {
  const tasks = resourcesOf(environment)
    .filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition')
    .map(({ Properties }) => stated(Properties.ContainerDefinitions[0].Environment));
  const found = tasks.find(({ PROCESS_ROLE }) => PROCESS_ROLE === processRole);
  if (found === undefined) throw new Error(`no ${processRole} task in ${environment}`);
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

let container: ChildProcess | undefined;
afterEach(() => container?.kill('SIGKILL'));

/** The container's own code, told what ECS would tell it; only the address is this machine's. */
async function start(variables: Variables): Promise<string> {
  const port = await freePort();
  container = spawn(process.execPath, ['--require', 'tsx/cjs', 'src/main.ts'], {
    cwd: join(root, 'app-image'),
    env: { PATH: process.env.PATH, ...variables, HOST: '127.0.0.1', PORT: String(port) },
  });
  let output = '';
  container.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  container.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (output.includes('"listening"')) return `http://127.0.0.1:${port}`;
    if (container.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the container did not start:\n${output}`);
}

/** The hook's own code, told what its function would be told, against green on this machine. */
function smokeTest(variables: Variables): { hookStatus: string; results: unknown[] } {
  const script = `
    const { checks } = await import('./lib/functions/smoke-test/checks.mjs');
    const { readConfiguration } = await import('./lib/functions/smoke-test/configuration.mjs');
    const { runSmokeTest, defaultTiming } = await import('./lib/functions/smoke-test/smoke-test.mjs');
    const timing = { ...defaultTiming, settle: 0, interval: 10, backoff: 10 };
    console.log(JSON.stringify(await runSmokeTest(readConfiguration(process.env, checks), timing)));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...variables },
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.each(environmentNames)('the container of %s', (environment) => {
  const hook = resourcesOf(environment).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' &&
      Properties.Handler === 'index.handler' &&
      Properties.Environment?.Variables.BASE_URL,
  );

  it('starts as web and as worker with the variables of its task definitions', async () => {
    for (const processRole of ['web', 'worker']) {
      const url = await start(taskVariables(environment, processRole));
      const health = await (await fetch(`${url}/api/health`)).json();
      expect(health).toMatchObject({ success: true, environment, role: processRole });
      container?.kill('SIGKILL');
    }
  });

  if (hook !== undefined)
    it('passes the smoke test of its release, and would not pass that of another environment', async () => {
      const BASE_URL = await start(taskVariables(environment, 'web'));
      const variables: Variables = { ...hook.Properties.Environment.Variables, BASE_URL, CONNECT_TO: '127.0.0.1' };
      expect(smokeTest(variables)).toMatchObject({ hookStatus: 'SUCCEEDED' });
      expect(smokeTest({ ...variables, EXPECTED_ENVIRONMENT: 'elsewhere' })).toMatchObject({ hookStatus: 'FAILED' });
    });

  it('is smoke-tested where its releases are blue-green', () =>
    expect(hook !== undefined).toBe(environment !== 'development'));
});
