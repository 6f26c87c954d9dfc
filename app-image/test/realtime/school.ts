import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { loadEnvironment } from '../../src/config/load';
import type { Role } from '../../src/database/entities';
import { Tokens } from '../../src/identity/tokens';

const tokens = new Tokens(loadEnvironment({ APP_ENV: 'test' }).environment);
const minute = 60_000;

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly token: string;
}

export interface MeetingOptions {
  /** Minutes from now. @default 0 */
  readonly startsIn?: number;
  /** @default scheduled */
  readonly status?: string;
}

/** The rows that meetings need. */
export class School {
  constructor(private readonly postgres: Client) {}

  async person(name: string, role: Role = 'USER', isActive = true): Promise<Person> {
    const id = randomUUID();
    const statement = 'INSERT INTO users (id, email, "fullName", role, "isActive") VALUES ($1, $2, $3, $4, $5)';
    await this.postgres.query(statement, [id, `${id}@school.test`, name, role, isActive]);
    return { id, name, token: await tokens.issue({ id, role }) };
  }

  /** Between two people of its own. */
  async meeting({ startsIn = 0, status = 'scheduled' }: MeetingOptions = {}) {
    const [mentor, student] = [await this.person('Meera', 'EXPERT'), await this.person('Sami')];
    const id = randomUUID();
    const startsAt = new Date(Date.now() + startsIn * minute);
    const endsAt = new Date(startsAt.getTime() + 30 * minute);
    await this.postgres.query(
      `INSERT INTO slots (id, "mentorId", "studentId", "startsAt", "endsAt", status) VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, mentor.id, student.id, startsAt, endsAt, status],
    );
    return { id, mentor, student, startsAt, endsAt };
  }

  async logs(meetingId: string) {
    const statement = 'SELECT * FROM meeting_logs WHERE "meetingId" = $1 ORDER BY "startedAt"';
    return (await this.postgres.query(statement, [meetingId])).rows;
  }

  async participants(meetingId: string) {
    const statement = `SELECT meeting_participants.* FROM meeting_participants JOIN meeting_logs ON meeting_logs.id = "logId"
      WHERE "meetingId" = $1 ORDER BY "joinedAt"`;
    return (await this.postgres.query(statement, [meetingId])).rows;
  }

  async recordings(meetingId: string) {
    const statement = 'SELECT * FROM meeting_recordings WHERE "meetingId" = $1 ORDER BY "startedAt"';
    return (await this.postgres.query(statement, [meetingId])).rows;
  }
}

/** Asked every 20 ms, for what is written behind the answer. */
export async function eventually<T>(
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  withinMs = 10_000,
): Promise<T> {
  for (const until = performance.now() + withinMs; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const value = await read();
    if (holds(value)) return value;
    if (performance.now() > until) throw new Error(`It never came to be; it was ${JSON.stringify(value)}`);
  }
}
