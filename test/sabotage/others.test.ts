import { catalogue } from './catalogue';
import { haveToFail, rehearse } from './have-to-fail';

test('what nobody has sabotaged passes', async () => {
  const { exitCode, says } = await rehearse({}, { from: 'as it is', scenario: 'release' });

  expect(says).toBe('');
  expect(exitCode).toBe(0);
});

haveToFail(catalogue.filter(({ short }) => !short));
