import { busyShare, type ProcessorTime, processorTime } from '../../../rehearsal/load/processors';
import { Rise } from '../../../rehearsal/load/rise';

/** Of two processors, a quarter of a second later each time, as busy as this says. */
function machine(busyAt: (look: number) => number): () => ProcessorTime {
  let look = 0;
  let last: ProcessorTime = { idle: 0, total: 0 };
  return () => {
    last = { idle: last.idle + 500 * (1 - busyAt(look)), total: last.total + 500 };
    look += 1;
    return last;
  };
}

const risenTo = (rate: number, busyAt: (look: number) => number, mayBeLess = true) =>
  new Rise({ rate, mayBeLess, time: machine(busyAt), pause: async () => {} }).end();

test('a load rises to what was asked for on a machine that has time left', async () => {
  expect(await risenTo(340, () => 0.6)).toBe(340);
  expect(await risenTo(5000, () => 0.6)).toBe(5000);
  expect(await risenTo(25, () => 0.6)).toBe(25);
});

test('it rises no further on a machine that is busy, unless it has to', async () => {
  // Until there is a window to look at, it rises.
  expect(await risenTo(340, () => 1)).toBe(60);
  expect(await risenTo(340, () => 1, false)).toBe(340);
});

test('a peak does not hold it, and it goes on once the machine has become faster', async () => {
  expect(await risenTo(340, (look) => (look % 6 === 0 ? 1 : 0.4))).toBe(340);
  // The window is busy from its seventh look on, and the last 20 looks of 48 are those of a machine with time.
  expect(await risenTo(340, (look) => (look < 28 ? 1 : 0))).toBe(60 + 10 * (48 - 28 - 2));
});

test('what processors were busy with is what they were not idle', () => {
  expect(busyShare({ idle: 100, total: 200 }, { idle: 130, total: 300 })).toBeCloseTo(0.7);
  expect(busyShare({ idle: 100, total: 200 }, { idle: 100, total: 200 })).toBe(0);
});

test('the time of this machine goes on', async () => {
  const before = processorTime();
  const until = performance.now() + 150;
  while (performance.now() < until);
  const share = busyShare(before, processorTime());
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThanOrEqual(1);
});
