import { io, type Socket } from 'socket.io-client';

const withinMs = 10_000;

export type Answer = Readonly<Record<string, unknown>> & { readonly ok: boolean; readonly code?: string };
type Heard = Readonly<Record<string, unknown>>;

const open = new Set<Socket>();

/** A browser in a meeting, as far as the server sees one: a real client that keeps what it hears. */
export class Guest {
  readonly userId: string;
  private readonly unread: { readonly event: string; readonly payload: Heard }[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(
    readonly socket: Socket,
    userId: string,
  ) {
    this.userId = userId;
    socket.onAny((event: string, payload: Heard) => this.note(event, payload));
    socket.on('disconnect', (reason) => this.note('disconnect', { reason }));
  }

  static async connect(url: string, { id, token }: { readonly id: string; readonly token: string }): Promise<Guest> {
    const socket = io(url, { forceNew: true, reconnection: false, transports: ['websocket'], auth: { token } });
    open.add(socket);
    const guest = new Guest(socket, id);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('connect_error', reject);
    });
    return guest;
  }

  get id(): string {
    if (this.socket.id === undefined) throw new Error('The socket is not connected.');
    return this.socket.id;
  }

  ask(event: string, ...payload: readonly unknown[]): Promise<Answer> {
    return this.socket.timeout(withinMs).emitWithAck(event, ...payload);
  }

  /** Answered with success. */
  async does(event: string, ...payload: readonly unknown[]): Promise<Answer> {
    const answer = await this.ask(event, ...payload);
    if (!answer.ok) throw new Error(`${event} was refused: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The next such event, heard before or yet to come; each is given once. */
  async hears(event: string, where: (payload: Heard) => boolean = () => true, limitMs = withinMs): Promise<Heard> {
    for (const until = performance.now() + limitMs; performance.now() < until; ) {
      const index = this.unread.findIndex((heard) => heard.event === event && where(heard.payload));
      const [found] = index < 0 ? [] : this.unread.splice(index, 1);
      if (found) return found.payload;
      await this.something(until - performance.now());
    }
    throw new Error(`${event} was never heard, only: ${JSON.stringify(this.unread)}`);
  }

  /** The room's list with exactly these users. */
  seesUsers(...guests: readonly { readonly userId: string }[]): Promise<Heard> {
    const expected = guests.map(({ userId }) => userId).sort();
    return this.hears('room-users-updated', ({ users }) => {
      const seen = (users as { userId: string }[]).map(({ userId }) => userId).sort();
      return JSON.stringify(seen) === JSON.stringify(expected);
    });
  }

  /** What has been heard of these, unread. What is sent to others is here after an answer, should it ever come. */
  heard(...events: readonly string[]): Heard[] {
    return this.unread.filter(({ event }) => events.includes(event)).map(({ payload }) => payload);
  }

  private note(event: string, payload: Heard): void {
    this.unread.push({ event, payload });
    for (const wake of this.waiting) wake();
  }

  private something(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, limitMs);
      const { waiting } = this;
      function wake() {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      }
      waiting.add(wake);
    });
  }
}

export function hangUp(): void {
  for (const socket of open) socket.disconnect();
  open.clear();
}
