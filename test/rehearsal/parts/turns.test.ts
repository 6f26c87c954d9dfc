import { setTimeout as sleep } from 'node:timers/promises';
import { oneByOne, startTurns } from '../../../rehearsal/parts/turns';
import { eventually } from '../../eventually';

it('runs one after the other, whatever becomes of them', async () => {
  const inTurn = oneByOne();
  const order: string[] = [];
  const run = (name: string, ms: number) => () =>
    sleep(ms).then(() => {
      order.push(name);
      if (name === 'fails') throw new Error(name);
    });
  const failing = inTurn(run('fails', 20));
  const last = inTurn(run('last', 0));
  await expect(failing).rejects.toThrow('fails');
  await last;
  expect(order).toEqual(['fails', 'last']);
});

let over: AbortController;
beforeEach(() => {
  over = new AbortController();
});
afterEach(() => over.abort());

function starts(longestSeconds: number) {
  const started: string[] = [];
  const start = startTurns({ places: 2, longestSeconds, signal: over.signal });
  const begin = (name: string, upOrGone: Promise<unknown> = new Promise(() => {})) =>
    start(async () => {
      started.push(name);
      return { upOrGone };
    });
  return { started, begin };
}

it('starts as many at a time as have places, and the next one when one is up', async () => {
  const { started, begin } = starts(60);
  let up: (value?: unknown) => void = () => {};
  const first = begin('first', new Promise((resolve) => (up = resolve)));
  await Promise.all([first, begin('second')]);
  const third = begin('third');
  await sleep(30);
  expect(started).toEqual(['first', 'second']);
  up();
  await third;
  expect(started).toEqual(['first', 'second', 'third']);
});

it('does not wait for ever for one that does not get up', async () => {
  const { started, begin } = starts(0.05);
  await Promise.all(['first', 'second', 'third'].map((name) => begin(name)));
  expect(started).toEqual(['first', 'second', 'third']);
});

it('gives its place to the next one when one cannot be started', async () => {
  const start = startTurns({ places: 1, longestSeconds: 60, signal: over.signal });
  const failing = start(() => Promise.reject(new Error('no such program')));
  const next = start(async () => ({ upOrGone: Promise.resolve() }));
  await expect(failing).rejects.toThrow('no such program');
  await next;
});

it('lets everybody go when it is over', async () => {
  const { started, begin } = starts(60);
  void Promise.all(['first', 'second', 'third'].map((name) => begin(name)));
  await eventually(() => started.length === 2);
  over.abort();
  await eventually(() => started.length === 3);
});
