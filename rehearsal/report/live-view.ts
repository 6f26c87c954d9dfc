import type { RequestOutcome } from '../record';
import { hideCursor, type Screen } from './cursor';
import { count, milliseconds, seconds } from './figures';
import { LiveFigures } from './live-figures';
import type { RequestNumbers } from './request-numbers';
import { sparkline } from './sparkline';
import { type Stage, stageName } from './stage-names';

/** What is seen while a rehearsal runs. */
export interface LiveView {
  /** A line that stays. */
  note(line: string): void;
  /** @param expectedSeconds where it is known how long it takes */
  stageBegan(deployment: string, stage: Stage, expectedSeconds?: number): void;
  stageEnded(): void;
  outcomes(batch: readonly RequestOutcome[]): void;
  /** How many are connected. */
  sockets(connected: number): void;
  jobs(accepted: number, done: number): void;
  /** Nothing is drawn any more, and the cursor is back. */
  end(): void;
}

export interface LiveViewProps {
  /** @default - on a terminal */
  readonly colours?: boolean;
}

const tickMs = 200;
/** Where lines are all there is: how often a stage that takes long says that it goes on. */
const lineEveryMs = 10_000;

interface Running {
  readonly deployment: string;
  readonly stage: Stage;
  readonly since: number;
  readonly expectedSeconds?: number;
}

export function createLiveView(screen: Screen, { colours = screen.isTTY ?? false }: LiveViewProps = {}): LiveView {
  return new View(screen, colours);
}

class View implements LiveView {
  private readonly figures = new LiveFigures();
  private readonly showCursor: () => void;
  private readonly timer: NodeJS.Timeout;
  private running: Running | undefined;
  private saidAt = 0;
  private titled: string | undefined;
  private connected = 0;
  private work = { accepted: 0, done: 0 };
  /** Lines of the status block that are on the screen. */
  private drawn = 0;

  constructor(
    private readonly screen: Screen,
    private readonly colours: boolean,
  ) {
    this.showCursor = screen.isTTY ? hideCursor(screen) : () => {};
    this.timer = setInterval(() => this.tick(), tickMs).unref();
  }

  note(line: string): void {
    this.print(`${line}\n`);
  }

  stageBegan(deployment: string, stage: Stage, expectedSeconds?: number): void {
    this.figures.beginStage();
    this.saidAt = performance.now();
    this.running = { deployment, stage, since: this.saidAt, expectedSeconds };
    if (this.titled !== deployment) this.print(`\n${this.bold(deployment)}\n`);
    this.titled = deployment;
    this.print('');
  }

  stageEnded(): void {
    if (this.running === undefined) return;
    const { stage, since } = this.running;
    const mark = this.figures.failedInStage === 0 ? this.paint(32, '✔') : this.paint(31, '✘');
    this.running = undefined;
    this.print(`${mark} ${this.stageLine(stage, performance.now() - since)}`);
  }

  outcomes(batch: readonly RequestOutcome[]): void {
    this.figures.take(batch);
  }

  sockets(connected: number): void {
    this.connected = connected;
  }

  jobs(accepted: number, done: number): void {
    this.work = { accepted, done };
  }

  end(): void {
    clearInterval(this.timer);
    this.running = undefined;
    this.print('');
    this.showCursor();
  }

  private tick(): void {
    if (this.screen.isTTY) this.print('');
    else if (this.running && performance.now() - this.saidAt >= lineEveryMs) {
      const { stage, since } = this.running;
      this.saidAt = performance.now();
      this.print(`… ${this.stageLine(stage, this.saidAt - since)}`);
    }
  }

  private stageLine(stage: Stage, ms: number): string {
    return `${stageName(stage).padEnd(30)} ${this.figuresOf(ms, this.figures.ofStage())}\n`;
  }

  private figuresOf(ms: number, { requests, failed, p99 }: RequestNumbers): string {
    const failures = `${count(failed)} failed`;
    return [
      `${seconds(ms).padStart(6)} s`,
      `${count(requests).padStart(7)} requests`,
      failed === 0 ? failures.padStart(10) : this.paint(31, failures.padStart(10)),
      `p99 ${milliseconds(p99)} ms`,
    ].join('  ');
  }

  /** Text that stays, above the block that is drawn anew. */
  private print(text: string): void {
    const erase = this.drawn === 0 ? '' : `\u001b[${this.drawn}A\r\u001b[J`;
    const block = this.screen.isTTY ? this.block() : [];
    this.drawn = block.length;
    const drawing = erase + text + block.map((line) => `${line}\n`).join('');
    if (drawing !== '') this.screen.write(drawing);
  }

  private block(): string[] {
    if (this.running === undefined) return [];
    const { deployment, stage, since, expectedSeconds } = this.running;
    const { requests, failed, p50, p99 } = this.figures.ofLastSecond();
    const elapsed = seconds(performance.now() - since);
    const of = expectedSeconds === undefined ? '' : ` of ${expectedSeconds.toFixed(1)}`;
    const failedSoFar = this.figures.failedInStage;
    // A line that is as wide as the terminal may break, and then the block is not as high as it was drawn.
    const width = (this.screen.columns ?? 80) - 1;
    const fitted = (line: string) => (line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`);
    const lines = [
      `▸ ${stageName(stage)} of ${deployment}, ${elapsed}${of} s`,
      `  ${count(requests)}/s  ${count(failed)} failed (${count(failedSoFar)} in this stage)  p50 ${milliseconds(p50)}  p99 ${milliseconds(p99)} ms`,
      `  ${count(this.connected)} sockets  ${count(this.work.done)} of ${count(this.work.accepted)} jobs  ${sparkline(this.figures.history())}`,
    ].map(fitted);
    return ['', ...lines.map((line, index) => (index === 1 && failedSoFar > 0 ? this.paint(31, line) : line))];
  }

  private bold(text: string): string {
    return this.paint(1, text);
  }

  private paint(code: number, text: string): string {
    return this.colours ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}
