import type { Screen } from '../../../rehearsal/report/cursor';
import { createLiveView } from '../../../rehearsal/report/live-view';
import { sparkline } from '../../../rehearsal/report/sparkline';
import { failed, request } from './passing-rehearsal';

/** What stands on a terminal in the end: it obeys line feeds, cursor up, and erasing to the end. */
class Terminal implements Screen {
  readonly lines: string[] = [''];
  written = '';
  private row = 0;

  constructor(
    readonly isTTY: boolean,
    readonly columns?: number,
  ) {}

  write(text: string): void {
    this.written += text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal obeys them
    for (const [part] of text.matchAll(/\u001b\[\??\d*[A-Za-z]|\n|\r|[^\u001b\n\r]+/g)) {
      if (part === '\n') this.lines[++this.row] ??= '';
      else if (part.endsWith('A') && part.startsWith('\u001b')) this.row -= Number(part.slice(2, -1));
      else if (part === '\u001b[J') this.lines.splice(this.row, this.lines.length, '');
      else if (!part.startsWith('\u001b') && part !== '\r') this.lines[this.row] += part;
    }
  }

  get text(): string {
    return this.lines.map((line) => `${line.trimEnd()}\n`).join('');
  }
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function bake(screen: Screen, colours = false) {
  const view = createLiveView(screen, { colours });
  view.note('Blue serves.');
  view.stageBegan('release', 'SCALE_UP');
  jest.advanceTimersByTime(4_000);
  view.outcomes(Array.from({ length: 1_000 }, (_, index) => request({ at: index * 4, ms: 5 })));
  view.stageEnded();
  view.stageBegan('release', 'BAKE_TIME', 60);
  view.counts({ sockets: 24, jobsAccepted: 30, jobsDone: 28 });
  view.outcomes([
    ...Array.from({ length: 500 }, (_, index) => request({ at: 4_000 + index * 2, ms: 4 })),
    ...Array.from({ length: 200 }, (_, index) => request({ at: 5_000 + index * 5, ms: 9 })),
    failed(502, { at: 5_990 }),
  ]);
  jest.advanceTimersByTime(21_000);
  return view;
}

it('keeps what is finished and draws what goes on below it', () => {
  const screen = new Terminal(true, 80);
  const view = bake(screen);
  expect(screen.text).toMatchInlineSnapshot(`
"Blue serves.

release
✔ scale up                          4.0 s    1,000 requests    0 failed  p99 5.0 ms

▸ bake time of release, 21.0 of 60.0 s
  201/s  1 failed (1 in this stage)  p50 9.0  p99 9.0 ms
  24 sockets  28 of 30 jobs  ▄▅▅▅█▄

"
`);
  view.stageEnded();
  view.end();
  expect(screen.text).toMatchInlineSnapshot(`
"Blue serves.

release
✔ scale up                          4.0 s    1,000 requests    0 failed  p99 5.0 ms
✘ bake time                        21.0 s      701 requests    1 failed  p99 9.0 ms

"
`);
  expect(screen.written.endsWith('\u001b[?25h')).toBe(true);
});

it('draws nothing any more when it has ended', () => {
  const screen = new Terminal(true, 80);
  bake(screen).end();
  const { written } = screen;
  jest.advanceTimersByTime(60_000);
  expect(screen.written).toBe(written);
  expect(screen.text).not.toContain('▸');
});

it('cuts its block to a narrow terminal, as a broken line would stay', () => {
  const screen = new Terminal(true, 30);
  bake(screen).note('A note may be as long as it wants to be.');
  const block = screen.lines.slice(screen.lines.findIndex((line) => line.startsWith('▸')));
  expect(block.filter((line) => line.length > 29)).toEqual([]);
  expect(block).toHaveLength(4);
});

it('writes lines where it is no terminal, and every ten seconds of a long stage another one', () => {
  const screen = new Terminal(false);
  const view = bake(screen);
  view.stageEnded();
  view.end();
  expect(screen.written).not.toContain('\u001b');
  expect(screen.text).toMatchInlineSnapshot(`
"Blue serves.

release
✔ scale up                          4.0 s    1,000 requests    0 failed  p99 5.0 ms
… bake time                        10.0 s      701 requests    1 failed  p99 9.0 ms
… bake time                        20.0 s      701 requests    1 failed  p99 9.0 ms
✘ bake time                        21.0 s      701 requests    1 failed  p99 9.0 ms

"
`);
});

it.each([
  [true, '\u001b[32m✔\u001b[0m'],
  [false, '✔ scale up'],
])('with colours: %s', (colours, mark) => {
  const screen = new Terminal(true, 80);
  bake(screen, colours).end();
  expect(screen.written).toContain(mark);
});

it('gives the cursor back when the process ends, and leaves no listener behind', () => {
  const before = process.listenerCount('SIGINT');
  const screen = new Terminal(true);
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  const others = process.rawListeners('SIGINT') as NodeJS.SignalsListener[];
  process.removeAllListeners('SIGINT');
  const view = createLiveView(screen);
  process.emit('SIGINT', 'SIGINT');
  expect(screen.written.endsWith('\u001b[?25h')).toBe(true);
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGINT');
  view.end();
  for (const other of others) process.on('SIGINT', other);
  expect(process.listenerCount('SIGINT')).toBe(before);
  kill.mockRestore();
});

it.each([
  [[], ''],
  [[0, 1, 4, 8], ' ▁▄█'],
  [[500, 500], '██'],
])('%j as a sparkline is "%s"', (numbers, line) => expect(sparkline(numbers)).toBe(line));
