import { z } from 'zod';

const meetingId = z.uuid();
/** A browser's description is 2 to 20 kB, with simulcast and many codecs up to 60. */
const sdp = z.string().min(1).max(100_000);
const nothing = z.object({});
const toggle = z.object({ enabled: z.boolean() });
/** A peer of the same meeting. */
const to = z.string().min(1).max(64);
const durationSeconds = z
  .number()
  .int()
  .min(1)
  .max(24 * 60 * 60);
const join = z.object({ meetingId, audio: z.boolean().default(true), video: z.boolean().default(true) });

const candidate = z.object({
  candidate: z.string().max(4_000),
  sdpMid: z.string().max(256).nullish(),
  sdpMLineIndex: z.number().int().min(0).max(65_535).nullish(),
  usernameFragment: z.string().max(256).nullish(),
});

/** Every event that a client may send, with what it has to hold. What else it holds is dropped. */
export const incoming = {
  'initialize-meeting': z.object({ meetingId }),
  'join-room': join,
  /** As `join-room`: the newest connection of a user always has the seat. */
  'takeover-connection': join,
  'leave-room': nothing,
  'end-meeting': nothing,
  offer: z.object({ to, offer: z.object({ type: z.literal('offer'), sdp }) }),
  answer: z.object({ to, answer: z.object({ type: z.literal('answer'), sdp }) }),
  /** Null ends the candidates, as in WebRTC. */
  'ice-candidate': z.object({ to, candidate: candidate.nullable() }),
  'audio-toggle': toggle,
  'video-toggle': toggle,
  'start-recording': nothing,
  'stop-recording': nothing,
  'get-online-users': z.object({ all: z.boolean().default(false) }),
  'chat-message': z.object({ text: z.string().trim().min(1).max(4_000) }),
  'timer-start': z.object({ durationSeconds }),
  /** Seconds from now on. */
  'timer-update': z.object({ durationSeconds }),
  'timer-stop': nothing,
} as const;

export type IncomingEvent = keyof typeof incoming;
export type Payload<E extends IncomingEvent> = z.output<(typeof incoming)[E]>;

export const isIncoming = (name: unknown): name is IncomingEvent =>
  typeof name === 'string' && Object.hasOwn(incoming, name);
