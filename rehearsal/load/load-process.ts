import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { RequestOutcome } from '../record';
import { arrivals } from './arrivals';
import { Conversations } from './conversations';
import { Crowd } from './crowd';
import { errandsPerSecond, slowAtOnce } from './errands';
import { dataOf, kinds, signIn, slowLead, testMail } from './kinds';
import type { AcceptedJob, LoadDescription, Order, Report } from './load-messages';
import { mixed } from './mix';
import { Pace } from './pace';
import { Traffic } from './traffic';
import { upload } from './uploads';

const sendEveryMs = 200;

/** A process of its own, so that whoever starts and stops tasks does not disturb what is measured. */
class LoadProcess {
  private requests: RequestOutcome[] = [];
  private jobs: AcceptedJob[] = [];
  private readonly ends: (() => void)[] = [];
  private readonly pace: Pace;
  private readonly crowd: Crowd;
  private readonly traffic: Traffic;
  private readonly conversations: Conversations;

  constructor(private readonly description: LoadDescription) {
    const { port, population } = description;
    const entrance = { port, context: createSecureContext({ ca: this.ca }) };
    this.pace = new Pace(description);
    this.crowd = new Crowd({ ...description, entrance, rate: () => this.pace.rate });
    this.traffic = new Traffic({ crowd: this.crowd, population, record: (outcome) => this.requests.push(outcome) });
    this.conversations = new Conversations(this.crowd);
  }

  async start(): Promise<void> {
    const { slowSeconds, awsPort, population } = this.description;
    const { traffic, crowd, pace, ca } = this;
    // The first pair polls; the others have WebSockets.
    for (const [index, meeting] of population.meetings.entries()) this.conversations.meet(meeting, index === 0);
    for (const coder of population.coders) await this.conversations.code(coder);
    await this.conversations.connected();

    const next = mixed(kinds);
    const login = signIn(population.operator);
    const slow = slowLead(slowSeconds);
    setInterval(() => this.flush(), sendEveryMs);
    const steadily = (perSecond: number, start: () => void) => arrivals(() => perSecond, start);
    this.ends.push(
      arrivals(
        () => pace.rate,
        () => void traffic.ask(next()),
      ),
      steadily(slowAtOnce / slowSeconds, () => void traffic.ask(slow)),
      steadily(errandsPerSecond.signIn, () => void traffic.ask(login)),
      steadily(errandsPerSecond.testMail, () => void this.mail()),
      steadily(errandsPerSecond.upload, () => void traffic.track(upload({ traffic, crowd, awsPort, ca }))),
    );
    void pace.risen().then(() => tell('risen'), fail);
  }

  async finish(): Promise<void> {
    for (const end of this.ends) end();
    // At the same time: sockets go on talking while the last answers come.
    const [sockets] = await Promise.all([this.conversations.finish(), this.traffic.settled()]);
    this.flush();
    this.crowd.close();
    tell({ sockets });
  }

  private get ca(): string {
    return readFileSync(this.description.caFile, 'utf8');
  }

  private async mail(): Promise<void> {
    const answer = await this.traffic.ask(testMail);
    const id = answer && dataOf(answer)?.jobId;
    if (answer && typeof id === 'string') this.jobs.push({ id, at: answer.at });
  }

  private flush(): void {
    const { requests, jobs } = this;
    const sockets = this.conversations.connectedCount;
    if (requests.length + jobs.length > 0) tell({ batch: { requests, jobs, sockets } });
    this.requests = [];
    this.jobs = [];
  }
}

function tell(report: Report): void {
  // It may have gone meanwhile: then `disconnect` ends this process.
  process.send?.(report, undefined, undefined, () => {});
}

let load: LoadProcess | undefined;

async function obey(order: Order): Promise<void> {
  if (order === 'finish') return load?.finish();
  load = new LoadProcess(order.start);
  await load.start();
  tell('started');
}

function fail(error: Error): void {
  process.send?.({ failure: error.stack ?? error.message } satisfies Report, () => process.exit(1));
}

process.on('message', (order: Order) => void obey(order).catch(fail));
process.once('uncaughtException', fail);
process.once('disconnect', () => process.exit(0));
// Ctrl-C in a terminal is for the parent to answer.
process.on('SIGINT', () => {});
