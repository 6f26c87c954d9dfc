import { readable } from '../../../rehearsal/parts/task-log';

it.each([
  [
    '{"level":"error","time":"2026-11-20T19:00:00Z","role":"web","port":8000,"msg":"cannot listen"}',
    'error  cannot listen  role=web  port=8000',
  ],
  [
    '{"level":"warn","time":"…","err":{"message":"ECONNREFUSED","stack":"…"},"msg":"redis is away"}',
    'warn  redis is away  ECONNREFUSED',
  ],
  ['{"level":"error","err":{"message":"no such table"},"msg":"no such table"}', 'error  no such table'],
  ['{"level":"info","report":{"queues":[]},"msg":"start-up report"}', 'info  start-up report'],
  ['    at main.js:1:1', '    at main.js:1:1'],
  ['{"key":1}', '{"key":1}'],
  ['null', 'null'],
])('%s reads as %s', (line, text) => expect(readable(line)).toBe(text));

it('shortens what would fill the screen', () => expect(readable('x'.repeat(5_000))).toBe(`${'x'.repeat(499)}…`));
