import { monitorEventLoopDelay } from 'node:perf_hooks';
import { timeLimit } from './time-limit';

const namespace = 'MrMentor/Service';
const nanosecondsPerMillisecond = 1e6;
/** What waits for a Redis that is away must not hold up the counts of just that. */
const readLimitMs = 1_000;

type Unit = 'Count' | 'Seconds' | 'Milliseconds' | 'Bytes';
type Dimensions = Readonly<Record<string, string>>;
type Read = () => Promise<readonly Reading[]>;

/** One value with the dimensions that tell it from others of its name. */
export interface Reading {
  readonly name: string;
  readonly unit: Unit;
  readonly value: number;
  readonly dimensions?: Dimensions;
}

export interface MetricsOptions {
  readonly dimensions: Dimensions;
  /** @default 60: a CloudWatch standard-resolution period */
  readonly intervalSeconds?: number;
  /** Takes one line of CloudWatch's embedded metric format. */
  readonly write: (line: string) => void;
}

/**
 * Counts and readings, written once in each interval as CloudWatch embedded metric format: the log driver carries
 * them, so that a metric needs no call to AWS and no permission.
 */
export class Metrics {
  private readonly counts = new Map<string, number>();
  private readonly reads: Read[] = [];
  private readonly eventLoop = monitorEventLoopDelay({ resolution: 20 });
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: MetricsOptions) {}

  /** Counted from now on, so that a count of zero is a zero and not a gap. */
  declare(...names: readonly string[]): this {
    for (const name of names) this.counts.set(name, this.counts.get(name) ?? 0);
    return this;
  }

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  /** Asked once in each interval; one that fails is left out of it. */
  register(read: Read): this {
    this.reads.push(read);
    return this;
  }

  start(): this {
    this.eventLoop.enable();
    this.timer = setInterval(() => void this.flush(), (this.options.intervalSeconds ?? 60) * 1000);
    this.timer.unref();
    return this;
  }

  /** Writes what there is. */
  async flush(): Promise<void> {
    const { write, dimensions: common } = this.options;
    const asked = await Promise.allSettled(this.reads.map((read) => timeLimit(read(), readLimitMs, 'A reading')));
    const own: Reading[] = Array.from(this.counts, ([name, value]) => ({ name, unit: 'Count', value }));
    if (this.eventLoop.count > 0)
      own.push({
        name: 'EventLoopDelayP99',
        unit: 'Milliseconds',
        value: this.eventLoop.percentile(99) / nanosecondsPerMillisecond,
      });
    this.eventLoop.reset();
    for (const name of this.counts.keys()) this.counts.set(name, 0);

    const readings = [...own, ...asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))];
    const groups = new Map<string, Reading[]>();
    for (const reading of readings) {
      const key = JSON.stringify(reading.dimensions ?? {});
      groups.set(key, [...(groups.get(key) ?? []), reading]);
    }
    for (const [dimensions, group] of groups) write(embedded({ ...common, ...JSON.parse(dimensions) }, group));
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
    this.eventLoop.disable();
  }
}

function embedded(dimensions: Dimensions, readings: readonly Reading[]): string {
  return JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: readings.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(readings.map(({ name, value }) => [name, value])),
  });
}
