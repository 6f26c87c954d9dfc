import { setTimeout as sleep } from 'node:timers/promises';
import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { stopServers } from '../server-process';
import { randomFrames, randomNumbers } from '../terminal/frames';
import {
  type Credentials,
  call,
  connect,
  createSession,
  disconnectAll,
  join,
  pair,
  peer,
  type TerminalClient,
} from '../terminal/terminal-client';
import { tell } from './outcomes';
import { type Service, startAgain, startService, until, variablesOf } from './service';

let postgres: Postgres;
let redis: Redis;
let services: [Service, Service];

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis({ appendonly: true })]);
  const environment = { ...(await variablesOf(postgres, redis)), SHUTDOWN_DRAIN_SECONDS: '1' };
  services = [await startService(environment), await startService(environment)];
  for (const { port } of services) await takesTerminals(port);
}, 60_000);
afterEach(disconnectAll);
afterAll(async () => {
  await stopServers();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

const ports = () => services.map(({ port }) => port) as [number, number];
const errorsOf = ({ process }: Service) =>
  process.logs.filter(({ level, msg, err }) => {
    const toBeSaid = msg === 'redis is away' || (err as { code?: string } | undefined)?.code === 'TERMINAL_UNAVAILABLE';
    return level === 'fatal' || (level === 'error' && !toBeSaid);
  });

async function exchange(cli: TerminalClient, browser: TerminalClient): Promise<void> {
  const [cliBytes, browserBytes] = [cli.bytes, browser.bytes];
  cli.ws.send(Buffer.from('to the browser'));
  browser.ws.send(Buffer.from('to the cli'));
  await Promise.all([browser.received(browserBytes + 14), cli.received(cliBytes + 10)]);
}

/** A process does so a moment after it listens. */
async function takesTerminals(port: number): Promise<void> {
  let credentials: Credentials | undefined;
  await until(
    async () => {
      credentials = await createSession(port).catch(() => undefined);
      return credentials !== undefined;
    },
    10_000,
    'a process that has found Redis',
  );
  const { ws } = await joinAgain('cli', port, credentials as Credentials);
  ws.terminate();
}

async function restart(index: 0 | 1): Promise<void> {
  services[index] = await startAgain(services[index].environment);
  await takesTerminals(services[index].port);
}

/** Again and again until it works, as a client has to. */
async function joinAgain(...[role, port, credentials]: Parameters<typeof join>): Promise<TerminalClient> {
  let joined: TerminalClient | undefined;
  await until(
    async () => {
      joined = await join(role, port, credentials).catch(() => undefined);
      return joined !== undefined;
    },
    10_000,
    'a relay that takes terminals',
  );
  return joined as TerminalClient;
}

describe.each([
  ['is killed', 'SIGKILL'],
  ['hangs', 'SIGSTOP'],
] as const)('when a process %s', (how, signal) => {
  it('the other end of its terminals is told within seconds, and its client goes on elsewhere', async () => {
    const [here, there] = ports();
    const { cli, browser, credentials } = await pair(here, there);
    const began = performance.now();
    services[1].process.kill(signal);
    expect(await cli.next()).toEqual(peer('gone'));
    const toldMs = Math.round(performance.now() - began);
    tell(`a process with the other end ${how}`, [], { toldMs });
    expect(toldMs).toBeLessThan(9_500);
    if (signal === 'SIGKILL') expect((await browser.closed).code).toBe(1006);

    cli.ws.send(Buffer.from('meanwhile'));
    const again = await join('browser', here, credentials);
    await again.received(9);
    await exchange(cli, again);

    if (signal === 'SIGSTOP') {
      // The one that hung goes on, and finds its client replaced.
      services[1].process.kill('SIGCONT');
      expect((await browser.closed).code).toBe(4409);
      await exchange(cli, again);
      expect(errorsOf(services[1])).toEqual([]);
    } else {
      await services[1].process.exited;
      await restart(1);
    }
    await exchange(cli, again);
    expect(errorsOf(services[0])).toEqual([]);
  }, 60_000);
});

it('when a process hangs for a while, and nobody took its place, the pair is joined again', async () => {
  const { cli, browser } = await pair(...ports());
  services[1].process.kill('SIGSTOP');
  expect(await cli.next()).toEqual(peer('gone'));
  cli.ws.send(Buffer.from('meanwhile'));
  services[1].process.kill('SIGCONT');
  expect(await cli.next()).toEqual(peer('connected'));
  await browser.received(9);
  await exchange(cli, browser);
}, 60_000);

describe.each([
  ['is killed and restarted', () => redis.kill(), () => redis.restart()],
  [
    'hangs and goes on',
    async () => void process.kill(redis.pid, 'SIGSTOP'),
    async () => void process.kill(redis.pid, 'SIGCONT'),
  ],
])('while Redis %s', (_how, goAway, comeBack) => {
  it('pairs of one process go on; those of two are told, and joined again; others are told to try again', async () => {
    const [here, there] = ports();
    const local = await pair(here, here);
    const across = await pair(here, there);
    const waiting = await createSession(here);
    await goAway();
    for (const end of [across.cli, across.browser]) expect(await end.next()).toEqual(peer('gone'));
    await exchange(local.cli, local.browser);

    const late = await connect(here);
    late.hello('cli', waiting);
    expect((await late.closed).code).toBe(1013);
    expect(await call(here, waiting.token, 'POST')).toMatchObject({
      status: 503,
      body: { code: 'TERMINAL_UNAVAILABLE' },
    });
    across.cli.ws.send(Buffer.from('meanwhile'));
    // Longer than a process may be silent.
    await sleep(7_000);
    await exchange(local.cli, local.browser);

    await comeBack();
    for (const end of [across.cli, across.browser]) expect(await end.next()).toEqual(peer('connected'));
    await across.browser.received(9);
    await exchange(across.cli, across.browser);
    await exchange(local.cli, local.browser);
    await joinAgain('cli', here, waiting);
    for (const service of services) expect(errorsOf(service)).toEqual([]);
  }, 90_000);
});

it('under load a process that is told to end closes its terminals with a reason, and those go on elsewhere', async () => {
  const [here, there] = ports();
  const pairs = await Promise.all(
    Array.from({ length: 10 }, (_, index) => pair(here, index % 2 ? here : there, false)),
  );
  let running = true;
  const talk = async ({ ws }: TerminalClient) => {
    const { frames } = randomFrames(200_000, 3);
    for (let index = 0; running && ws.readyState === ws.OPEN; index += 1) {
      await new Promise((resolve) => ws.send(frames[index % frames.length] ?? '', resolve));
      // Or this process would write for ever, and read nothing.
      await new Promise(setImmediate);
    }
  };
  const talking = pairs.flatMap(({ cli, browser }) => [talk(cli), talk(browser)]);
  await sleep(1_000);
  services[0].process.kill('SIGTERM');
  const closings = await Promise.all(
    pairs.flatMap(({ cli, browser }) => (browser.port === here ? [cli.closed, browser.closed] : [cli.closed])),
  );
  expect(new Set(closings.map(({ code, reason }) => `${code} ${reason}`))).toEqual(
    new Set(['1012 This process ends: connect again, to another one']),
  );
  expect(await services[0].process.exited).toEqual({ code: 0, signal: null });
  expect(errorsOf(services[0])).toEqual([]);

  // Those on the other process are there still, and their CLIs find them there.
  for (const { browser, credentials } of pairs.filter((each) => each.browser.port === there)) {
    const cli = await join('cli', there, credentials, false);
    await exchange(cli, browser).catch(() => {});
    expect(browser.ws.readyState).toBe(1);
  }
  running = false;
  await Promise.all(talking);
  expect(errorsOf(services[1])).toEqual([]);
  await restart(0);
}, 90_000);

it('however ends come and go, on both processes, those who are left are one pair', async () => {
  const random = randomNumbers(20_261_122);
  const anyPort = () => ports()[random() < 0.5 ? 0 : 1];
  const sessions = await Promise.all(Array.from({ length: 8 }, () => createSession(ports()[0])));
  await Promise.all(
    sessions.map(async (credentials) => {
      const last: Partial<Record<'cli' | 'browser', TerminalClient>> = {};
      for (let step = 0; step < 40; step += 1) {
        const role = random() < 0.5 ? 'cli' : 'browser';
        if (random() < 0.5) last[role]?.ws.terminate();
        last[role] = await join(role, anyPort(), credentials, false);
      }
      // Each was admitted after all others of its role.
      const cli = await join('cli', anyPort(), credentials);
      const browser = await join('browser', anyPort(), credentials);
      // Until each has been told of the other, it may speak to the one before.
      await until(
        async () => {
          for (const { ws } of [cli, browser]) ws.send(Buffer.from('.'));
          return cli.bytes > 0 && browser.bytes > 0;
        },
        20_000,
        'the last two of a session',
      );
      await exchange(cli, browser);
      expect([cli.text, browser.text]).toEqual([
        expect.stringMatching(/to the cli\.*$/),
        expect.stringMatching(/to the browser\.*$/),
      ]);
    }),
  );
  for (const service of services) expect(errorsOf(service)).toEqual([]);
}, 90_000);
