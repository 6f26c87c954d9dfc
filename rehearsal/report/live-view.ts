import type { LoadCounts } from '../load/load';
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
  /**
   * Shows what is waited for, and in the end how long it took.
   *
   * @param detail is shown meanwhile
   */
  during<T>(what: string, work: () => Promise<T>, detail?: string): Promise<T>;
  /** @param expectedSeconds where it is known how long it takes */
  stageBegan(deployment: string, stage: Stage, expectedSeconds?: number): void;
  stageEnded(): void;
  outcomes(batch: readonly RequestOutcome[]): void;
  counts(counts: LoadCounts): void;
  /** Nothing is drawn any more, and the cursor is back. */
  end(): void;
}

export interface LiveViewProps {
  /** @default - on a terminal */
  readonly colours?: boolean;
}

const tickMs = 200;
/** Where lines are all there is: how often what takes long says that it goes on. */
const lineEveryMs = 10_000;
/** ECS passes most stages at once; those say nothing, but for the moment in which users change over. */
const worthALineMs = 50;
const alwaysShown: readonly Stage[] = ['PRODUCTION_TRAFFIC_SHIFT', 'ROLLBACK'];

interface Running {
  /** On the line that stays. */
  readonly name: string;
  /** On the one that is drawn meanwhile. */
  readonly title: string;
  readonly since: number;
  readonly expectedSeconds?: number;
  readonly alwaysShown: boolean;
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
  private load: LoadCounts | undefined;
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

  async during<T>(what: string, work: () => Promise<T>, detail?: string): Promise<T> {
    this.begin({ name: what, title: detail ? `${what} (${detail})` : what, alwaysShown: true });
    let done = false;
    try {
      const result = await work();
      done = true;
      return result;
    } finally {
      this.finish(done);
    }
  }

  stageBegan(deployment: string, stage: Stage, expectedSeconds?: number): void {
    if (this.titled !== deployment) this.print(`\n${this.bold(deployment)}\n`);
    this.titled = deployment;
    const name = stageName(stage);
    const title = `${name} of ${deployment}`;
    this.begin({ name, title, expectedSeconds, alwaysShown: alwaysShown.includes(stage) });
  }

  stageEnded(): void {
    this.finish(true);
  }

  outcomes(batch: readonly RequestOutcome[]): void {
    this.figures.take(batch);
  }

  counts(counts: LoadCounts): void {
    this.load = counts;
  }

  end(): void {
    clearInterval(this.timer);
    this.running = undefined;
    this.print('');
    this.showCursor();
  }

  private begin(what: Omit<Running, 'since'>): void {
    this.figures.beginStage();
    this.saidAt = performance.now();
    this.running = { ...what, since: this.saidAt };
    this.print('');
  }

  private finish(done: boolean): void {
    if (this.running === undefined) return;
    const { name, since, alwaysShown: shown } = this.running;
    const ms = performance.now() - since;
    const { failedInStage: failed } = this.figures;
    const mark = done && failed === 0 ? this.paint(32, '✔') : this.paint(31, '✘');
    this.running = undefined;
    this.print(shown || failed > 0 || ms >= worthALineMs ? `${mark} ${this.line(name, ms)}` : '');
  }

  private tick(): void {
    if (this.screen.isTTY) this.print('');
    else if (this.running && performance.now() - this.saidAt >= lineEveryMs) {
      const { name, since } = this.running;
      this.saidAt = performance.now();
      this.print(`… ${this.line(name, this.saidAt - since)}`);
    }
  }

  private line(name: string, ms: number): string {
    const numbers = this.figures.ofStage();
    const figures = numbers.requests === 0 ? [] : this.figuresOf(numbers);
    return `${[name.padEnd(29), `${seconds(ms).padStart(5)} s`, ...figures].join('  ')}\n`;
  }

  /** A line is to have its place in 80 columns. */
  private figuresOf({ requests, failed, p99 }: RequestNumbers): string[] {
    const failures = `${count(failed)} failed`;
    return [
      `${count(requests).padStart(5)} requests`,
      failed === 0 ? failures : this.paint(31, failures),
      `p99 ${milliseconds(p99)} ms`,
    ];
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
    const { title, since, expectedSeconds } = this.running;
    const elapsed = seconds(performance.now() - since);
    const of = expectedSeconds === undefined ? '' : ` of ${expectedSeconds.toFixed(1)}`;
    // A line that is as wide as the terminal may break, and then the block is not as high as it was drawn.
    const width = (this.screen.columns ?? 80) - 1;
    const fitted = (line: string) => (line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`);
    const lines = [`▸ ${title}, ${elapsed}${of} s`, ...this.loadLines()].map(fitted);
    const failing = this.figures.failedInStage > 0;
    return ['', ...lines.map((line, index) => (index === 1 && failing ? this.paint(31, line) : line))];
  }

  private loadLines(): string[] {
    if (this.load === undefined) return [];
    const { sockets, jobsAccepted, jobsDone } = this.load;
    const { requests, failed, p50, p99 } = this.figures.ofLastSecond();
    return [
      `  ${count(requests)}/s  ${count(failed)} failed (${count(this.figures.failedInStage)} since it began)  p50 ${milliseconds(p50)}  p99 ${milliseconds(p99)} ms`,
      `  ${count(sockets)} sockets  ${count(jobsDone)} of ${count(jobsAccepted)} jobs  ${sparkline(this.figures.history())}`,
    ];
  }

  private bold(text: string): string {
    return this.paint(1, text);
  }

  private paint(code: number, text: string): string {
    return this.colours ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}
