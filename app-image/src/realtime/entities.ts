import { EntitySchema } from 'typeorm';
import { id, oneOf } from '../database/columns';

export const endReasons = ['ended', 'everybody-left'] as const;

/** A bookable meeting; its id is the meeting's. The platform's table, which this service only reads. */
export interface Slot {
  id: string;
  mentorId: string | null;
  studentId: string | null;
  startsAt: Date | null;
  endsAt: Date | null;
  status: string | null;
}

/** One time that a meeting was held. The platform's table. */
export interface MeetingLogRow {
  id: string;
  meetingId: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  endReason: string | null;
  endedBy: string | null;
}

/** The platform's table. */
export interface MeetingRecording {
  id: string;
  meetingId: string | null;
  meetingLogId: string | null;
  startedBy: string | null;
  startedAt: Date | null;
  stoppedBy: string | null;
  stoppedAt: Date | null;
  /** Filled when the upload is confirmed. */
  s3Key: string | null;
}

/** The last time that a meeting was held, or the one under way. */
export interface MeetingSession {
  meetingId: string;
  logId: string;
  startedAt: Date;
  emptySince: Date | null;
  endedAt: Date | null;
  endReason: (typeof endReasons)[number] | null;
  endedBy: string | null;
}

export interface MeetingParticipant {
  id: string;
  logId: string;
  userId: string;
  role: string;
  socketId: string;
  joinedAt: Date;
  leftAt: Date | null;
  leaveReason: string | null;
}

const uuid = { type: 'uuid' } as const;
const text = { type: 'text' } as const;
const time = { type: 'timestamptz' } as const;
const nullable = { nullable: true } as const;

const SlotEntity = new EntitySchema<Slot>({
  name: 'Slot',
  tableName: 'slots',
  columns: {
    id,
    mentorId: { ...uuid, ...nullable },
    studentId: { ...uuid, ...nullable },
    startsAt: { ...time, ...nullable },
    endsAt: { ...time, ...nullable },
    status: { ...text, ...nullable },
  },
  indices: [{ name: 'slots_unbooked', columns: ['status', 'endsAt'], where: '"studentId" IS NULL' }],
});

const MeetingLogEntity = new EntitySchema<MeetingLogRow>({
  name: 'MeetingLog',
  tableName: 'meeting_logs',
  columns: {
    id,
    meetingId: { ...uuid, ...nullable },
    startedAt: { ...time, ...nullable },
    endedAt: { ...time, ...nullable },
    endReason: { ...text, ...nullable },
    endedBy: { ...uuid, ...nullable },
  },
  indices: [{ name: 'meeting_logs_ended_at', columns: ['endedAt'] }],
});

const MeetingRecordingEntity = new EntitySchema<MeetingRecording>({
  name: 'MeetingRecording',
  tableName: 'meeting_recordings',
  columns: {
    id,
    meetingId: { ...uuid, ...nullable },
    meetingLogId: { ...uuid, ...nullable },
    startedBy: { ...uuid, ...nullable },
    startedAt: { ...time, ...nullable },
    stoppedBy: { ...uuid, ...nullable },
    stoppedAt: { ...time, ...nullable },
    s3Key: { ...text, ...nullable },
  },
  indices: [{ name: 'meeting_recordings_log', columns: ['meetingLogId'] }],
});

const MeetingSessionEntity = new EntitySchema<MeetingSession>({
  name: 'MeetingSession',
  tableName: 'meeting_sessions',
  columns: {
    meetingId: { ...uuid, primary: true },
    logId: uuid,
    startedAt: time,
    emptySince: { ...time, ...nullable },
    endedAt: { ...time, ...nullable },
    endReason: { ...text, ...nullable },
    endedBy: { ...uuid, ...nullable },
  },
  checks: [{ name: 'meeting_sessions_end_reason', expression: oneOf('"endReason"', endReasons) }],
  indices: [{ name: 'meeting_sessions_open', columns: ['startedAt'], where: '"endedAt" IS NULL' }],
});

const MeetingParticipantEntity = new EntitySchema<MeetingParticipant>({
  name: 'MeetingParticipant',
  tableName: 'meeting_participants',
  columns: {
    id,
    logId: uuid,
    userId: uuid,
    role: text,
    socketId: text,
    joinedAt: time,
    leftAt: { ...time, ...nullable },
    leaveReason: { ...text, ...nullable },
  },
  indices: [{ name: 'meeting_participants_log', columns: ['logId'] }],
});

export const meetingEntities: readonly EntitySchema[] = [
  SlotEntity,
  MeetingLogEntity,
  MeetingRecordingEntity,
  MeetingSessionEntity,
  MeetingParticipantEntity,
];
