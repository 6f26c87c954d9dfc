import { readEnvironment } from '../src/config/environment';
import { killLeftovers, SourceProcess, startServer } from './server-process';

afterAll(killLeftovers);

const BAD = {
  APP_ENV: 'prod',
  PROCESS_ROLE: 'cron',
  PORT: '70000',
  SHUTDOWN_DRAIN_SECONDS: '1.5',
  SHUTDOWN_DEADLINE_SECONDS: '-1',
  KEEP_ALIVE_TIMEOUT_SECONDS: '65s',
  HEADERS_TIMEOUT_SECONDS: '0x46',
};

it('has a default for everything, and takes an empty variable for an unset one', () => {
  const defaults = {
    appEnvironment: 'development',
    processRole: 'all',
    revision: null,
    host: '0.0.0.0',
    port: 8000,
    shutdownDrainSeconds: 15,
    shutdownDeadlineSeconds: 50,
    keepAliveTimeoutSeconds: 65,
    headersTimeoutSeconds: 70,
  };
  expect(readEnvironment({})).toEqual(defaults);
  expect(readEnvironment({ PORT: '', APP_ENV: ' ', APP_REVISION: '' })).toEqual(defaults);
});

it('says for every field what it is and what it may be', () => {
  expect(() => readEnvironment({ APP_ENV: 'prod', PORT: '70000' })).toThrow(
    [
      'Invalid environment, not starting:',
      '  - APP_ENV is "prod": must be one of development, test, staging, demo, production',
      '  - PORT is "70000": must be a whole number from 1 to 65535',
    ].join('\n'),
  );
});

it('holds the order of the timings', () => {
  expect(() => readEnvironment({ SHUTDOWN_DRAIN_SECONDS: '50', KEEP_ALIVE_TIMEOUT_SECONDS: '80' })).toThrow(
    [
      '  - SHUTDOWN_DRAIN_SECONDS is 50: must be below SHUTDOWN_DEADLINE_SECONDS, which is 50',
      '  - KEEP_ALIVE_TIMEOUT_SECONDS is 80: must be below HEADERS_TIMEOUT_SECONDS, which is 70',
    ].join('\n'),
  );
});

it('exits 1 before listening, with every failing field in one message and no secret in it', async () => {
  const server = new SourceProcess('main', { ...BAD, SECRETS_JSON: '{"JWT_SECRET":"never-to-be-seen"' });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stdout).toBe('');
  const named = Array.from(server.stderr.matchAll(/^ {2}- (\w+) is /gm), ([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(BAD).sort());
  expect(server.stderr).not.toContain('never-to-be-seen');
});

it('exits 1 when the port is taken', async () => {
  const { port } = await startServer();
  const second = new SourceProcess('main', { HOST: '127.0.0.1', PORT: String(port) });
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.logs).toMatchObject([{ level: 'error', msg: 'cannot listen', port }]);
});
