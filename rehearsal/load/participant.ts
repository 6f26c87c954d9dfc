import { io, type Socket } from 'socket.io-client';
import { ClientAgent, type ClientAgentProps } from './client-agent';
import { Diary } from './diary';

export interface Place extends Pick<ClientAgentProps, 'entrance' | 'address'> {
  readonly host: string;
}

export interface ParticipantProps extends Place {
  readonly origin: string;
  readonly token: string;
  readonly meetingId: string;
  readonly transport: 'websocket' | 'polling';
}

type Answer = { readonly ok: boolean; readonly code?: string };

const joinWithinMs = 10_000;
const joinAgainMs = 500;

/** A browser in a meeting: it comes back by itself when it loses its connection, as the platform's pages do. */
export class Participant {
  readonly diary = new Diary();
  private readonly socket: Socket;
  private readonly agent: ClientAgent;
  private target: string | undefined;

  constructor(private readonly props: ParticipantProps) {
    const { host, origin, token, transport } = props;
    const onTarget = (target: string) => {
      this.target = target;
    };
    this.agent = new ClientAgent({ ...props, onTarget });
    this.socket = io(`https://${host}`, {
      ...{ forceNew: true, transports: [transport], auth: { token }, extraHeaders: { origin } },
      // Long polling is of one process: the client has to show the load balancer's cookie.
      withCredentials: transport === 'polling',
      // The types only know the one of browsers.
      agent: this.agent as never,
    });
    this.listen();
  }

  say(): void {
    if (!this.diary.joined) return;
    const number = this.diary.say();
    this.socket.emit('chat-message', { text: String(number) }, ({ ok }: Answer) => {
      if (ok) this.diary.note('taken', number);
    });
  }

  close(): void {
    this.socket.disconnect();
    this.agent.destroy();
  }

  private listen(): void {
    const { socket, diary } = this;
    socket.on('connect', () => void this.join());
    socket.on('connect_error', ({ message }) => diary.refuse(message));
    socket.on('chat-message', ({ text }: { readonly text: string }) => diary.note('heard', Number(text)));
    socket.on('connection-taken-over', () => diary.lose('another connection took the seat'));
    socket.on('disconnect', (reason) => {
      diary.lose(reason);
      // The one end after which the library does not come back by itself.
      if (reason === 'io server disconnect') socket.connect();
    });
    socket.on('server-draining', ({ reconnectAfterMs }: { readonly reconnectAfterMs: number }) => {
      const { id } = socket;
      setTimeout(() => {
        if (socket.id === id && socket.connected) socket.disconnect().connect();
      }, reconnectAfterMs);
    });
  }

  private async join(): Promise<void> {
    const { socket, diary } = this;
    const { id } = socket;
    const { meetingId } = this.props;
    const asked = socket.timeout(joinWithinMs).emitWithAck('join-room', { meetingId }) as Promise<Answer>;
    const answer = await asked.catch((error: Error) => ({ ok: false, code: error.message }));
    if (socket.id !== id) return;
    if (answer.ok) return diary.join(this.target);
    diary.refuse(`join-room: ${answer.code}`);
    setTimeout(() => {
      if (socket.id === id) void this.join();
    }, joinAgainMs);
  }
}
