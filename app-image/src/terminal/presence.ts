import type { Logger } from '../log';
import { Outage } from '../outage';
import type { Bus } from './bus';

export interface PresenceTimings {
  /** Each process says that it is there, ... */
  readonly beatEveryMs: number;
  /** ... and is taken for gone after so long without a word: three beats. */
  readonly aliveForMs: number;
}

export interface PresenceProps {
  readonly bus: Bus;
  readonly timings: PresenceTimings;
  /** The processes that this one has to do with. */
  readonly others: () => readonly string[];
  readonly onGone: (processes: ReadonlySet<string>) => void;
  /** This process cannot tell about the others any more, nor they about it. */
  readonly onCutOff: () => void;
  /** All channels are heard again. */
  readonly onBack: () => void;
  readonly log: Logger;
}

/** Tells the other processes that this one is there, and notices which of them are not. */
export class Presence {
  private readonly outage: Outage;
  private readonly beating: NodeJS.Timeout;
  private awaitsAnswer = false;
  /** Until Redis has heard of this process. */
  private isCutOff = true;
  private losses = 0;
  private heardAt = performance.now();

  constructor(private readonly props: PresenceProps) {
    this.outage = new Outage(props.log, 'redis is away: terminals of two processes are apart');
    this.beating = setInterval(() => this.beat(), props.timings.beatEveryMs).unref();
  }

  get isKnown(): boolean {
    return !this.isCutOff && this.props.bus.isReady;
  }

  stop(): void {
    clearInterval(this.beating);
  }

  cutOff(): void {
    this.isCutOff = true;
    this.losses += 1;
    this.props.onCutOff();
  }

  beat(): void {
    if (this.awaitsAnswer) return;
    this.awaitsAnswer = true;
    this.exchange()
      .catch((error: Error) => {
        this.outage.note(error);
        // By now the others take this process for gone.
        if (performance.now() - this.heardAt > this.props.timings.aliveForMs) this.cutOff();
      })
      .finally(() => {
        this.awaitsAnswer = false;
      });
  }

  private async exchange(): Promise<void> {
    const { bus, timings, others, onGone, onBack } = this.props;
    if (!bus.isReady) throw new Error('Redis is not connected');
    const losses = this.losses;
    const asked = [...new Set(others())];
    const alive = await bus.beat(asked, timings.aliveForMs);
    this.heardAt = performance.now();
    const gone = new Set(asked.filter((process) => !alive.has(process)));
    if (gone.size > 0) onGone(gone);
    if (!this.isCutOff) return;
    await bus.subscribeAnew();
    if (losses !== this.losses) return;
    this.isCutOff = false;
    onBack();
  }
}
