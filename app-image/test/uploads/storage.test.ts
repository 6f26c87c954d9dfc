import { loadEnvironment } from '../../src/config/load';
import { openStorage } from '../../src/uploads/storage';

const nobody = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_CONFIG_FILE: '/dev/null',
};
// The SDK looks for credentials in the process.
beforeAll(() => void Object.assign(process.env, nobody));
afterAll(() => {
  for (const name of Object.keys(nobody)) delete process.env[name];
});

const unavailable = { status: 503, code: 'STORAGE_UNAVAILABLE' };

it('signs nothing without credentials, and says why to the log only', async () => {
  const storage = openStorage(loadEnvironment({ APP_ENV: 'test' }).environment);
  const signing = storage.presignPut({ bucket: 'a-bucket', key: 'a/key', contentType: 'text/plain', size: 1 }, 300);
  const error = await signing.catch((thrown: Error & { cause: Error }) => thrown);
  expect(error).toMatchObject({ ...unavailable, cause: { name: 'CredentialsProviderError' } });
  expect((error as Error).message).not.toContain('redentials');
});

it('says so where nobody listens', async () => {
  const environment = loadEnvironment({ APP_ENV: 'test', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }).environment;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIANOBODY', AWS_SECRET_ACCESS_KEY: 'secret-of-nobody' });
  const storage = openStorage(environment);
  await expect(storage.head('a-bucket', 'a/key')).rejects.toMatchObject(unavailable);
  await expect(storage.delete('a-bucket', 'a/key')).rejects.toMatchObject(unavailable);
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
});
