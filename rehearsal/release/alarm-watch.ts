import type { AlarmDescription } from '../assembly/deployment';
import { pause } from '../clock';
import { type AlarmState, alarmState, datapoints, type Sample } from './alarms';
import type { LoadBalancer } from './cluster';
import type { DeploymentAlarms } from './deployment-request';

/** In a period, so that the minimum of a number of hosts means something. */
const SAMPLES = 12;

/** CloudWatch for the alarms of a service: it samples the load balancer from its start to the end of the signal. */
export class AlarmWatch implements DeploymentAlarms {
  private readonly states = new Map<AlarmDescription, AlarmState>();
  private readonly listeners = new Set<(alarm: AlarmDescription) => void>();
  private readonly samples: Sample[] = [];

  constructor(
    private readonly alarms: readonly AlarmDescription[],
    private readonly loadBalancer: Pick<LoadBalancer, 'counters'>,
  ) {}

  inAlarm(): readonly AlarmDescription[] {
    return this.alarms.filter((alarm) => this.states.get(alarm) === 'ALARM');
  }

  onAlarm(listener: (alarm: AlarmDescription) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when the signal is given, and rejects when an alarm cannot be evaluated. */
  async watch(signal: AbortSignal): Promise<void> {
    if (this.alarms.length === 0) return;
    const periods = this.alarms.map(({ period }) => period);
    while (!signal.aborted) {
      this.take({ at: performance.now() / 1000, counters: await this.loadBalancer.counters() });
      await pause(Math.min(...periods) / SAMPLES, signal).catch(() => {});
    }
  }

  /** Evaluates with one more sample. None is forgotten: periods count from the first one. */
  take(sample: Sample): void {
    this.samples.push(sample);
    for (const alarm of this.alarms) {
      const before = this.states.get(alarm) ?? 'INSUFFICIENT_DATA';
      const state = alarmState(alarm, datapoints(alarm, this.samples), before);
      this.states.set(alarm, state);
      if (state === 'ALARM' && before !== 'ALARM') for (const listener of [...this.listeners]) listener(alarm);
    }
  }
}
