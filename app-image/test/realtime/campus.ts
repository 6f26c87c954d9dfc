import type { Client } from 'pg';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectPostgres } from '../store-clients';
import { Guest, hangUp } from './guest';
import { School } from './school';

/** Two processes of the service with one database and one Redis: of two revisions, as during a release. */
export class Campus {
  readonly school: School;

  private constructor(
    readonly processes: readonly [StartedServer, StartedServer],
    readonly postgres: Client,
  ) {
    this.school = new School(postgres);
  }

  static async open(): Promise<Campus> {
    const variables = { PROCESS_ROLE: 'web', MEETING_GRACE_SECONDS: '1' };
    const processes = [
      await startServer({ ...variables, APP_REVISION: 'blue' }),
      await startServer({ ...variables, APP_REVISION: 'green' }),
    ] as const;
    return new Campus(processes, await connectPostgres(await stores()));
  }

  url(process: 0 | 1): string {
    return this.processes[process].url;
  }

  /** A meeting of a mentor on one process and a student on the other, both in. */
  async meet() {
    const meeting = await this.school.meeting();
    const mentor = await Guest.connect(this.url(0), meeting.mentor);
    const student = await Guest.connect(this.url(1), meeting.student);
    await mentor.does('join-room', { meetingId: meeting.id });
    await student.does('join-room', { meetingId: meeting.id });
    await Promise.all([mentor.seesUsers(mentor, student), student.seesUsers(mentor, student)]);
    return { meeting, mentor, student };
  }

  async close(): Promise<void> {
    hangUp();
    await this.postgres.end();
    await stopServers();
  }
}
