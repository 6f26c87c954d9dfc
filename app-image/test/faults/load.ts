import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Outcome {
  readonly startedAt: number;
  /** The status of a whole answer, or the error's code. */
  readonly result: string;
}

const THINK_MS = 5;

/**
 * Load that records exactly one outcome for every request, those cut in flight included (common load tools leave
 * these out). Half the workers keep their connection, half open one per request; a lost connection is opened anew.
 */
export function startLoad(port: number, paths: readonly string[], workers: number) {
  const outcomes: Outcome[] = [];
  const keepAlive = new Agent({ keepAlive: true });
  let running = true;

  function one(path: string, agent: Agent | false): Promise<void> {
    const startedAt = Date.now();
    return new Promise((resolve) => {
      const settle = (result: string) => {
        outcomes.push({ startedAt, result });
        resolve();
      };
      const outgoing = request({ host: '127.0.0.1', port, path, agent, timeout: 5000 }, (response) => {
        response.resume();
        response.once('end', () => settle(String(response.statusCode)));
        response.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
      });
      outgoing.once('timeout', () => outgoing.destroy(new Error('timeout')));
      outgoing.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
      outgoing.end();
    });
  }

  async function work(worker: number): Promise<void> {
    for (let count = worker; running; count += 1) {
      await one(paths[count % paths.length] ?? '/', worker % 2 === 0 ? keepAlive : false);
      await sleep(THINK_MS);
    }
  }

  const finished = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return {
    async stop(): Promise<readonly Outcome[]> {
      running = false;
      await finished;
      keepAlive.destroy();
      return outcomes;
    },
  };
}
