import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, Service } from '../../../rehearsal/assembly/deployment';
import { createRunFolder, type RunFolder } from '../../../rehearsal/parts/run-folder';
import { type RunningTasks, startTasks, type TasksProps } from '../../../rehearsal/parts/tasks';
import type { Image, Task, TaskRequest } from '../../../rehearsal/release/cluster';

export const container: Container = {
  taskDefinition: 'WebTask',
  environment: {},
  secrets: {},
  readonlyRootFilesystem: true,
  cpuUnits: 1024,
  memoryMiB: 2048,
  initProcess: true,
  droppedCapabilities: ['ALL'],
  tmpfs: [],
  ulimits: [],
  stopTimeout: 10,
  port: 8000,
};

export const serviceOf = (role: Service['role'], its: Container): Service => ({
  logicalId: `${role}Service`,
  role,
  container: its,
  desiredCount: 1,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthCheckGracePeriod: 0,
});

/** A container that checks itself often, by what `dist/check.js` says. */
export const checked = (change: Partial<NonNullable<Container['healthCheck']>> = {}): Container => ({
  ...container,
  healthCheck: {
    ...{ command: ['CMD', 'node', 'dist/check.js'], interval: 0.05, timeout: 10, retries: 2, startPeriod: 0 },
    ...change,
  },
});

export interface FakeRun {
  readonly folder: RunFolder;
  readonly tasks: RunningTasks;
  /** Of an image that is only this program. */
  start(main: string, its?: Partial<TaskRequest> & { readonly check?: string }): Promise<Task>;
  close(): Promise<void>;
}

export function fakeRun(props: Partial<TasksProps> = {}): FakeRun {
  const images = mkdtempSync(join(tmpdir(), 'mr-mentor-fake-images-'));
  const folder = createRunFolder(images);
  const tasks = startTasks({
    runFolder: folder,
    secretValue: async (arn) => {
      throw new Error(`nobody asks for ${arn}`);
    },
    platform: {},
    hostNames: [],
    ...props,
  });
  return {
    folder,
    tasks,
    start(main, { check = '', ...request } = {}) {
      const image = fakeImage(images, main, check);
      const service = request.service ?? serviceOf('web', request.container ?? container);
      return tasks.start({ service, image, container: service.container, ...request });
    },
    async close() {
      await tasks.close();
      rmSync(images, { recursive: true, force: true });
    },
  };
}

function fakeImage(images: string, main: string, check: string): Image {
  const folder = mkdtempSync(join(images, 'image-'));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist', 'main.js'), main);
  writeFileSync(join(folder, 'dist', 'check.js'), check);
  return { revision: 'fake', folder };
}

/** What a task wrote, once that is there. */
export async function written(task: Task, pattern: RegExp): Promise<RegExpExecArray> {
  for (let waited = 0; waited < 15_000; waited += 20) {
    const found = pattern.exec(task.lastLines(1000));
    if (found) return found;
    await sleep(20);
  }
  throw new Error(`${task.id} never wrote ${pattern}. It wrote:\n${task.lastLines(1000)}`);
}
