import { evaluate, type Values } from '../../../rehearsal/release/metric-math';

const errorRate = 'IF(requests >= 50, 100 * FILL(errors, 0) / requests, 0)';

test.each<[expression: string, values: Values, expected: number | undefined]>([
  [errorRate, { requests: 200, errors: 10 }, 5],
  [errorRate, { requests: 200, errors: undefined }, 0],
  [errorRate, { requests: 49, errors: 49 }, 0],
  [errorRate, { requests: undefined, errors: undefined }, undefined],
  ['FILL(m0, 0) + FILL(m1, 0)', { m0: 2, m1: undefined }, 2],
  ['a + b', { a: 1, b: undefined }, undefined],
  ['FILL(a / b, 7)', { a: 1, b: 0 }, 7],
  ['-a + 2 * 3 ^ 2', { a: 1 }, 17],
  ['(a + 2) * 3', { a: 1 }, 9],
  ['a > 1 AND b > 1', { a: 2, b: 2 }, 1],
  ['a > 1 AND b > 1', { a: 2, b: 1 }, 0],
  ['a > 1 OR b > 1', { a: 2, b: 1 }, 1],
  ['a == 2 && b != 1 || a <= 0', { a: 2, b: 1 }, 0],
  ['MAX([a, b])', { a: 2, b: 3 }, 3],
  ['MIN([a, b])', { a: 2, b: undefined }, 2],
  ['SUM([a, b]) / 2', { a: 2, b: 3 }, 2.5],
  ['AVG([a, b])', { a: 2, b: 4 }, 3],
  ['AVG([a, b])', { a: undefined, b: undefined }, undefined],
  ['CEIL(ABS(a))', { a: -1.5 }, 2],
])('%s of %j', (expression, values, expected) => {
  expect(evaluate(expression, values)).toBe(expected);
});

test.each([
  ['RATE(a)', /function RATE is not known here; known: IF, FILL, ABS/],
  ['a + b', /there is no metric b; there are: a\./],
  ['IF(a, 1)', /IF takes 3 arguments, not 2/],
  ['a % 2', /operator % is not known; known: \+ -/],
  ['"text"', /"text" is no number/],
  ['a.b', /MemberExpression is not understood/],
  ['a +', /Expected expression after \+/],
])('refuses %s and says why', (expression, message) => {
  expect(() => evaluate(expression, { a: 1 })).toThrow(message);
});
