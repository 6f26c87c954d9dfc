import { unlessAborted } from '../../rehearsal/interruption';

const never = new Promise<string>(() => {});

it('has the outcome of the promise', async () => {
  const { signal } = new AbortController();
  await expect(unlessAborted(Promise.resolve('done'), signal)).resolves.toBe('done');
  await expect(unlessAborted(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
});

it.each(['before', 'meanwhile'])('throws the reason of a signal that was aborted %s', async (when) => {
  const stop = new AbortController();
  if (when === 'before') stop.abort(new Error('Ctrl-C'));
  const outcome = unlessAborted(never, stop.signal);
  stop.abort(new Error('Ctrl-C'));
  await expect(outcome).rejects.toThrow('Ctrl-C');
});
