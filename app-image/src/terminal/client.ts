import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Logger } from '../log';
import type { Admission } from './admission';
import { Connection } from './connection';
import { End } from './end';
import { type HeartbeatProps, keepAlive } from './heartbeat';
import { type Farewell, farewells, largestControlBytes, readControl, readHello } from './protocol';
import type { Switchboard } from './switchboard';

export interface ClientProps {
  readonly admission: Admission;
  readonly switchboard: Switchboard;
  readonly heartbeat: HeartbeatProps;
  readonly helloWithinMs: number;
  readonly log: Logger;
  readonly onAdmitted: () => void;
  readonly onClosed: () => void;
}

/** A connection from its upgrade to its close: a stranger that says hello, and gets a place or is sent away. */
export class Client {
  private readonly connection: Connection;
  private readonly hurry: NodeJS.Timeout;
  private hasSpoken = false;
  private end: End | undefined;
  private stopCounting: () => void;

  constructor(
    ws: WebSocket,
    socket: Socket,
    private readonly props: ClientProps,
  ) {
    this.connection = new Connection(ws, socket);
    this.hurry = setTimeout(() => this.close(farewells.helloTimeout), props.helloWithinMs);
    this.stopCounting = limitBytes(socket, () => this.connection.closeUnheard(farewells.tooBig));
    keepAlive(ws, socket, props.heartbeat);
    ws.on('message', (data: Buffer, binary) => this.hear(data, binary));
    // It says goodbye by itself, with the code for what is wrong.
    ws.on('error', ({ message }) => props.log.debug({ reason: message }, 'terminal sent what is no WebSocket'));
    ws.once('close', () => {
      clearTimeout(this.hurry);
      if (this.end) props.switchboard.leave(this.end);
      props.onClosed();
    });
  }

  /** At a moment of its own within this time, or all would come at once. */
  tellDraining(withinMs: number): void {
    this.connection.tell({ type: 'server-draining', reconnectAfterMs: Math.floor(Math.random() * withinMs) });
  }

  close(farewell: Farewell): void {
    this.connection.close(farewell);
    if (this.end) this.props.switchboard.leave(this.end);
  }

  private hear(data: Buffer, binary: boolean): void {
    if (!this.connection.isOpen) return;
    if (this.end === undefined) this.introduce(data, binary);
    else if (binary) this.end.say(data, true);
    else this.obey(this.end, data);
  }

  private obey(end: End, data: Buffer): void {
    if (data.length > largestControlBytes) return void this.close(farewells.tooBig);
    const meaning = readControl(data);
    if (meaning === undefined) this.close(farewells.badControl);
    else if (meaning === 'for the peer') end.say(data, false);
    // Who asks and does not listen gets no answer, or answers would pile up.
    else if (!this.connection.isBehind) this.connection.tell({ type: 'pong' });
  }

  private introduce(data: Buffer, binary: boolean): void {
    if (this.hasSpoken) return void this.close(farewells.tooEarly);
    this.hasSpoken = true;
    clearTimeout(this.hurry);
    if (data.length > largestControlBytes) return void this.close(farewells.tooBig);
    const hello = binary ? undefined : readHello(data);
    if (hello === undefined) return void this.close(farewells.badHello);
    void this.props.admission.admit(hello).then((answer) => {
      if ('code' in answer) return this.close(answer);
      const end = new End({ ...answer, connection: this.connection });
      if (!this.connection.isOpen) return this.props.switchboard.leave(end);
      this.stopCounting();
      this.end = end;
      this.props.onAdmitted();
      this.props.switchboard.join(end, answer.other);
    });
  }
}

/** A stranger may not make this process hold more than a hello. @returns what ends it */
function limitBytes(socket: Socket, onTooMany: () => void): () => void {
  // As long as the longest hello, with the frame around it.
  let left = largestControlBytes + 14;
  const count = ({ length }: Buffer) => {
    if (left >= length) left -= length;
    else {
      socket.off('data', count);
      onTooMany();
    }
  };
  socket.on('data', count);
  return () => socket.off('data', count);
}
