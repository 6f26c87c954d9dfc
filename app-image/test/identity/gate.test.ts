import { setTimeout as sleep } from 'node:timers/promises';
import { Gate, LineTooLong } from '../../src/identity/gate';

it('lets as many in as there are places, the others in their order, and nobody beyond the line', async () => {
  const gate = new Gate(2, 3);
  const began: number[] = [];
  let inside = 0;
  let most = 0;
  const task = (number: number) =>
    gate.run(async () => {
      began.push(number);
      inside += 1;
      most = Math.max(most, inside);
      await sleep(5);
      inside -= 1;
      return number;
    });
  const admitted = [0, 1, 2, 3, 4].map(task);
  await expect(task(5)).rejects.toThrow(LineTooLong);
  expect(await Promise.all(admitted)).toEqual([0, 1, 2, 3, 4]);
  expect(began).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
  expect(await task(6)).toBe(6);
});

it('gives a place back after a failure', async () => {
  const gate = new Gate(1, 0);
  await expect(gate.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await gate.run(async () => 'done')).toBe('done');
});
