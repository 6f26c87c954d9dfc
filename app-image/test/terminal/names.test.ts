import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import * as envelope from '../../src/terminal/envelope';
import { channelOf } from '../../src/terminal/keys';
import { type StartedServer, stopServers, stores } from '../server-process';
import { connectRedis } from '../store-clients';
import { startRelays } from './relay-process';
import { createSession, disconnectAll, join, peer } from './terminal-client';

type Here = envelope.Envelope & { readonly kind: 'here' };

let relay: StartedServer;
let redis: Redis;
let subscriber: Redis;
beforeAll(async () => {
  [relay] = (await startRelays(1)) as [StartedServer];
  redis = connectRedis(await stores());
  subscriber = connectRedis(await stores());
}, 30_000);
afterEach(disconnectAll);
afterAll(async () => {
  redis?.disconnect();
  subscriber?.disconnect();
  await stopServers();
});

/** The browser of a session, on a process that this test plays. */
class OtherProcess {
  private readonly heard: Here[] = [];
  private wake = () => {};

  private constructor(readonly session: string) {
    subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      const word = envelope.open(message);
      if (channel.toString() !== channelOf(session, 'browser') || word?.kind !== 'here') return;
      this.heard.push(word);
      this.wake();
    });
  }

  static async of(session: string): Promise<OtherProcess> {
    const process = new OtherProcess(session);
    await subscriber.subscribe(channelOf(session, 'browser'));
    return process;
  }

  async says(message: Buffer): Promise<void> {
    await redis.publish(channelOf(this.session, 'cli'), message);
  }

  /** @returns by which name the CLI answers to this one */
  async answerTo(name: string): Promise<string> {
    for (;;) {
      const found = this.heard.find(({ to }) => to === name);
      this.heard.length = 0;
      if (found) return found.from;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

async function met() {
  const credentials = await createSession(relay.port);
  const cli = await join('cli', relay.port, credentials);
  const other = await OtherProcess.of(credentials.session);
  const process = randomUUID();
  // Or the relay would soon take the other process for gone.
  await redis.set(`terminal:process:${process}`, 1, 'EX', 60);
  const [seat, browser] = [`${process}/1`, envelope.newEndId()];
  await other.says(envelope.here(browser, '', 10, seat));
  expect(await cli.next()).toEqual(peer('connected'));
  return { cli, other, seat, name: await other.answerTo(browser) };
}

const x = [{ data: Buffer.from('x'), binary: true }];

it('an end keeps the name by which it is spoken to, whatever the other one is called by now', async () => {
  const { cli, other, seat, name } = await met();
  for (const round of [1, 2, 3]) {
    const renamed = envelope.newEndId();
    await other.says(envelope.here(renamed, name, 10, seat));
    expect(await other.answerTo(renamed)).toBe(name);
    await other.says(envelope.data(renamed, name, x));
    await cli.received(round);
  }
});

it('an end that is spoken to by a name of before says what it is called now, also when it has a peer', async () => {
  const { cli, other, seat, name } = await met();
  const renamed = envelope.newEndId();
  await other.says(envelope.here(renamed, envelope.newEndId(), 10, seat));
  expect(await other.answerTo(renamed)).toBe(name);
  await other.says(envelope.here(renamed, name, 10, seat));
  expect(await other.answerTo(renamed)).toBe(name);
  await other.says(envelope.data(renamed, name, x));
  await cli.received(1);
});
