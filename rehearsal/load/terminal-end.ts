import { WebSocket } from 'ws';
import { ClientAgent } from './client-agent';
import { Diary } from './diary';
import type { Place } from './participant';

export interface TerminalEndProps extends Place {
  readonly role: 'cli' | 'browser';
  /** A CLI has none. */
  readonly origin?: string;
  readonly session: string;
  readonly token: string;
}

interface Message {
  readonly type: string;
  readonly reconnectAfterMs?: number;
}

const openWithinMs = 10_000;
const firstPauseMs = 300;
const longestPauseMs = 3_000;

/** A CLI or a browser at the terminal relay (app-image/src/terminal/protocol.ts), that comes back when it is cut off. */
export class TerminalEnd {
  readonly diary = new Diary();
  private readonly agent: ClientAgent;
  private ws: WebSocket | undefined;
  private target: string | undefined;
  private pauseMs = firstPauseMs;
  private ended = false;
  /** What was said on this connection, with a ping behind it, and has no pong yet. */
  private waiting: number[] = [];
  private line = '';

  constructor(private readonly props: TerminalEndProps) {
    const onTarget = (target: string) => {
      this.target = target;
    };
    this.agent = new ClientAgent({ ...props, onTarget });
    this.connect();
  }

  /** A line, and a ping: its pong comes when the relay has read the line. */
  say(): void {
    const { diary, ws } = this;
    if (!diary.joined || ws?.readyState !== WebSocket.OPEN) return;
    const number = diary.say();
    this.waiting.push(number);
    ws.send(Buffer.from(`${number}\n`));
    ws.send(JSON.stringify({ type: 'ping' }));
  }

  close(): void {
    this.ended = true;
    this.ws?.terminate();
    this.agent.destroy();
  }

  private connect(): void {
    const { host, origin, role, session, token } = this.props;
    const ws = new WebSocket(`wss://${host}/api/terminal/relay`, {
      ...{ agent: this.agent, origin, handshakeTimeout: openWithinMs, perMessageDeflate: false },
    });
    this.ws = ws;
    this.waiting = [];
    this.line = '';
    ws.once('open', () => ws.send(JSON.stringify({ type: 'hello', role, session, token })));
    ws.on('error', ({ message }) => this.diary.refuse(message));
    ws.on('message', (data: Buffer, binary) => (binary ? this.hear(data) : this.obey(JSON.parse(data.toString()), ws)));
    ws.once('close', (code, reason) => this.lost(`${code} ${reason}`.trim()));
  }

  private hear(data: Buffer): void {
    const lines = (this.line + data.toString()).split('\n');
    this.line = lines.pop() ?? '';
    for (const line of lines) this.diary.note('heard', Number(line));
  }

  private obey({ type, reconnectAfterMs = 0 }: Message, ws: WebSocket): void {
    if (type === 'ready') {
      this.pauseMs = firstPauseMs;
      this.diary.join(this.target);
    } else if (type === 'pong') {
      const number = this.waiting.shift();
      if (number !== undefined) this.diary.note('taken', number);
    } else if (type === 'server-draining') {
      setTimeout(() => {
        this.pauseMs = 0;
        ws.close(1000);
      }, reconnectAfterMs);
    }
  }

  private lost(reason: string): void {
    if (this.diary.joined) this.diary.lose(reason);
    else this.diary.refuse(reason);
    if (this.ended) return;
    setTimeout(() => {
      if (!this.ended) this.connect();
    }, this.pauseMs);
    this.pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, this.pauseMs * 2));
  }
}
