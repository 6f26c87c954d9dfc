import { parseValue } from '../../src/config/parse';
import type { Format, Variable } from '../../src/config/variable';

const variable = (format: Format): Variable => ({ description: 'A test', source: 'environment', ...format });
const parse = (format: Format, raw: string) => parseValue(variable(format), raw);

const text: Format = { type: 'text', minLength: 4 };
const region: Format = { type: 'text', pattern: /^[a-z]+-\d$/, example: 'south-1' };
const port: Format = { type: 'integer', min: 1, max: 65_535 };
const rate: Format = { type: 'number', min: -1, max: 28 };
const role: Format = { type: 'choice', values: ['web', 'worker'] };
const hex = 'a1'.repeat(32);
const base64 = Buffer.alloc(32, 7).toString('base64');

it.each<[Format, string, unknown]>([
  [text, 'four', 'four'],
  [text, 'with some spaces', 'with some spaces'],
  [region, 'south-1', 'south-1'],
  [port, '1', 1],
  [port, '65535', 65_535],
  [rate, '18', 18],
  [rate, '-0.5', -0.5],
  [{ type: 'boolean' }, 'true', true],
  [{ type: 'boolean' }, 'false', false],
  [role, 'worker', 'worker'],
  [{ type: 'url' }, 'https://api.groq.com/openai/v1', 'https://api.groq.com/openai/v1'],
  [{ type: 'url' }, 'http://mas-llm-gateway:4000', 'http://mas-llm-gateway:4000'],
  [{ type: 'host' }, 'mas-voice-agent-web', 'mas-voice-agent-web'],
  [{ type: 'host' }, 'db.c1.ap-south-1.rds.amazonaws.com', 'db.c1.ap-south-1.rds.amazonaws.com'],
  [{ type: 'host' }, '10.0.0.7', '10.0.0.7'],
  [{ type: 'host' }, '::1', '::1'],
  [{ type: 'email' }, 'info@myanalyticsschool.com', 'info@myanalyticsschool.com'],
  [{ type: 'origins' }, '["http://localhost:3000","https://a.in"]', ['http://localhost:3000', 'https://a.in']],
  [{ type: 'origins' }, '[]', []],
  [{ type: 'origins' }, '*', ['*']],
  [{ type: 'list' }, 'one, two,,three ', ['one', 'two', 'three']],
  [{ type: 'list' }, ',', []],
  [{ type: 'json' }, '{"a":[1]}', '{"a":[1]}'],
  [{ type: 'duration' }, '90s', 90],
  [{ type: 'duration' }, '15m', 900],
  [{ type: 'duration' }, '2h', 7200],
  [{ type: 'duration' }, '7d', 604_800],
  [{ type: 'duration', maxSeconds: 86_400 }, '1d', 86_400],
  [{ type: 'cron' }, '30 2 * * *', '30 2 * * *'],
  [{ type: 'cron' }, '*/15 0-6,22 1 JAN-MAR mon-fri/2', '*/15 0-6,22 1 JAN-MAR mon-fri/2'],
  [{ type: 'cron' }, '0 0 * * 7', '0 0 * * 7'],
  [{ type: 'aes-256-key' }, hex, hex],
  [{ type: 'aes-256-key' }, base64, base64],
  [{ type: 'date' }, '2028-02-29', '2028-02-29'],
])('takes %j %j', (format, raw, value) => {
  expect(parse(format, raw)).toEqual({ value });
});

const wholeNumber = 'must be a whole number from 1 to 65535';
const number = 'must be a number from -1 to 28';
const url = 'must be an absolute URL that begins with http:// or https://';
const host = 'must be a host name or address, without scheme and port';
const email = 'must be one e-mail address';
const origins = 'must be a JSON array of origins (scheme, host and port only), e.g. ["https://www.mrmentor.in"]';
const duration = 'must be a whole number and one of s, m, h, d, e.g. 15m';
const cron = 'must be five cron fields (minute, hour, day, month, weekday), e.g. 30 2 * * *';
const key = 'must be 32 bytes, as base64 or 64 hexadecimal digits';
const date = 'must be a date that exists, written like 2026-03-31';

it.each<[Format, string, string[]]>([
  [text, 'must have at least 4 characters', ['abc']],
  [text, 'must not begin or end with a space or a line break', [' four', 'four\n']],
  [region, 'must have the form south-1', ['south']],
  [{ type: 'text', pattern: /^[A-Z]+$/ }, 'must match ^[A-Z]+$', ['abc']],
  [port, wholeNumber, ['0', '65536', '-1', '1.5', '0x46', '1e3', ' 5 ', '+5', '007', 'NaN', '٣', '']],
  [rate, number, ['28.1', '-1.01', '1.', '.5', '1e1', 'Infinity', '1,5']],
  [{ type: 'boolean' }, 'must be true or false', ['TRUE', '1', 'yes', 'true ']],
  [role, 'must be one of web, worker', ['Web', 'cron', 'web ']],
  [
    { type: 'url' },
    url,
    ['api.groq.com', '/v1', 'ftp://a.in', 'http:a.in', 'https://', 'https://a b.in', 'https://a\\b'],
  ],
  [{ type: 'host' }, host, ['http://a.in', 'a.in:5432', 'a b', '-a', '999.1.1.1', '1.2.3', 'a..b', 'user@host']],
  [{ type: 'email' }, email, ['a', 'a@b', 'a@b.', 'a b@c.in', 'a@b.in,c@d.in', 'A <a@b.in>']],
  [
    { type: 'origins' },
    origins,
    [
      'https://a.in',
      '["https://a.in/"]',
      '["*"]',
      '["null"]',
      '[1]',
      '{}',
      'null',
      '[',
      '["ftp://a.in"]',
      '["HTTPS://a.in"]',
    ],
  ],
  [{ type: 'json' }, 'must be a JSON object', ['[]', 'null', '"a"', '{', '1']],
  [{ type: 'duration', maxSeconds: 86_400 }, 'must be 86400 seconds at most', ['25h', '86401s']],
  [{ type: 'duration' }, duration, ['15', 'm', '0m', '1.5h', '15 m', '15M', '-1m', '1w', '9999999d']],
  [
    { type: 'cron' },
    cron,
    [
      '* * * *',
      '* * * * * *',
      '60 * * * *',
      '* 24 * * *',
      '* * 0 * *',
      '* * * 13 *',
      '* * * * 8',
      '5-1 * * * *',
      '*/0 * * * *',
      '*/99 * * * *',
      '1,,2 * * * *',
      '@daily',
      '* * * * foo',
      '1-2-3 * * * *',
      'a/b/c * * * *',
    ],
  ],
  [
    { type: 'aes-256-key' },
    key,
    [hex.slice(1), `${hex}0`, Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64'), 'z'.repeat(64)],
  ],
  [{ type: 'date' }, date, ['2026-02-29', '2026-13-01', '2026-3-1', '31.03.2026', '2026-03-31T00:00:00Z', '0']],
])('refuses for %j with "%s": %j', (format, problem, values) => {
  expect(values.map((raw) => parse(format, raw))).toEqual(values.map(() => ({ problem })));
});

it('turns a switch off for exactly false and 0', () => {
  const isOn = (raw: string) => parse({ type: 'switch' }, raw);
  expect(['false', '0'].map(isOn)).toEqual([{ value: false }, { value: false }]);
  const others = ['', 'true', '1', 'FALSE', 'no', 'off', ' false', 'false ', '00', 'null'];
  expect(others.map(isOn)).toEqual(others.map(() => ({ value: true })));
});
