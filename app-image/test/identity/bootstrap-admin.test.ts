import { freshDatabase, freshRedis } from '../stores';
import { type Stack, startStack } from './stack';

const login = { ADMIN_EMAIL: 'First.Admin@school.test', ADMIN_PASSWORD: 'what the first admin begins with' };
const email = 'first.admin@school.test';

/** Two processes on a database that nobody has used yet. */
async function newPlatform() {
  const [postgres, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  const variables = { ...postgres.environment, ...redis.environment, ...login };
  const processes = await Promise.all([startStack(variables), startStack(variables)]);
  return {
    processes,
    async close() {
      await Promise.all(processes.map((stack) => stack.close()));
      await Promise.all([postgres.close(), redis.close()]);
    },
  };
}

let platform: Awaited<ReturnType<typeof newPlatform>>;
beforeEach(async () => {
  platform = await newPlatform();
});
afterEach(() => platform?.close());

const usersOf = ({ database }: Stack) =>
  database.query<{ email: string; role: string; passwordHash: string }>(
    'SELECT email, role, "passwordHash" FROM users',
  );
const signIn = (stack: Stack) =>
  stack.call('/auth/login', { body: { email: login.ADMIN_EMAIL, password: login.ADMIN_PASSWORD } });
const saidIn = (stacks: readonly Stack[], msg: RegExp) =>
  stacks.flatMap(({ logs }) => logs).filter((line) => msg.test(line.msg));

it('makes one superadmin, also when two processes start together, and never again', async () => {
  const { processes } = platform;
  const [stack] = processes;
  await Promise.all(processes.map(({ identity }) => identity.bootstrap()));
  expect(await usersOf(stack)).toMatchObject([{ email, role: 'SUPERADMIN' }]);
  expect(await signIn(stack)).toMatchObject({ status: 200, body: { data: { user: { email, role: 'SUPERADMIN' } } } });

  await stack.database.query('UPDATE users SET "passwordHash" = $1', ['changed by its owner']);
  await stack.identity.bootstrap();
  expect(await usersOf(stack)).toMatchObject([{ email, passwordHash: 'changed by its owner' }]);

  const events = await stack.loginEvents(email);
  expect(events.filter(({ kind }) => kind === 'bootstrap')).toMatchObject([
    { succeeded: true, userId: expect.any(String) },
  ]);
  expect(saidIn(processes, /made ADMIN_EMAIL one/)).toHaveLength(1);
  expect(JSON.stringify(processes.flatMap(({ logs }) => logs))).not.toContain(login.ADMIN_PASSWORD);
});

it.each(['ADMIN', 'SUPERADMIN'] as const)('makes nobody where there is a user of the role %s', async (role) => {
  const [stack] = platform.processes;
  const { email: existing } = await stack.addUser(role);
  await stack.identity.bootstrap();
  expect((await usersOf(stack)).map((user) => user.email)).toEqual([existing]);
});

it('leaves a user of this address as they are, and says that there is no administrator', async () => {
  const [stack] = platform.processes;
  await stack.addUser('USER', { email: 'First.admin@School.test' });
  const before = await usersOf(stack);
  await stack.identity.bootstrap();
  expect(await usersOf(stack)).toEqual(before);
  expect(saidIn([stack], /there is no administrator/)).toMatchObject([{ level: 'error' }]);
});
