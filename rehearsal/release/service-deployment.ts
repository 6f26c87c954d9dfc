import { type BlueGreenRelease, type LifecycleStage, lifecycleStages } from '../assembly/deployment';
import { pause } from '../clock';
import type { Colour } from '../record';
import { allTo, describedTargetGroup, otherColour, targetGroupOf } from './colours';
import { type BlueGreenRequest, type DeploymentResult, TakenBack } from './deployment-request';
import type { TrafficWeights } from './lifecycle-hook';
import { untilEveryTaskFailedTwice } from './patience';
import { StageLog } from './stage-log';
import { type Action, afterEvent, type DeploymentEvent, firstStage, stages, toTakeBack } from './stages';
import { NeverSteady, TaskSet } from './task-set';

/** ECS's blue/green deployment of a service behind a load balancer, from PRE_SCALE_UP to CLEAN_UP. */
export class ServiceDeployment {
  readonly done: Promise<DeploymentResult>;
  private readonly blueGreen: BlueGreenRelease;
  private readonly from: Colour;
  private readonly to: Colour;
  private readonly green: TaskSet;
  private readonly log: StageLog;
  private readonly interruption = new AbortController();
  private readonly signal: AbortSignal;
  private stage: LifecycleStage = firstStage;

  constructor(private readonly request: BlueGreenRequest) {
    const { cluster, service, loadBalancer, production, image, title, fault, signal, onStage = () => {} } = request;
    if (service.blueGreen === undefined)
      throw new Error(`${service.logicalId} is not released blue/green; use the rolling deployment.`);
    this.blueGreen = service.blueGreen;
    this.from = production.description.colour ?? 'blue';
    this.to = otherColour(this.from);
    const targetGroup = describedTargetGroup(loadBalancer, targetGroupOf(this.blueGreen, this.to));
    this.green = new TaskSet(
      cluster,
      { service, image, targetGroup, colour: this.to, deployment: title, fault },
      signal,
    );
    this.log = new StageLog(title, onStage);
    this.signal = AbortSignal.any([signal, this.interruption.signal]);
    this.done = this.run();
  }

  /** As `StopServiceDeployment` with stop type ROLLBACK. In CLEAN_UP it comes too late. */
  stopServiceDeployment(): void {
    this.interrupt('stopped by an operator', 'An operator stopped the deployment (StopServiceDeployment, ROLLBACK).');
  }

  private interrupt(event: DeploymentEvent, reason: string): void {
    if (afterEvent(this.stage, event) === 'ROLLBACK') this.interruption.abort(new TakenBack(reason));
  }

  private async run(): Promise<DeploymentResult> {
    const { alarms, production } = this.request;
    const colours = { from: this.from, to: this.to };
    // ECS disregards the alarms when one is in ALARM at the beginning, so that a deployment can mend what is broken.
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    const ringing = alarms.inAlarm().map(({ name }) => name);
    const watches = this.blueGreen.rollbackOnAlarm && ringing.length === 0;
    const unwatch = alarms.onAlarm(({ description }) => {
      if (watches) this.interrupt('alarm', description);
    });
    try {
      await this.goThroughStages(watches);
      const reason = `ECS did not watch the alarms, because already at the beginning in ALARM: ${ringing.join(', ')}.`;
      const result = { ...colours, status: 'SUCCESSFUL', stages: this.log.records, production: this.green } as const;
      return ringing.length === 0 ? result : { ...result, reason };
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error;
      const problems = await this.rollBack();
      const status = problems.length === 0 ? 'ROLLBACK_SUCCESSFUL' : 'ROLLBACK_FAILED';
      const reason = [error.message, ...problems].join(' ');
      return { ...colours, status, reason, stages: this.log.records, production };
    } finally {
      unwatch();
    }
  }

  private async goThroughStages(watchesAlarms: boolean): Promise<void> {
    for (const stage of lifecycleStages.slice(lifecycleStages.indexOf(firstStage))) {
      this.stage = stage;
      // One that went off in a stage without alarms is noticed in the next one that watches them.
      const [ringing] = this.request.alarms.inAlarm();
      if (watchesAlarms && ringing !== undefined) this.interrupt('alarm', ringing.description);
      await this.log.during(stage, () => this.play(stage));
    }
  }

  private async play(stage: LifecycleStage): Promise<void> {
    this.signal.throwIfAborted();
    const { action, asksHooks } = stages[stage];
    if (action !== undefined) await this.act(action);
    if (!asksHooks) return;
    const problems = await this.askHooks(stage, { target: 100, source: 0 }, this.signal);
    if (problems.length > 0) throw new TakenBack(problems.join(' '));
    this.signal.throwIfAborted();
  }

  private async act(action: Action): Promise<void> {
    const { service, production, bakeTime = this.blueGreen.bakeTime } = this.request;
    switch (action) {
      case 'start green':
        this.green.scaleTo(service.desiredCount);
        try {
          return await this.green.untilSteady(untilEveryTaskFailedTwice(), this.signal);
        } catch (error) {
          throw error instanceof NeverSteady ? new TakenBack(error.message) : error;
        }
      case 'shift test traffic':
        return this.shiftTestTraffic(this.to);
      case 'shift production traffic':
        return this.shiftProductionTraffic(this.to);
      case 'bake':
        return pause(bakeTime, this.signal);
      case 'retire blue':
        // The test rule stays with this colour, which is the one in production now.
        return production.retire();
    }
  }

  private async shiftTestTraffic(colour: Colour): Promise<void> {
    const { testRule } = this.blueGreen;
    if (testRule !== undefined)
      await this.request.cluster.loadBalancer.setWeights(testRule, allTo(this.blueGreen, colour));
  }

  private async shiftProductionTraffic(colour: Colour): Promise<void> {
    const { productionRule } = this.blueGreen;
    await this.request.cluster.loadBalancer.setWeights(productionRule, allTo(this.blueGreen, colour));
  }

  /** @returns what the hooks that failed had to say */
  private async askHooks(stage: LifecycleStage, weights: TrafficWeights, signal: AbortSignal): Promise<string[]> {
    const { hooks } = this.blueGreen;
    const asked = hooks.filter((hook) => hook.stages.includes(stage));
    const verdicts = await Promise.all(asked.map((hook) => this.request.askHook(hook, { stage, weights }, signal)));
    return verdicts.flatMap(({ hookStatus, reason = 'The hook gave no reason.' }, index) =>
      hookStatus === 'FAILED' ? [`${asked[index]?.logicalId} failed at ${stage}: ${reason}`] : [],
    );
  }

  /** @returns what went wrong with it. Whatever hooks say, users are brought back. */
  private async rollBack(): Promise<string[]> {
    const { signal } = this.request;
    const actions = toTakeBack(this.stage);
    const back: TrafficWeights = { target: 0, source: 100 };
    const problems: string[] = [];
    await this.log.during('ROLLBACK', async () => {
      if (actions.includes('shift production traffic')) {
        await this.shiftProductionTraffic(this.from);
        await pause(this.blueGreen.settleTime, signal);
        problems.push(...(await this.askHooks('PRODUCTION_TRAFFIC_SHIFT', back, signal)));
      }
      if (actions.includes('shift test traffic')) {
        await this.shiftTestTraffic(this.from);
        problems.push(...(await this.askHooks('TEST_TRAFFIC_SHIFT', back, signal)));
      }
    });
    if (actions.includes('start green')) await this.log.during('CLEAN_UP', () => this.green.retire());
    return problems;
  }
}

export const deployBlueGreen = (request: BlueGreenRequest): ServiceDeployment => new ServiceDeployment(request);
