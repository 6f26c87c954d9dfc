import { randomUUID } from 'node:crypto';
import type { EventHandlers } from './dispatcher';
import type { PresenceStore } from './presence-store';
import { seatOf } from './seats';
import { meetingRoom, peerRoom, type RealtimeSocket, type Seat, type Sender } from './sockets';

type SignallingEvent = 'offer' | 'answer' | 'ice-candidate' | 'audio-toggle' | 'video-toggle' | 'chat-message';

/** What peers say to each other. It waits for neither Redis nor PostgreSQL. */
export function signalling(presence: PresenceStore): Pick<EventHandlers, SignallingEvent> {
  /** Kept for those who come later; when that fails, with the next restoring. */
  function keep(socket: RealtimeSocket, seat: Seat, media: { readonly audio?: boolean; readonly video?: boolean }) {
    seat.presence = { ...seat.presence, ...media };
    presence.update(seat.presence).catch(() => {});
    return { toRoom: socket.to(meetingRoom(seat.meeting.id)), ...from(socket, seat) };
  }

  return {
    offer(socket, { to, offer }) {
      const seat = seatOf(socket);
      socket.to(peerRoom(seat.meeting.id, to)).emit('offer', { ...from(socket, seat), offer });
    },
    answer(socket, { to, answer }) {
      const seat = seatOf(socket);
      socket.to(peerRoom(seat.meeting.id, to)).emit('answer', { ...from(socket, seat), answer });
    },
    'ice-candidate'(socket, { to, candidate }) {
      const seat = seatOf(socket);
      socket.to(peerRoom(seat.meeting.id, to)).emit('ice-candidate', { ...from(socket, seat), candidate });
    },
    'audio-toggle'(socket, { enabled }) {
      const { toRoom, ...sender } = keep(socket, seatOf(socket), { audio: enabled });
      toRoom.emit('audio-toggle', { ...sender, enabled });
    },
    'video-toggle'(socket, { enabled }) {
      const { toRoom, ...sender } = keep(socket, seatOf(socket), { video: enabled });
      toRoom.emit('video-toggle', { ...sender, enabled });
    },
    'chat-message'(socket, { text }) {
      const seat = seatOf(socket);
      const stamp = { id: randomUUID(), sentAt: Date.now() };
      socket.to(meetingRoom(seat.meeting.id)).emit('chat-message', { ...from(socket, seat), ...stamp, text });
      return stamp;
    },
  };
}

/** As the server knows it: nothing of it is taken from the client. */
export function from({ id: socketId }: RealtimeSocket, { meeting, presence: { userId, name } }: Seat) {
  const sender: Sender = { socketId, userId, name };
  return { meetingId: meeting.id, from: sender };
}
