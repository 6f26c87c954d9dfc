import { now } from '../clock';

/** What happened to one end of a conversation. */
export type SocketEvent = { readonly at: number } & (
  | { readonly what: 'joined'; readonly target?: string }
  | { readonly what: 'lost'; readonly reason: string }
  /** `taken`: the service has said that it has it. */
  | { readonly what: 'said' | 'taken' | 'heard'; readonly number: number }
  /** It could not join; it tries again. */
  | { readonly what: 'refused'; readonly reason: string }
);

/** Written by a socket, and read when all is over. */
export class Diary {
  readonly events: SocketEvent[] = [];
  private sayings = 0;
  joined = false;

  join(target: string | undefined): void {
    this.joined = true;
    this.events.push({ at: now(), what: 'joined', ...(target !== undefined && { target }) });
  }

  /** Once for each connection. */
  lose(reason: string): void {
    if (this.joined) this.events.push({ at: now(), what: 'lost', reason });
    this.joined = false;
  }

  refuse(reason: string): void {
    this.events.push({ at: now(), what: 'refused', reason });
  }

  /** @returns the number of what is said */
  say(): number {
    this.sayings += 1;
    this.events.push({ at: now(), what: 'said', number: this.sayings });
    return this.sayings;
  }

  note(what: 'taken' | 'heard', number: number): void {
    this.events.push({ at: now(), what, number });
  }
}
