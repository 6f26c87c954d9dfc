import { once } from 'node:events';
import { connect as connectInTheClear } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectWithTls } from 'node:tls';

export interface RedisAddress {
  /** Of 127.0.0.1. */
  readonly port: number;
  readonly tls: boolean;
  readonly password?: string;
}

const written = (command: readonly string[]) =>
  [`*${command.length}`, ...command.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join('\r\n');

/**
 * Sends one command over a connection of its own.
 *
 * @returns the answer as it comes over the wire
 * @throws what Redis answers as an error
 */
export async function askRedis({ port, tls, password }: RedisAddress, command: readonly string[]): Promise<string> {
  const address = { host: '127.0.0.1', port };
  // The certificate's authority is the caller's, and who listens is known.
  const socket = tls ? connectWithTls({ ...address, rejectUnauthorized: false }) : connectInTheClear(address);
  await once(socket, tls ? 'secureConnect' : 'connect');
  const before = password === undefined ? [] : [['AUTH', password]];
  socket.write([...before, command, ['QUIT']].map(written).join(''));
  const answers = await text(socket);
  const [, answer] = (password === undefined ? /^(.+)\+OK\r\n$/s : /^(?:\+OK\r\n)?(.+)\+OK\r\n$/s).exec(answers) ?? [];
  if (answer === undefined)
    throw new Error(`Redis ended before it had answered ${command[0]}; it may have been killed.`);
  if (!answer.startsWith('-')) return answer;
  throw new Error(`Redis answers to ${command[0]}: ${answer.slice(1).split('\r\n', 1)[0]}`);
}
