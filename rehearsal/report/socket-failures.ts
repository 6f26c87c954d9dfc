import type { Rehearsal, SocketOutcome } from '../record';
import { duringRedisOutage, recoveryMs } from './excuses';
import type { Failure } from './failure';
import { counted, duration, listed } from './figures';

const kinds = ['meeting', 'terminal'] as const;

const ends = [
  {
    end: 'lost',
    says: 'lost its connection and got no other one',
    sayAll: 'lost their connections and got no other ones',
    explanation:
      'The client tried again and was not let in, or was not told that its task ends. Look at the stickiness of the target groups, which long-polling needs, and at the tasks’ logs for refused handshakes.',
  },
  {
    end: 'hanging',
    says: 'is connected and hears nothing',
    sayAll: 'are connected and hear nothing',
    explanation:
      'Its task has lost the way to the others, which leads through Redis, or it belongs to a task that had said good-bye. Look at the tasks’ logs for Redis, and at what the draining tasks told their sockets.',
  },
] as const;

/** `for “ping timeout” and “transport close”` */
function reasonsOf(sockets: readonly SocketOutcome[]): string {
  const reasons = [...new Set(sockets.flatMap(({ reason }) => (reason === undefined ? [] : [`“${reason}”`])))];
  return reasons.length === 0 ? '' : ` (${listed(reasons.slice(0, 4))})`;
}

function endedBadly(sockets: readonly SocketOutcome[]): Failure[] {
  return kinds.flatMap((kind) =>
    ends.flatMap(({ end, says, sayAll, explanation }): Failure[] => {
      const bad = sockets.filter((socket) => socket.kind === kind && socket.end === end);
      if (bad.length === 0) return [];
      const what = `${counted(bad.length, `${kind} socket`)} ${bad.length === 1 ? says : sayAll}${reasonsOf(bad)}.`;
      return [{ subject: 'sockets', message: what, explanation, count: bad.length, at: lastMove(bad) }];
    }),
  );
}

const lastMove = (sockets: readonly SocketOutcome[]): number | undefined =>
  sockets.flatMap(({ moves }) => moves.map(({ at }) => at)).at(-1);

/** Messages that did not arrive: all but those said while Redis was away, and those. */
function unheardIn(
  rehearsal: Rehearsal,
  { unheard, unheardAt, openedAt }: SocketOutcome,
): { failed: number; excused: number } {
  const excused = unheardAt
    ? unheardAt.filter((at) => duringRedisOutage(rehearsal, at, at)).length
    : // When they were said is not known: it may have been then.
      duringRedisOutage(rehearsal, openedAt, rehearsal.endedAt)
      ? unheard
      : 0;
  return { failed: unheard - excused, excused };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function unheardMessages(rehearsal: Rehearsal): Failure[] {
  const deaf = rehearsal.sockets.filter((socket) => unheardIn(rehearsal, socket).failed > 0);
  if (deaf.length === 0) return [];
  const messages = sum(deaf.map((socket) => unheardIn(rehearsal, socket).failed));
  return [
    {
      subject: 'sockets',
      message: `${counted(messages, 'message')} did not arrive although both ends were connected: ${counted(deaf.length, 'socket')} (${listed([...new Set(deaf.map(({ kind }) => kind))])}).`,
      explanation:
        'What one process says did not reach another through Redis. Look at how sockets are moved: the new connection has to be in its room before the old one is given up.',
      count: messages,
      at: deaf.flatMap(({ unheardAt = [] }) => unheardAt).sort((one, other) => one - other)[0],
    },
  ];
}

export const socketFailures = (rehearsal: Rehearsal): Failure[] => [
  ...endedBadly(rehearsal.sockets),
  ...unheardMessages(rehearsal),
];

export function socketNotes(rehearsal: Rehearsal): string[] {
  const excused = sum(rehearsal.sockets.map((socket) => unheardIn(rehearsal, socket).excused));
  return excused === 0
    ? []
    : [
        `${counted(excused, 'message')} did not arrive while Redis, which keeps none for later, was away or within ${duration(recoveryMs)} after it was back.`,
      ];
}
