import { duration, healthCodes, name, quoted, wildcard } from '../../../rehearsal/parts/haproxy-syntax';

it.each([
  ['{"code":"NO SUCH"} # $HOME %[x] \\', `'{"code":"NO SUCH"} # $HOME %[x] \\'`],
  ["it's", "'it'\\''s'"],
  ['two\nlines\tand\rmore', "'two'\\n'lines'\\t'and'\\r'more'"],
  ['', "''"],
])('quotes %j', (text, expected) => expect(quoted(text)).toBe(expected));

it('refuses a character that cannot be quoted', () => {
  expect(() => quoted('a\u0000b')).toThrow(
    '"a\\u0000b" has the control character "\\u0000", which HAProxy\'s configuration can\'t hold; take it out.',
  );
});

it('takes a name as it is, or refuses it', () => {
  expect(name('x-mr-mentor-release')).toBe('x-mr-mentor-release');
  for (const wrong of ['', 'two words', 'a)', 'a,b', "a'", 'naïve', 'a\nb'])
    expect(() => name(wrong)).toThrow(
      `${JSON.stringify(wrong)} can't be a name in HAProxy's configuration: only letters, digits, - and _ can; rename it.`,
    );
});

it.each([
  [60, '60000ms'],
  [0.5, '500ms'],
  [0.0001, '1ms'],
])('takes %d s for %s', (seconds, expected) => expect(duration(seconds)).toBe(expected));

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to wait %d s', (seconds) =>
  expect(() => duration(seconds)).toThrow(`A duration is ${seconds} s: it has to be more than 0`),
);

it.each([
  ['api.mrmentor.in', ['api.mrmentor.in'], ['apixmrmentor.in', 'xapi.mrmentor.in', 'api.mrmentor.inx']],
  ['*.mrmentor.in', ['a.mrmentor.in', 'a.b.mrmentor.in', '.mrmentor.in'], ['mrmentor.in']],
  ['/?.js', ['/a.js'], ['/.js', '/ab.js']],
  ['a\\*b\\?', ['a*b?'], ['aXb?', 'a*bX']],
  ['(a|b)[c]{2}+^$\\', ['(a|b)[c]{2}+^$\\'], ['a', '(a|b)cc']],
])('matches %s as a listener rule does', (value, matching, others) => {
  const expression = new RegExp(wildcard(value));
  for (const text of matching) expect(text).toMatch(expression);
  for (const text of others) expect(text).not.toMatch(expression);
});

it.each(['200', '200,204', '200-299', '200-204,210'])('takes the codes %s', (codes) =>
  expect(healthCodes(codes)).toBe(codes),
);

it.each(['', '20', '200;', '200, 204', "200' quit", '2xx'])('refuses the codes %j', (codes) =>
  expect(() => healthCodes(codes)).toThrow(
    `A health check's codes are "${codes}": must be like 200, 200,204 or 200-299`,
  ),
);
