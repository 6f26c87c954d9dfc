import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { loadEnvironment } from '../../src/config/load';
import { Tokens } from '../../src/identity/tokens';
import { farewells } from '../../src/terminal/protocol';
import { relayPath } from '../../src/terminal/relay';

type Message = Readonly<Record<string, unknown>>;

export const tokens = new Tokens(loadEnvironment({ APP_ENV: 'test' }).environment);

/** Of a user of its own, as the limits are not what is tested here. */
export const newToken = (userId: string = randomUUID()) => tokens.issue({ id: userId, role: 'USER' });

export async function call(port: number, token: string, method: string, path = '') {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`http://127.0.0.1:${port}/api/terminal-sessions${path}`, { method, headers });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

export interface Credentials {
  readonly session: string;
  readonly cliToken: string;
  /** Of the owner. */
  readonly token: string;
}

export async function createSession(port: number, token?: string): Promise<Credentials> {
  const shown = token ?? (await newToken());
  const { status, body } = await call(port, shown, 'POST');
  if (status !== 201) throw new Error(`Creating a session ended with ${status}: ${JSON.stringify(body)}`);
  return { session: body.data.sessionId, cliToken: body.data.cliToken, token: shown };
}

/** The relay, or the network, has closed the connection before what was waited for came. */
export class ClosedBefore extends Error {
  constructor(
    readonly code: number,
    reason: string,
  ) {
    super(`The connection closed before that: ${code} ${reason}`);
  }
}

/** A CLI or a browser. */
export class TerminalClient {
  readonly ws: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Of all data up to now. */
  readonly data: Buffer[] = [];
  bytes = 0;
  private readonly hash = createHash('sha256');
  private readonly said: Message[] = [];
  private wake: () => void = () => {};
  private ending: { readonly code: number; readonly reason: string } | undefined;

  constructor(
    readonly port: number,
    /** Keeps what it gets, and not its hash alone. */
    private readonly keeps = true,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.ws = new WebSocket(`ws://127.0.0.1:${port}${relayPath}`, { headers, perMessageDeflate: false });
    this.ws.on('error', () => {});
    this.ws.on('message', (message: Buffer, binary) => {
      if (binary) {
        this.bytes += message.length;
        this.hash.update(message);
        if (this.keeps) this.data.push(message);
      } else this.said.push(JSON.parse(message.toString()));
      this.wake();
    });
    this.closed = new Promise((resolve) => {
      this.ws.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    void this.closed.then((ending) => {
      this.ending = ending;
      this.wake();
    });
  }

  async opened(): Promise<this> {
    await once(this.ws, 'open');
    return this;
  }

  say(message: unknown): void {
    this.ws.send(JSON.stringify(message));
  }

  hello(role: 'cli' | 'browser', { session, cliToken, token }: Credentials): void {
    this.say({ type: 'hello', role, session, token: role === 'cli' ? cliToken : token });
  }

  /** The next text frame that nobody asked for yet. */
  async next(): Promise<Message> {
    await this.until(() => this.said.length > 0);
    return this.said.shift() ?? {};
  }

  async received(bytes: number): Promise<void> {
    await this.until(() => this.bytes >= bytes);
  }

  get text(): string {
    return Buffer.concat(this.data).toString();
  }

  digest(): string {
    return this.hash.copy().digest('hex');
  }

  private async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.ending) throw new ClosedBefore(this.ending.code, this.ending.reason);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

const opened: TerminalClient[] = [];

export async function connect(...given: ConstructorParameters<typeof TerminalClient>): Promise<TerminalClient> {
  const client = new TerminalClient(...given);
  opened.push(client);
  return client.opened();
}

const tries = 10;

/**
 * Connects, says hello and is told that it is there. Who is told to try again does so, as a client has to: a machine with
 * much else to do does not answer for Redis in time.
 */
async function introduce(...[role, port, credentials, keeps]: Parameters<typeof join>) {
  for (let attempt = 1; ; attempt += 1) {
    const client = await connect(port, keeps);
    client.hello(role, credentials);
    try {
      return { client, ready: await client.next() };
    } catch (error) {
      const mayTryAgain = error instanceof ClosedBefore && error.code === farewells.tryAgain.code;
      if (!mayTryAgain || attempt === tries) throw error;
      await sleep(200);
    }
  }
}

/** Connected and told so. */
export async function join(
  role: 'cli' | 'browser',
  port: number,
  credentials: Credentials,
  keeps = true,
): Promise<TerminalClient> {
  const { client, ready } = await introduce(role, port, credentials, keeps);
  if (ready.type !== 'ready') throw new Error(`Not ready: ${JSON.stringify(ready)}`);
  return client;
}

export const peer = (state: 'connected' | 'gone') => ({ type: 'peer', state });

/** A pair that was told of each other, on these processes. */
export async function pair(cliPort: number, browserPort: number, keeps = true) {
  const credentials = await createSession(cliPort);
  const cli = await join('cli', cliPort, credentials, keeps);
  const { client: browser, ready } = await introduce('browser', browserPort, credentials, keeps);
  for (const client of ready.peer === 'connected' ? [cli] : [browser, cli])
    for (let met = false; !met; ) {
      const { type, state } = await client.next();
      met = type === 'peer' && state === 'connected';
    }
  return { cli, browser, credentials };
}

export function disconnectAll(): void {
  for (const { ws } of opened.splice(0)) ws.terminate();
}
