import type { SocketOutcome } from '../record';
import { largest, median } from './percentile';

export interface SocketNumbers {
  readonly kind: SocketOutcome['kind'];
  readonly opened: number;
  /** Still connected in the end, on its first connection or a later one. */
  readonly kept: number;
  /** Had more than one connection. */
  readonly moved: number;
  readonly moves: number;
  readonly medianGap?: number;
  readonly longestGap?: number;
  readonly lost: number;
  readonly hanging: number;
  readonly unheard: number;
}

/** Nothing where the load had no such socket. */
export function socketNumbers(sockets: readonly SocketOutcome[], kind: SocketOutcome['kind']): SocketNumbers[] {
  const own = sockets.filter((socket) => socket.kind === kind);
  if (own.length === 0) return [];
  const gaps = own.flatMap(({ moves }) => moves.map(({ ms }) => ms));
  const ended = (end: SocketOutcome['end']) => own.filter((socket) => socket.end === end).length;
  return [
    {
      kind,
      opened: own.length,
      kept: ended('open'),
      moved: own.filter(({ moves }) => moves.length > 0).length,
      moves: gaps.length,
      medianGap: median(gaps),
      longestGap: largest(gaps),
      lost: ended('lost'),
      hanging: ended('hanging'),
      unheard: own.reduce((sum, { unheard }) => sum + unheard, 0),
    },
  ];
}
