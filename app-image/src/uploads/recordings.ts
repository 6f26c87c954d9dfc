import type { Database } from '../database/database';
import { forbidden, notFound } from '../http/errors';
import { isAdministrator } from '../identity/roles';
import type { Caller } from './uploads';

interface Recording {
  readonly startedBy: string | null;
  readonly mentorId: string | null;
  readonly studentId: string | null;
}

const find = `SELECT "startedBy", "mentorId", "studentId" FROM meeting_recordings
  LEFT JOIN slots ON slots.id = meeting_recordings."meetingId" WHERE meeting_recordings.id = $1`;

/** Recordings of meetings, whose files their hosts upload and their participants watch. */
export class Recordings {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** @throws HttpError 404 where there is no such recording, 403 unless the caller leads its meeting */
  async checkHost(caller: Caller, recordingId: string): Promise<void> {
    const recording = await this.find(recordingId);
    if (recording === undefined) throw notFound('There is no recording of this id');
    const isHost = [recording.mentorId, recording.startedBy].includes(caller.id);
    if (!isHost && !isAdministrator(caller.role)) throw forbidden("This is a recording of somebody else's meeting");
  }

  async isParticipant({ id }: Caller, recordingId: string): Promise<boolean> {
    const { mentorId, studentId } = (await this.find(recordingId)) ?? {};
    return id === mentorId || id === studentId;
  }

  private async find(recordingId: string): Promise<Recording | undefined> {
    const [recording] = await this.database.read<Recording>(find, [recordingId]);
    return recording;
  }
}
