import type { SocketOutcome } from '../record';
import type { SocketEvent } from './diary';

export interface Judged {
  readonly id: string;
  readonly kind: SocketOutcome['kind'];
  /** It began to connect. */
  readonly openedAt: number;
  readonly closedAt: number;
  /** Its own, and those of the other end. */
  readonly own: readonly SocketEvent[];
  readonly peer: readonly SocketEvent[];
}

interface Connection {
  readonly from: number;
  readonly to: number;
  readonly target?: string;
  /** Why it ended. @default - it did not */
  readonly lost?: string;
}

/** What is said may take so long to arrive; a connection that is lost within that time may have been dying before. */
const arrivesWithinMs = 2_000;
/** Nobody is quiet for so long. */
const silenceMs = 5_000;

/** From what both ends have noted to what became of one of them. */
export function judge(given: Judged): SocketOutcome {
  const { id, kind, openedAt, closedAt, own } = given;
  const connections = connectionsOf(own, closedAt);
  const unheardAt = unheard(given, connections);
  return {
    ...{ id, kind, openedAt, moves: movesBetween(connections), unheard: unheardAt.length, unheardAt },
    ...endOf(own, closedAt, connections.at(-1)),
  };
}

function connectionsOf(events: readonly SocketEvent[], closedAt: number): Connection[] {
  const connections: Connection[] = [];
  for (const event of events) {
    const last = connections.at(-1);
    if (event.what === 'joined') connections.push({ from: event.at, to: closedAt, target: event.target });
    if (event.what === 'lost' && last) connections.splice(-1, 1, { ...last, to: event.at, lost: event.reason });
  }
  return connections;
}

function movesBetween(connections: readonly Connection[]): SocketOutcome['moves'] {
  return connections.flatMap(({ from, target: to }, index) => {
    const before = connections[index - 1];
    return before ? [{ at: before.to, ms: from - before.to, from: before.target, to, reason: before.lost }] : [];
  });
}

/** When it was said: the service had taken it, and this end was connected before and long enough after. */
function unheard({ own, peer }: Judged, connections: readonly Connection[]): number[] {
  const [heard, taken] = [numbersOf(own, 'heard'), numbersOf(peer, 'taken')];
  return peer.flatMap((event) => {
    if (event.what !== 'said' || heard.has(event.number)) return [];
    const takenAt = taken.get(event.number);
    if (takenAt === undefined) return [];
    const wasThere = connections.some(({ from, to }) => from <= event.at && to >= takenAt + arrivesWithinMs);
    return wasThere ? [event.at] : [];
  });
}

function endOf(own: readonly SocketEvent[], closedAt: number, last: Connection | undefined) {
  const refused = own.findLast((event) => event.what === 'refused');
  const refusal = refused?.what === 'refused' ? refused.reason : undefined;
  if (last === undefined) return { end: 'lost', reason: refusal ?? 'it never connected' } as const;
  if (last.lost !== undefined) {
    const since = refused && refused.at > last.to ? `${last.lost}; then ${refusal}` : last.lost;
    return { end: 'lost', reason: since } as const;
  }
  const quietFrom = closedAt - silenceMs;
  const spoke = own.some(
    ({ what, at }) => what === 'said' && at >= last.from && at >= quietFrom && at < closedAt - arrivesWithinMs,
  );
  const answered = own.some(
    ({ what, at }) => (what === 'heard' || what === 'taken') && at >= Math.max(last.from, quietFrom),
  );
  if (!spoke || answered) return { end: 'open' } as const;
  return { end: 'hanging', reason: `nothing arrived in the last ${silenceMs / 1000} s` } as const;
}

const numbersOf = (events: readonly SocketEvent[], wanted: 'heard' | 'taken'): ReadonlyMap<number, number> =>
  new Map(events.flatMap((event) => (event.what === wanted ? [[event.number, event.at] as const] : [])));
