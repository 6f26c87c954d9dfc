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

/** More than can be told apart; what is beyond is counted. */
const mostMarks = 400;

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

const columnPx = 8;
const rows = 5;

const shapes = {
  failed: (x: number, y: number) => `M${x - 3} ${y - 3}L${x + 3} ${y + 3}M${x + 3} ${y - 3}L${x - 3} ${y + 3}`,
  provoked: (x: number, y: number) => `M${x - 2.5} ${y}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0`,
  other: (x: number, y: number) => `M${x} ${y - 4.5}L${x + 4.5} ${y}L${x} ${y + 4.5}L${x - 4.5} ${y}Z`,
} as const;

/** Marks of the same moment stand one above the other. Nothing where nothing went wrong. */
export function failureLane(marks: readonly Mark[], axis: TimeAxis): Lane {
  const own = marks.filter(({ at }) => at >= axis.from && at <= axis.to);
  if (own.length === 0) return { height: 0, content: [] };
  const inColumn = new Map<number, number>();
  const drawn = own.slice(0, mostMarks).map(({ at, look, title }) => {
    const column = Math.round(axis.x(at) / columnPx);
    const already = inColumn.get(column) ?? 0;
    inColumn.set(column, already + 1);
    const path = shapes[look](column * columnPx, 62 - (already % rows) * columnPx);
    return svg`<path class="failure-mark ${look}" d="${path}"><title>${title}</title></path>`;
  });
  const more = own.length - drawn.length;
  const title = `what went wrong${more > 0 ? ` (and ${count(more)} more)` : ''}`;
  return { height: 74, content: [svg`<text class="lane-title" x="${drawing.left}" y="11">${title}</text>`, drawn] };
}

/** Each time a socket had another connection. */
export function socketLane({ sockets, loadFrom }: Rehearsal, axis: TimeAxis): Lane {
  const moves = sockets.flatMap(({ kind, moves }) => moves.map((move) => ({ kind, ...move })));
  const own = moves.filter(({ at }) => at >= axis.from && at <= axis.to);
  if (own.length === 0) return { height: 0, content: [] };
  const drawn = own.map(({ kind, at, ms, from, to }) => {
    const x = axis.x(at);
    const way = from && to ? ` from ${from} to ${to}` : '';
    const place = kind === 'meeting' ? 18 : 30;
    return svg`<path class="move ${kind}" d="M${x} ${place}v9"><title>${`${clock(at - loadFrom)} ${kind} socket moved${way}, ${duration(ms)} without a connection`}</title></path>`;
  });
  const title: Content = svg`<text class="lane-title" x="${drawing.left}" y="11">sockets that moved: meetings above, terminals below</text>`;
  return { height: 46, content: [title, drawn] };
}
