import { connect, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect as connectTls } from 'node:tls';

/** On this port TLS begins with the first byte; on any other the server greets in the clear. */
const tlsPort = 465;

/** @throws unless the server greets; nobody logs in, since a provider may lock an account that tries too often. */
export async function smtpGreeting(host: string, port: number, signal: AbortSignal): Promise<void> {
  const socket: Socket = port === tlsPort ? connectTls({ host, port, servername: host }) : connect(port, host);
  addAbortSignal(signal, socket.setEncoding('latin1'));
  let greeting = '';
  // Leaving the loop, by whichever way, destroys the socket.
  for await (const chunk of socket) {
    greeting += chunk;
    if (greeting.length < 3) continue;
    const code = /^\d{3}/.exec(greeting)?.[0] ?? 'no SMTP code';
    if (code === '220') return;
    throw new Error(`it greeted with ${code}, not with 220`);
  }
  throw new Error('it closed the connection without a greeting');
}
