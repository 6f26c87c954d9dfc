import { createHmac } from 'node:crypto';
import { isSame, isSigned } from '../../src/webhooks/shared-secret';

it.each([
  ['secret', 'secret', true],
  ['secret', 'Secret', false],
  ['secre', 'secret', false],
  ['secret ', 'secret', false],
  ['', 'secret', false],
  ['sécret', 'sécret', true],
  ['x'.repeat(100_000), 'secret', false],
])('"%.10s" and "%s": %s', (shown, secret, same) => {
  expect(isSame(shown, secret)).toBe(same);
});

const body = Buffer.from('{"a":"é"}');
const hex = createHmac('sha256', 'app-secret').update(body).digest('hex');

it.each([
  ['its signature', `sha256=${hex}`, true],
  ['the same in upper case', `sha256=${hex.toUpperCase()}`, true],
  ['none', undefined, false],
  ['an empty one', '', false],
  ['another algorithm', `sha1=${hex}`, false],
  ['one without its algorithm', hex, false],
  ['a part of it', `sha256=${hex.slice(2)}`, false],
  ['more than it', `sha256=${hex}00`, false],
  ['what is no hexadecimal', `sha256=${'z'.repeat(64)}`, false],
  ["another secret's", `sha256=${createHmac('sha256', 'other').update(body).digest('hex')}`, false],
])('takes a body by %s: %s %s', (_what, signature, signed) => {
  expect(isSigned(body, signature, 'app-secret')).toBe(signed);
});

it('takes no other body by the same signature', () => {
  expect(isSigned(Buffer.from('{"a":"e"}'), `sha256=${hex}`, 'app-secret')).toBe(false);
  expect(isSigned(Buffer.alloc(0), `sha256=${hex}`, 'app-secret')).toBe(false);
});
