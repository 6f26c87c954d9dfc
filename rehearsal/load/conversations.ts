import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../clock';
import type { SocketOutcome } from '../record';
import { answeredWith } from './call';
import type { Crowd } from './crowd';
import type { Diary } from './diary';
import { as, dataOf, posted } from './kinds';
import { Participant } from './participant';
import type { Meeting, Person } from './population';
import { judge } from './socket-judgement';
import { TerminalEnd } from './terminal-end';

const sayEveryMs = 1000;
/** So long does whoever is on the move have in the end. */
const settleWithinMs = 8_000;
const lookEveryMs = 50;
/** What was said last has arrived by then, or is not counted. */
const lastWordMs = 2_500;

interface End {
  readonly diary: Diary;
  say(): void;
  close(): void;
}

interface Conversation {
  readonly id: string;
  readonly kind: SocketOutcome['kind'];
  readonly openedAt: number;
  readonly ends: readonly (readonly [name: string, end: End])[];
}

/** Meetings and terminals, of two ends each, that talk all the time. */
export class Conversations {
  private readonly open: Conversation[] = [];
  private readonly talking: NodeJS.Timeout;

  constructor(private readonly crowd: Crowd) {
    this.talking = setInterval(() => {
      for (const [, end] of this.ends) end.say();
    }, sayEveryMs);
  }

  /** @param polls its ends use long polling, as those behind some companies' proxies do */
  meet({ id, mentor, student }: Meeting, polls: boolean): void {
    const participant = ({ token }: Person) =>
      new Participant({
        ...{ ...this.crowd.newPlace(), origin: this.crowd.newOrigin(), token, meetingId: id },
        transport: polls ? 'polling' : 'websocket',
      });
    this.start(id, 'meeting', [
      ['mentor', participant(mentor)],
      ['student', participant(student)],
    ]);
  }

  /** @throws when the platform makes no session */
  async code(coder: Person): Promise<void> {
    const { client } = this.crowd.next({ name: 'terminal session' });
    const answer = await client.call(posted('/api/terminal-sessions', {}, as(coder)));
    const { sessionId: session, cliToken } = dataOf(answer) ?? {};
    if (typeof session !== 'string' || typeof cliToken !== 'string')
      throw new Error(
        `The load cannot open a terminal: POST https://${client.props.host}/api/terminal-sessions was answered ${answeredWith(answer)}`,
      );
    const cli = { ...this.crowd.newPlace(), role: 'cli', session, token: cliToken } as const;
    const page = { ...this.crowd.newPlace(), origin: this.crowd.newOrigin() };
    const browser = { ...page, role: 'browser', session, token: coder.token } as const;
    this.start(session, 'terminal', [
      ['cli', new TerminalEnd(cli)],
      ['browser', new TerminalEnd(browser)],
    ]);
  }

  /** Sockets that are connected now. */
  get connectedCount(): number {
    return this.ends.filter(([, { diary }]) => diary.joined).length;
  }

  /** Resolves when all are connected; after a while also when some are not. */
  async connected(): Promise<void> {
    for (const until = now() + settleWithinMs; now() < until; await sleep(lookEveryMs))
      if (this.ends.every(([, { diary }]) => diary.joined)) return;
  }

  /** Lets whoever is on the move arrive, and tells what became of all. */
  async finish(): Promise<SocketOutcome[]> {
    await this.connected();
    if (this.open.length > 0) await sleep(lastWordMs);
    const closedAt = now();
    clearInterval(this.talking);
    const outcomes = this.open.flatMap(({ id, kind, openedAt, ends }) =>
      ends.map(([name, { diary: own }]) => {
        const peer = ends.find(([other]) => other !== name)?.[1].diary;
        return judge({ id: `${id}/${name}`, kind, openedAt, closedAt, own: own.events, peer: peer?.events ?? [] });
      }),
    );
    for (const [, end] of this.ends) end.close();
    return outcomes;
  }

  private get ends() {
    return this.open.flatMap(({ ends }) => ends);
  }

  private start(id: string, kind: Conversation['kind'], ends: Conversation['ends']): void {
    this.open.push({ id, kind, openedAt: now(), ends });
  }
}
