import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Identity } from '../identity/tokens';
import type { Meeting } from './access';
import type { LeaveReason, Participant, Presence } from './participant';

/** In one meeting, at most one at a time. */
export interface Seat {
  readonly meeting: Meeting;
  /** Since when it is held; milliseconds since 1970. */
  startedAt: number;
  presence: Presence;
}

export interface SocketData {
  identity: Identity;
  seat?: Seat;
}

/** Who did it: always the server's word. */
export interface Sender {
  readonly socketId: string;
  readonly userId: string;
  readonly name: string | null;
}

export interface Recording {
  readonly recordingId: string;
  readonly startedAt: number;
  readonly startedBy: string;
}

/** The server states the end; clients count down by themselves. Times are milliseconds since 1970. */
export interface Timer {
  readonly endsAt: number;
  readonly durationSeconds: number;
  readonly startedBy: string;
}

interface InMeeting {
  readonly meetingId: string;
}
type FromPeer = InMeeting & { readonly from: Sender };

/** What clients hear of. */
export interface OutgoingEvents {
  'server-draining': (told: { readonly reconnectAfterMs: number }) => void;
  /** Of an event without a callback. */
  'error-message': (failure: { readonly event: string; readonly code: string; readonly message: string }) => void;
  /** What a callback would have got. */
  'event-answer': (answer: { readonly event: string } & Readonly<Record<string, unknown>>) => void;
  'meeting-started': (started: InMeeting & { readonly startedAt: number }) => void;
  'meeting-ended': (ended: InMeeting & { readonly endedAt: number; readonly endedBy: string }) => void;
  /** With two processes up to a second late in a meeting of 450, and five in one of a thousand. */
  'room-users-updated': (room: InMeeting & { readonly users: readonly Participant[] }) => void;
  'user-left': (left: InMeeting & Pick<Sender, 'socketId' | 'userId'> & { readonly reason: LeaveReason }) => void;
  'connection-taken-over': (meeting: InMeeting) => void;
  offer: (offer: FromPeer & { readonly offer: unknown }) => void;
  answer: (answer: FromPeer & { readonly answer: unknown }) => void;
  'ice-candidate': (candidate: FromPeer & { readonly candidate: unknown }) => void;
  'audio-toggle': (toggled: FromPeer & { readonly enabled: boolean }) => void;
  'video-toggle': (toggled: FromPeer & { readonly enabled: boolean }) => void;
  'recording-started': (recording: FromPeer & Recording) => void;
  'recording-stopped': (recording: FromPeer & { readonly recordingId: string | null }) => void;
  'chat-message': (message: FromPeer & { readonly id: string; readonly text: string; readonly sentAt: number }) => void;
  'timer-start': (timer: FromPeer & Timer & { readonly serverTime: number }) => void;
  'timer-update': (timer: FromPeer & Timer & { readonly serverTime: number }) => void;
  'timer-stop': (timer: FromPeer) => void;
}

/** What processes tell each other. Old and new revisions do so during a release: only add. */
export interface BetweenProcesses {
  unseat: (socketId: string, meetingId: string) => void;
  'close-room': (meetingId: string) => void;
  'roster-changed': (meetingId: string) => void;
  'signed-out': (userId: string) => void;
}

export type RealtimeServer = Server<DefaultEventsMap, OutgoingEvents, BetweenProcesses, SocketData>;
export type RealtimeSocket = Socket<DefaultEventsMap, OutgoingEvents, BetweenProcesses, SocketData>;

export const userRoom = (userId: string) => `user:${userId}`;
export const meetingRoom = (meetingId: string) => `meeting:${meetingId}`;
/**
 * Of one socket in one meeting. What is addressed to it reaches the socket only while it is there, on whichever
 * process, without asking anybody.
 */
export const peerRoom = (meetingId: string, socketId: string) => `peer:${meetingId}:${socketId}`;
