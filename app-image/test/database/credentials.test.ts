import { createCredentials } from '../../src/database/credentials';
import type { ManagedSecrets } from '../../src/database/managed-secret';
import { captureLog, environmentOf } from './environment';

const login = (password: string) => JSON.stringify({ username: 'mentor', password });

/** What RDS and Secrets Manager would say, and how often they were asked. */
function secretsOf(answer: () => string | Error) {
  const calls = { arn: 0, value: 0 };
  const secrets: ManagedSecrets = {
    async secretArn(instance) {
      calls.arn += 1;
      return `arn:of:${instance}`;
    },
    async secretValue(arn) {
      calls.value += 1;
      expect(arn).toBe('arn:of:mentor-db');
      const value = answer();
      if (value instanceof Error) throw value;
      return value;
    },
  };
  return { secrets, calls };
}

const deployed = environmentOf({ DB_INSTANCE_IDENTIFIER: 'mentor-db' });

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

it('takes the stated ones on a laptop, and has nowhere to read others', async () => {
  const { secrets, calls } = secretsOf(() => login('unused'));
  const stated = environmentOf({ DB_USERNAME: 'asha', DB_PASSWORD: 'local' });
  const credentials = createCredentials(stated, secrets, captureLog().log);
  expect(await credentials.current()).toEqual({ username: 'asha', password: 'local' });
  expect(await credentials.refresh()).toBeUndefined();
  expect(calls).toEqual({ arn: 0, value: 0 });
});

it('asks AWS once for many connections', async () => {
  const { secrets, calls } = secretsOf(() => login('first'));
  const credentials = createCredentials(deployed, secrets, captureLog().log);
  const all = await Promise.all(Array.from({ length: 20 }, () => credentials.current()));
  expect(all.at(-1)).toEqual({ username: 'mentor', password: 'first' });
  await credentials.current();
  expect(calls).toEqual({ arn: 1, value: 1 });
});

it('reads the secret again when asked to, finding it anew', async () => {
  let password = 'first';
  const { secrets, calls } = secretsOf(() => login(password));
  const credentials = createCredentials(deployed, secrets, captureLog().log);
  await credentials.current();
  password = 'second';
  await Promise.all([credentials.refresh(), credentials.refresh()]);
  expect(await credentials.current()).toEqual({ username: 'mentor', password: 'second' });
  expect(calls).toEqual({ arn: 2, value: 2 });
});

it('renews a password of five minutes without making a connection wait, nor fail when AWS does', async () => {
  let answer: string | Error = login('first');
  const { secrets } = secretsOf(() => answer);
  const { log, text } = captureLog();
  const credentials = createCredentials(deployed, secrets, log);
  await credentials.current();

  answer = new Error('Secrets Manager is away');
  jest.advanceTimersByTime(5 * 60_000 + 1);
  expect(await credentials.current()).toMatchObject({ password: 'first' });
  await jest.advanceTimersByTimeAsync(0);
  expect(text()).toContain('Secrets Manager is away');

  answer = login('second');
  expect(await credentials.current()).toMatchObject({ password: 'first' });
  await jest.advanceTimersByTimeAsync(0);
  expect(await credentials.current()).toMatchObject({ password: 'second' });
});

it.each(['', 'hunter2-not-json', '{"username":"mentor"}', '{"username":"mentor","password":""}', '["hunter2"]'])(
  'says what is wrong with a secret of %j without quoting it',
  async (value) => {
    const { secrets } = secretsOf(() => value);
    const failed = createCredentials(deployed, secrets, captureLog().log).current();
    await expect(failed).rejects.toThrow(
      /^The secret of the RDS instance mentor-db is not JSON with "username" and "password"$/,
    );
  },
);
