import { leavesOf } from '../../../diff-guard/compare/leaves';

const variable = (Name: string, Value: string) => ({ Name, Value });

it('never shows one variable under the name of another', () => {
  const before = [variable('LOG_LEVEL', 'info'), variable('PORT', '8000')];
  const after = [variable('JWT_SECRET', 'a secret'), variable('PORT', '8001')];
  expect(leavesOf('Environment', before, after)).toEqual([
    { path: 'Environment.LOG_LEVEL', before: variable('LOG_LEVEL', 'info') },
    { path: 'Environment.PORT.Value', before: '8000', after: '8001' },
    { path: 'Environment.JWT_SECRET', after: variable('JWT_SECRET', 'a secret') },
  ]);
});

it('pairs what has no name by its place', () => {
  expect(leavesOf('Origins', ['a', 'b'], ['a', 'c'])).toEqual([{ path: 'Origins.1', before: 'b', after: 'c' }]);
  expect(leavesOf('Origins', ['a'], ['b', 'a'])).toEqual([{ path: 'Origins.0', after: 'b' }]);
});
