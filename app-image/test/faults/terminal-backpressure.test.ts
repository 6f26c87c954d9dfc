import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StartedServer, stopServers } from '../server-process';
import { startRelays } from '../terminal/relay-process';
import { disconnectAll, pair, type TerminalClient } from '../terminal/terminal-client';
import { tell } from './outcomes';

const megabyte = 1_000_000;
/** What the kernel holds for four or eight sockets of loopback, and a process for a slow reader. */
const mostTakenBytes = 30 * megabyte;
const mostGrowthMiB = 60;

let started: readonly StartedServer[];
beforeAll(async () => {
  started = await startRelays(2);
}, 60_000);
afterEach(disconnectAll);
afterAll(stopServers);

/** Of Linux, as are the processes of the service. */
const hasProc = existsSync('/proc/self/status');
const residentMiB = ({ server: { pid } }: StartedServer): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Each frame once the one before was taken. */
function push(client: TerminalClient, total: number, frameBytes: number) {
  const progress = { taken: 0 };
  const hash = createHash('sha256');
  const done = (async () => {
    for (let index = 0; progress.taken < total; index += 1) {
      const frame = Buffer.alloc(frameBytes, `${index} `);
      hash.update(frame);
      await new Promise<void>((resolve, reject) => {
        client.ws.send(frame, (error) => (error ? reject(error) : resolve()));
      });
      progress.taken += frameBytes;
    }
    return hash.digest('hex');
  })();
  return { progress, done };
}

/** Until nothing more is taken for a while. */
async function stalled(progress: { readonly taken: number }): Promise<number> {
  for (let before = -1; before !== progress.taken; ) {
    before = progress.taken;
    await sleep(1_500);
  }
  return progress.taken;
}

it.each([
  ['one process', 0, 0, 200 * megabyte, 50_000],
  ['two processes', 0, 1, 200 * megabyte, 50_000],
  // Here it is the number of frames that would take memory.
  ['one process, of small frames', 0, 0, 40 * megabyte, 100],
  ['two processes, of small frames', 0, 1, 40 * megabyte, 100],
])(
  'a reader that stops stops who speaks to it, on %s, and gets everything later',
  async (what, here, there, total, frameBytes) => {
    const [first, second] = [started[here], started[there]] as [StartedServer, StartedServer];
    const { cli, browser } = await pair(first.port, second.port, false);
    const before = hasProc ? started.map(residentMiB) : [];
    browser.ws.pause();
    const { progress, done } = push(cli, total, frameBytes);
    const taken = await stalled(progress);
    const growth = hasProc ? started.map((each, index) => residentMiB(each) - (before[index] ?? 0)) : [];
    const bytesWhileStopped = browser.bytes;

    // The other direction goes on.
    browser.ws.send(Buffer.from('ctrl-c'));
    await cli.received(6);

    browser.ws.resume();
    const digest = await done;
    await browser.received(total);
    tell(`a reader that stops, on ${what}`, [], {
      takenMB: Math.round(taken / megabyte),
      growthMiB: growth.map(Math.round),
    });
    expect(taken).toBeLessThan(Math.min(total, mostTakenBytes));
    expect(bytesWhileStopped).toBeLessThan(megabyte);
    for (const each of growth) expect(each).toBeLessThan(mostGrowthMiB);
    expect(browser.bytes).toBe(total);
    expect(browser.digest()).toBe(digest);
  },
  120_000,
);
