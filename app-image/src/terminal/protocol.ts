import { z } from 'zod';

/**
 * What a student's CLI and their browser say to the relay, a WebSocket at `/api/terminal/relay`.
 *
 * `POST /api/terminal-sessions` answers with a session and the CLI's token. Each of the two connects, sends its hello
 * as the first frame and nothing more until it is told `ready`:
 *
 *     → {"type":"hello","role":"cli","session":"5b0a…","token":"<cliToken of the session>"}
 *     → {"type":"hello","role":"browser","session":"5b0a…","token":"<access token of the session's owner>"}
 *     ← {"type":"ready","peer":"waiting"}               or "connected"
 *
 * From then on the kind of a frame says what it is, so that nothing typed or printed is ever taken for a command:
 *
 * - A **binary frame** is terminal data. It reaches the peer unchanged and in order.
 * - A **text frame** is control: a JSON object with a `type`, of 4 KiB at most. `ping` is answered with `pong`; what the
 *   relay says itself nobody else may say; all others (`resize`, `exit`, whatever the two clients agree on) reach the
 *   peer unchanged, in order with the data.
 *
 * The relay says:
 *
 *     ← {"type":"peer","state":"connected"}             the peer is there: what was said before it came follows
 *     ← {"type":"peer","state":"gone"}                  what was on its way may be lost: draw the screen anew
 *     ← {"type":"server-draining","reconnectAfterMs":…} connect anew then, to another process; before `ready`, too
 *     ← {"type":"pong"}
 *
 * and closes with one of `farewells`. A session ends five minutes after both were last connected: whoever comes back
 * within them says hello as before. Who reads slowly slows its peer down; nobody's data is dropped for it.
 */
export const roles = ['cli', 'browser'] as const;
export type Role = (typeof roles)[number];
export const otherRole = (role: Role): Role => (role === 'cli' ? 'browser' : 'cli');

/** A pty hands out 64 KiB at once and a paste is seldom longer; each frame is held whole before it is passed on. */
export const largestFrameBytes = 1_048_576;
export const largestControlBytes = 4_096;
export const helloWithinMs = 10_000;

/** A close code, and a reason of 123 bytes at most. */
export interface Farewell {
  readonly code: number;
  readonly reason: string;
}

export const farewells = {
  tooBig: { code: 1009, reason: `A text frame is ${largestControlBytes} bytes at most, and so is all before ready` },
  restart: { code: 1012, reason: 'This process ends: connect again, to another one' },
  tryAgain: { code: 1013, reason: 'The relay cannot reach its store: try again in some seconds' },
  badHello: { code: 4400, reason: 'The first frame is text: {"type":"hello","role":"cli|browser","session","token"}' },
  tooEarly: { code: 4400, reason: 'After the hello comes nothing until ready' },
  badControl: {
    code: 4400,
    reason: 'A text frame is a JSON object with a type of your own; data goes in binary frames',
  },
  badToken: { code: 4401, reason: 'The token is not valid (any more): get a new one' },
  notYours: { code: 4403, reason: 'The session belongs to another user' },
  helloTimeout: { code: 4408, reason: `No hello came within ${helloWithinMs / 1000} s` },
  replaced: { code: 4409, reason: 'Another connection took this place in the session' },
  sessionEnded: { code: 4410, reason: 'The session has ended or expired: create a new one' },
} as const satisfies Record<string, Farewell>;

const hello = z.strictObject({
  type: z.literal('hello'),
  role: z.enum(roles),
  session: z.uuid(),
  token: z.string().min(1).max(largestControlBytes),
});
export type Hello = z.infer<typeof hello>;

/** Undefined for whatever else it is. */
export function readHello(frame: Buffer): Hello | undefined {
  const { data } = hello.safeParse(parsed(frame));
  return data;
}

const control = z.looseObject({ type: z.string().min(1).max(64) });
const spokenByRelay: readonly string[] = ['hello', 'ready', 'peer', 'pong', 'server-draining'];

/** What a client's text frame is for; undefined when it may not be sent. */
export function readControl(frame: Buffer): 'ping' | 'for the peer' | undefined {
  const { data } = control.safeParse(parsed(frame));
  if (data === undefined || spokenByRelay.includes(data.type)) return undefined;
  return data.type === 'ping' ? 'ping' : 'for the peer';
}

function parsed(frame: Buffer): unknown {
  try {
    return JSON.parse(frame.toString());
  } catch {
    return undefined;
  }
}

/** All that the relay says of its own. */
export type RelayMessage =
  | { readonly type: 'ready'; readonly peer: 'waiting' | 'connected' }
  | { readonly type: 'peer'; readonly state: 'connected' | 'gone' }
  | { readonly type: 'server-draining'; readonly reconnectAfterMs: number }
  | { readonly type: 'pong' };
