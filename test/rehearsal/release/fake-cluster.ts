import { setTimeout as sleep } from 'node:timers/promises';
import type {
  BlueGreenRelease,
  Container,
  LoadBalancerDescription,
  Service,
  TargetGroupDescription,
  WebService,
} from '../../../rehearsal/assembly/deployment';
import type {
  Cluster,
  Image,
  Target,
  TargetGroupCounters,
  Task,
  TaskExit,
  TaskRequest,
} from '../../../rehearsal/release/cluster';

export const image: Image = { revision: 'a1', folder: '/nowhere' };

const container: Container = {
  taskDefinition: 'WebTask',
  environment: {},
  secrets: {},
  readonlyRootFilesystem: true,
  cpuUnits: 256,
  memoryMiB: 512,
  initProcess: true,
  droppedCapabilities: [],
  tmpfs: [],
  ulimits: [],
  stopTimeout: 1,
  healthCheck: { command: ['CMD', 'check'], interval: 1, timeout: 1, retries: 1, startPeriod: 1 },
};

const targetGroup = (logicalId: string): TargetGroupDescription => ({
  logicalId,
  port: 8000,
  healthCheck: {
    path: '/api/ready',
    codes: '200',
    interval: 1,
    timeout: 1,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  },
  deregistrationDelay: 0.15,
});

export const loadBalancer: LoadBalancerDescription = {
  idleTimeout: 6,
  defaultResponse: { status: 503, contentType: 'text/plain', body: '' },
  rules: [],
  targetGroups: [targetGroup('Blue'), targetGroup('Green')],
};

export const blueGreen: BlueGreenRelease = {
  bakeTime: 0.2,
  settleTime: 0.15,
  targetGroup: 'Blue',
  alternateTargetGroup: 'Green',
  productionRule: 'ProductionRule',
  testRule: 'TestRule',
  hooks: [],
  alarms: [],
  rollbackOnAlarm: true,
};

export const web: WebService = {
  logicalId: 'WebService',
  role: 'web',
  container,
  desiredCount: 2,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthCheckGracePeriod: 0,
  blueGreen,
};

export const worker: Service = {
  logicalId: 'WorkerService',
  role: 'worker',
  container,
  desiredCount: 2,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthCheckGracePeriod: 0,
};

/** What becomes of a task soon after its start. */
export type Fate = 'healthy' | 'exits' | 'unhealthy target' | 'unhealthy container' | 'starts for ever';

class FakeTask implements Task {
  readonly port = 1;
  readonly role: 'web' | 'worker';
  health: Task['health'] = 'UNKNOWN';
  exit: TaskExit | undefined;
  readonly exited: Promise<TaskExit>;
  private end: (exit: TaskExit) => void = () => {};

  constructor(
    readonly id: string,
    readonly request: TaskRequest,
    fate: Fate,
    private readonly journal: string[],
  ) {
    this.role = request.service.role;
    this.exited = new Promise((resolve) => {
      this.end = resolve;
    });
    const soon = () => {
      if (fate === 'exits') this.ends(1);
      else if (fate !== 'starts for ever') this.health = fate === 'unhealthy container' ? 'UNHEALTHY' : 'HEALTHY';
    };
    setTimeout(soon, 20);
  }

  ends(code: number): TaskExit {
    this.exit ??= { at: 0, code, signal: null, killed: false };
    this.end(this.exit);
    return this.exit;
  }

  async stop(): Promise<TaskExit> {
    this.journal.push(`stop ${this.id}`);
    await sleep(20);
    return this.ends(0);
  }

  lastLines(): string {
    return `last words of ${this.id}`;
  }
}

/** A load balancer and tasks in memory, with a journal of what they are told. */
export function fakeCluster(fateOf: (request: TaskRequest, nth: number) => Fate = () => 'healthy') {
  const journal: string[] = [];
  const tasks = new Map<string, FakeTask>();
  const fates = new Map<string, Fate>();
  const registered: Record<string, Target[]> = {};
  const counters: Record<string, TargetGroupCounters> = {};
  const forget = (group: string, id: string) => {
    registered[group] = (registered[group] ?? []).filter((target) => target.id !== id);
  };
  const cluster: Cluster = {
    tasks: {
      start: async (request) => {
        const nth = tasks.size + 1;
        const id = `${request.service.role}-${nth}`;
        const fate = fateOf(request, nth);
        fates.set(id, fate);
        const task = new FakeTask(id, request, fate, journal);
        tasks.set(id, task);
        journal.push(`start ${id}`);
        return task;
      },
    },
    loadBalancer: {
      register: async (group, target) => {
        journal.push(`register ${group} ${target.id}`);
        registered[group] = [...(registered[group] ?? []), target];
      },
      health: async (group) =>
        Object.fromEntries(
          (registered[group] ?? []).map(({ id }) => {
            const fate = fates.get(id);
            if (tasks.get(id)?.health === 'UNKNOWN') return [id, 'initial'];
            return [id, fate === 'unhealthy target' ? 'unhealthy' : 'healthy'];
          }),
        ),
      lastCheck: async () => 'was answered 404',
      deregister: async (group, id) => {
        journal.push(`deregister ${group} ${id}`);
      },
      complete: async (group, id) => {
        journal.push(`complete ${group} ${id}`);
        forget(group, id);
      },
      setWeights: async (rule, weights) => {
        const written = Object.entries(weights).map(([group, weight]) => `${group}=${weight}`);
        journal.push(`${rule} ${written.sort().join(' ')}`);
      },
      counters: async () => counters,
    },
  };
  return { cluster, journal, tasks, fates, counters };
}
