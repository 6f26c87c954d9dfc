import type { Rehearsal, RequestOutcome } from '../record';
import { drawing, type TimeAxis } from './axes';
import { endOf } from './bands';
import { clock, count, duration, milliseconds } from './figures';
import { type Content, svg } from './html';
import type { Lane } from './lane';
import type { Verdict } from './verdict';

/** Something that went wrong at a moment. */
export interface Mark {
  readonly at: number;
  readonly look: 'failed' | 'provoked' | 'other';
  readonly title: string;
}

const requestTitle = ({ kind, result, target, ms }: RequestOutcome, from: number, end: number): string =>
  `${clock(end - from)} ${kind}: ${result}${target === undefined ? '' : ` from ${target}`} after ${milliseconds(ms)} ms`;

/** Of each failed request and of each other failure that has a time. Those that nobody provoked come first. */
export function marksOf(
  { loadFrom }: Rehearsal,
  { failures }: Verdict,
  requests: { readonly failed: readonly RequestOutcome[]; readonly excused: readonly RequestOutcome[] },
): Mark[] {
  const ofRequest = (look: Mark['look']) => (request: RequestOutcome) => ({
    at: endOf(request),
    look,
    title: `${look === 'provoked' ? 'provoked: ' : ''}${requestTitle(request, loadFrom, endOf(request))}`,
  });
  const others = failures.flatMap(({ subject, message, at }): Mark[] =>
    subject === 'requests' || at === undefined
      ? []
      : [{ at, look: 'other', title: `${clock(at - loadFrom)} ${message}` }],
  );
  return [...others, ...requests.failed.map(ofRequest('failed')), ...requests.excused.map(ofRequest('provoked'))];
}

const columnPx = 10;
const rows = 5;
const rowPx = 9;

const shapes = {
  failed: (x: number, y: number) => `M${x - 3} ${y - 3}L${x + 3} ${y + 3}M${x + 3} ${y - 3}L${x - 3} ${y + 3}`,
  provoked: (x: number, y: number) => `M${x - 2.5} ${y}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0`,
  other: (x: number, y: number) => `M${x} ${y - 4.5}L${x + 4.5} ${y}L${x} ${y + 4.5}L${x - 4.5} ${y}Z`,
} as const;

/** Marks of the same moment stand one above the other, as many as have room; the highest tells how many more there are. */
function drawnMarks(marks: readonly Mark[], axis: TimeAxis): Content[] {
  const columns = new Map<number, Mark[]>();
  for (const mark of marks) {
    const column = Math.round(axis.x(mark.at) / columnPx);
    const already = columns.get(column);
    if (already) already.push(mark);
    else columns.set(column, [mark]);
  }
  return [...columns].flatMap(([column, own]) =>
    own.slice(0, rows).map(({ look, title }, row) => {
      const more = row === rows - 1 && own.length > rows ? `\nand ${count(own.length - rows)} more at this time` : '';
      const path = shapes[look](column * columnPx, 20 + (rows - row) * rowPx);
      return svg`<path class="failure-mark ${look}" d="${path}"><title>${title}${more}</title></path>`;
    }),
  );
}

/** Nothing where nothing went wrong. */
export function failureLane(marks: readonly Mark[], axis: TimeAxis): Lane {
  const own = marks.filter(({ at }) => at >= axis.from && at <= axis.to);
  if (own.length === 0) return { height: 0, content: [] };
  const provoked = own.every(({ look }) => look === 'provoked');
  const title = `${provoked ? 'failures that were provoked on purpose' : 'what went wrong'}: ${count(own.length)}`;
  const height = 20 + rows * rowPx + 12;
  return {
    height,
    content: [svg`<text class="lane-title" x="${drawing.left}" y="11">${title}</text>`, drawnMarks(own, axis)],
  };
}

/** Each time a socket had another connection. */
export function socketLane({ sockets, loadFrom }: Rehearsal, axis: TimeAxis, titles: boolean): Lane {
  const moves = sockets.flatMap(({ kind, moves }) => moves.map((move) => ({ kind, ...move })));
  const own = moves.filter(({ at }) => at >= axis.from && at <= axis.to);
  if (own.length === 0) return { height: 0, content: [] };
  const stroke = ({ kind, at }: (typeof own)[number]) => `M${axis.x(at)} ${kind === 'meeting' ? 18 : 30}v9`;
  const drawn = titles
    ? own.map((move) => {
        const { kind, at, ms, from, to } = move;
        const way = from && to ? ` from ${from} to ${to}` : '';
        const text = `${clock(at - loadFrom)} ${kind} socket moved${way}, ${duration(ms)} without a connection`;
        return svg`<path class="move" d="${stroke(move)}"><title>${text}</title></path>`;
      })
    : svg`<path class="move" d="${own.map(stroke).join('')}"/>`;
  const title: Content = svg`<text class="lane-title" x="${drawing.left}" y="11">sockets that moved: meetings above, terminals below</text>`;
  return { height: 46, content: [title, drawn] };
}
