import { TearDown } from '../../rehearsal/tear-down';

const part = async (name: string) => name;

it('ends what was started, the last first', async () => {
  const ended: string[] = [];
  const tearDown = new TearDown();
  for (const name of ['database', 'cache'])
    await tearDown.start(
      () => part(name),
      (each) => ended.push(each),
    );
  await tearDown.run();
  expect(ended).toEqual(['cache', 'database']);
});

it('ends also what was still starting when another part failed', async () => {
  const ended: string[] = [];
  let slow: (name: string) => void = () => {};
  const tearDown = new TearDown();
  const starts = Promise.all([
    tearDown.start(
      () => new Promise<string>((resolve) => (slow = resolve)),
      (each) => ended.push(each),
    ),
    tearDown.start(
      () => Promise.reject(new Error('no port')),
      () => ended.push('what never was'),
    ),
  ]);
  await expect(starts).rejects.toThrow('no port');
  const down = tearDown.run();
  slow('slow');
  await down;
  expect(ended).toEqual(['slow']);
});

it('starts nothing once it ends', async () => {
  const tearDown = new TearDown();
  await tearDown.run();
  const start = jest.fn();
  await expect(tearDown.start(start, () => {})).rejects.toThrow('nothing more is started');
  expect(start).not.toHaveBeenCalled();
});

it('gives all their turn, whatever goes wrong, and tells the first error', async () => {
  const ended: string[] = [];
  const tearDown = new TearDown();
  await tearDown.start(
    () => part('first'),
    (each) => ended.push(each),
  );
  for (const name of ['second', 'third'])
    await tearDown.start(
      () => part(name),
      (each) => {
        throw new Error(`${each} does not end`);
      },
    );
  await expect(tearDown.run()).rejects.toThrow('third does not end');
  expect(ended).toEqual(['first']);
});
