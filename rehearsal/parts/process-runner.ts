import { join } from 'node:path';
import type { RunFolder } from './run-folder';
import type { TaskProcesses } from './task-processes';
import { preloadOption, type TaskRunner } from './task-runner';

const LOCAL_NAMES = join(__dirname, 'local-names.cjs');
const FAULTS = join(__dirname, '..', 'faults');
/** Of the Dockerfile. */
const IMAGE_COMMAND = ['node', 'dist/main.js'];

/**
 * Tasks as processes of this machine's Node.js, in the image's folder. They know their variables and nothing of this
 * machine's, and no other host than `hostNames`.
 */
export function processRunner(
  processes: TaskProcesses,
  runFolder: RunFolder,
  hostNames: readonly string[],
): TaskRunner {
  return {
    async start({ id, request: { image, container, fault }, variables, port, log }) {
      const preloads = [LOCAL_NAMES, ...(fault ? [join(FAULTS, `${fault}.cjs`)] : [])];
      const environment = {
        ...variables,
        PORT: String(port),
        // A container listens on all of its interfaces; here that would be the laptop's.
        LOCAL_NAMES: ['0.0.0.0', ...hostNames].join(','),
        NODE_OPTIONS: [variables.NODE_OPTIONS, preloadOption(preloads)].filter(Boolean).join(' '),
      };
      const program = (command: readonly string[]) => {
        const [first = '', ...args] = command;
        return { command: first === 'node' ? process.execPath : first, args, folder: image.folder, environment };
      };
      const started = await processes.start(id, {
        ...program(container.command ?? IMAGE_COMMAND),
        name: join(runFolder.path, id),
        log,
        lowPriority: container.healthCheck !== undefined,
      });
      return {
        exited: started.exited,
        normalPriority: started.normalPriority,
        async signal(signal) {
          started.signal(signal);
        },
        check: (command, timeoutMs) => processes.check(program(command), timeoutMs),
      };
    },
  };
}
