import { Pace } from '../../../rehearsal/load/pace';
import { busyShare, type ProcessorTime, processorTime } from '../../../rehearsal/load/processors';

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

/** Requests a second after the rise, and after as many looks as are asked for. */
async function paced(rate: number, busyAt: (look: number) => number, { mayBeLess = true, looks = 0 } = {}) {
  let passed = 0;
  let enough = () => {};
  const over = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const pause = async () => {
    passed += 1;
    // As long as anybody asks, and then never again.
    if (looks > 0 && passed >= looks) {
      enough();
      await new Promise(() => {});
    }
  };
  const pace = new Pace({ rate, mayBeLess, time: machine(busyAt), pause });
  if (looks === 0) await pace.risen();
  else await Promise.all([over, pace.risen()]);
  return Math.round(pace.rate);
}

test('a load rises to what was asked for on a machine that has time left', async () => {
  expect(await paced(340, () => 0.6, { looks: 100 })).toBe(340);
  expect(await paced(25, () => 0.6, { looks: 100 })).toBe(25);
  expect(await paced(5000, () => 0.6, { mayBeLess: false })).toBe(5000);
});

test('it rises no further on a machine that is busy enough, unless it has to', async () => {
  // Until there is a window to look at, it rises: six looks of twenty requests a second.
  expect(await paced(340, () => 0.85, { looks: 100 })).toBe(120);
  expect(await paced(340, () => 1, { mayBeLess: false })).toBe(340);
});

test('it settles where the machine is busy enough, and does not swing', async () => {
  const rates: number[] = [];
  const settled = new Promise<void>((resolve) => {
    const pause = async () => {
      rates.push(pace.rate);
      if (rates.length < 300) return;
      resolve();
      await new Promise(() => {});
    };
    // 240 requests a second make it busy enough.
    const time = machine(() => Math.min(1, 0.25 + pace.rate / 400));
    const pace = new Pace({ rate: 420, mayBeLess: true, time, pause });
    void pace.risen();
  });
  await settled;
  expect(Math.max(...rates)).toBeLessThan(300);
  const last = rates.slice(100);
  expect(Math.min(...last)).toBeGreaterThan(230);
  expect(Math.max(...last)).toBeLessThan(250);
});

test('it falls while the machine is too busy, and not below what every moment needs', async () => {
  const busyFrom50 = (look: number) => (look < 50 ? 0.5 : 1);
  expect(await paced(340, busyFrom50, { looks: 50 })).toBe(340);
  expect(await paced(340, busyFrom50, { looks: 64 })).toBeLessThan(170);
  expect(await paced(340, busyFrom50, { looks: 100 })).toBe(40);
  expect(await paced(25, () => 1, { looks: 100 })).toBe(25);
});

test('it comes back, and a peak does not matter', async () => {
  expect(await paced(340, (look) => (look >= 50 && look < 60 ? 1 : 0.5), { looks: 100 })).toBe(340);
  expect(await paced(340, (look) => (look % 6 === 0 ? 1 : 0.4), { looks: 100 })).toBe(340);
});

test('what processors were busy with is what they were not idle', () => {
  expect(busyShare({ idle: 100, total: 200 }, { idle: 130, total: 300 })).toBeCloseTo(0.7);
  expect(busyShare({ idle: 100, total: 200 }, { idle: 100, total: 200 })).toBe(0);
});

test('the time of this machine goes on', () => {
  const before = processorTime();
  const until = performance.now() + 150;
  while (performance.now() < until);
  const share = busyShare(before, processorTime());
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThanOrEqual(1);
});
