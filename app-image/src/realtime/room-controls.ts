import { randomUUID } from 'node:crypto';
import type { EventHandlers } from './dispatcher';
import type { MeetingLog } from './meeting-log';
import type { MeetingState } from './meeting-state';
import { Refusal } from './refusal';
import { hostSeatOf } from './seats';
import { from } from './signalling';
import { meetingRoom, type RealtimeServer, type RealtimeSocket, type Timer } from './sockets';

type ControlEvent = 'start-recording' | 'stop-recording' | 'timer-start' | 'timer-update' | 'timer-stop';

export interface RoomControlsProps {
  readonly io: RealtimeServer;
  readonly state: MeetingState;
  readonly log: MeetingLog;
}

/** Recording and timer: for hosts, told to the whole room. There is one recording at a time, so it takes Redis. */
export function roomControls({ io, state, log }: RoomControlsProps): Pick<EventHandlers, ControlEvent> {
  function newTimer(socket: RealtimeSocket, durationSeconds: number): Timer & { readonly serverTime: number } {
    const serverTime = Date.now();
    const { userId: startedBy } = socket.data.identity;
    return { endsAt: serverTime + durationSeconds * 1000, durationSeconds, startedBy, serverTime };
  }

  async function setTimer(socket: RealtimeSocket, event: 'timer-start' | 'timer-update', durationSeconds: number) {
    const seat = hostSeatOf(socket);
    const { serverTime, ...timer } = newTimer(socket, durationSeconds);
    // For those who come later: without Redis those who are there have it all the same.
    await state.set(seat.meeting.id, 'timer', timer).catch(() => {});
    io.to(meetingRoom(seat.meeting.id)).emit(event, { ...from(socket, seat), ...timer, serverTime });
    return { ...timer, serverTime };
  }

  return {
    async 'start-recording'(socket) {
      const seat = hostSeatOf(socket);
      const recording = { recordingId: randomUUID(), startedAt: Date.now(), startedBy: socket.data.identity.userId };
      const first = await state.setFirst(seat.meeting.id, 'recording', recording);
      if (!first) throw new Refusal('ALREADY_RECORDING', 'The meeting is being recorded already');
      log.recordingStarted(seat.meeting.id, recording);
      io.to(meetingRoom(seat.meeting.id)).emit('recording-started', { ...from(socket, seat), ...recording });
      return recording;
    },
    async 'stop-recording'(socket) {
      const seat = hostSeatOf(socket);
      const taken = await state.take(seat.meeting.id, 'recording');
      if (taken === undefined) throw new Refusal('NOT_RECORDING', 'The meeting is not being recorded');
      const { recordingId } = taken;
      log.recordingStopped(recordingId, socket.data.identity.userId, Date.now());
      io.to(meetingRoom(seat.meeting.id)).emit('recording-stopped', { ...from(socket, seat), recordingId });
      return { recordingId };
    },
    'timer-start': (socket, { durationSeconds }) => setTimer(socket, 'timer-start', durationSeconds),
    async 'timer-update'(socket, { durationSeconds }) {
      const seat = hostSeatOf(socket);
      const { timer } = await state.read(seat.meeting.id);
      if (timer === undefined) throw new Refusal('NO_TIMER', 'No timer runs: start one');
      return setTimer(socket, 'timer-update', durationSeconds);
    },
    async 'timer-stop'(socket) {
      const seat = hostSeatOf(socket);
      await state.take(seat.meeting.id, 'timer').catch(() => {});
      io.to(meetingRoom(seat.meeting.id)).emit('timer-stop', from(socket, seat));
    },
  };
}
