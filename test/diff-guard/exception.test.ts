import { type Exception, exceptionFailures } from '../../diff-guard/exception';
import { exceptions } from '../../diff-guard/exceptions';
import { firstLine } from '../../diff-guard/report/first-line';
import { deployedStacks, drafted, judged, unlabelled } from './draft';

const today = '2026-12-01';
const invoicesGo = drafted(({ stack, idOf }) => {
  const { Resources } = stack('production/storage').template;
  delete Resources[idOf('production/storage', 'StorageInvoicesB6')];
});
const exception: Exception = {
  ...{ environments: ['production'], stack: 'storage', resource: 'Storage/Invoices', rule: 'stateful-orphaned' },
  reason: 'Invoices are kept by the accountants from November on; the bucket is archived by hand.',
  expires: '2026-12-31',
};
const withExceptions = (...list: Exception[]) =>
  judged(invoicesGo, deployedStacks(), { ...unlabelled, exceptions: list, today });

it('lets red pass that an exception names, by construct or by logical id, and still shows it', () => {
  for (const resource of ['Storage/Invoices', 'StorageInvoicesB6686B22']) {
    const { verdict, exitCode, findings, spent } = withExceptions({ ...exception, resource });
    expect({ verdict, exitCode, spent }).toEqual({ verdict: 'green', exitCode: 0, spent: [] });
    expect(findings.filter((found) => found.exception).map(({ rule }) => rule.id)).toEqual(['stateful-orphaned']);
  }
});

it.each<[string, Partial<Exception>]>([
  ['another environment', { environments: ['staging'] }],
  ['another stack', { stack: 'data' }],
  ['another resource', { resource: 'Storage/Courses' }],
  ['another change', { rule: 'stateful-replaced' }],
])('does not let it pass for an exception of %s, which then fails as unused', (_, other) => {
  const { exitCode, spent, findings } = withExceptions({ ...exception, ...other });
  expect(exitCode).toBe(1);
  expect(spent).toEqual([{ exception: { ...exception, ...other }, state: 'unused' }]);
  expect(findings[0]).toMatchObject({ rule: { id: 'stateful-orphaned' }, resource: 'Storage/Invoices' });
});

it('holds an exception on its last day, and fails with it on the day after', () => {
  expect(withExceptions({ ...exception, expires: today }).exitCode).toBe(0);
  const { exitCode, spent } = withExceptions({ ...exception, expires: '2026-11-30' });
  expect({ exitCode, states: spent.map(({ state }) => state) }).toEqual({ exitCode: 1, states: ['expired'] });
});

it('fails with an unused exception where nothing else is wrong, and says which', () => {
  const judgement = judged(deployedStacks(), deployedStacks(), { ...unlabelled, exceptions: [exception] });
  expect(judgement.exitCode).toBe(1);
  expect(firstLine({ base: 'a', head: 'b', places: ['production'], stacks: 34, judgement })).toBe(
    '✗ red: the exception "production: storage/Storage/Invoices stateful-orphaned" excuses nothing of this change; take it out of diff-guard/exceptions.ts.',
  );
});

it('excuses what belongs to an account under the name "account"', () => {
  const path = deployedStacks().find(({ environment }) => environment === undefined)?.path ?? '';
  const after = drafted(({ stack }) => {
    stack(path).terminationProtection = false;
  });
  const stackName = deployedStacks().find((stack) => stack.path === path)?.stackName ?? '';
  const ofAccount = {
    ...exception,
    environments: ['account'],
    stack: path,
    resource: stackName,
    rule: 'deletion-protection-off',
  };
  expect(judged(after, deployedStacks(), { ...unlabelled, exceptions: [ofAccount], today }).exitCode).toBe(0);
});

it.each<[string, Partial<Exception>, RegExp]>([
  ['no environment', { environments: [] }, /environments is empty/],
  [
    'an unknown row',
    { rule: 'statful-moved' },
    /"statful-moved" is no row of the verdict table; allowed: stateful-moved/,
  ],
  ['a reason that is none', { reason: 'needed' }, /reason "needed" convinces nobody/],
  ['a day that is none', { expires: 'soon' }, /expires "soon" is no date/],
  ['a day that is far away', { expires: '2030-01-01' }, /more than 183 days away/],
  ['no resource', { resource: ' ' }, /stack and resource have to be named/],
])('refuses an exception with %s', (_, wrong, message) => {
  expect(exceptionFailures([{ ...exception, ...wrong }], today)).toEqual([expect.stringMatching(message)]);
});

it('has nothing wrong with the exceptions in the repository', () => {
  expect(exceptionFailures([exception], today)).toEqual([]);
  expect(exceptionFailures(exceptions, new Date().toISOString().slice(0, 10))).toEqual([]);
});
