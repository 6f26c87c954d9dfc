import { isIP } from 'node:net';
import type { Request } from 'express';
import type { Database } from '../database/database';
import type { LoginEvent } from '../database/entities';

type Attempt = Pick<LoginEvent, 'userId' | 'email' | 'kind' | 'succeeded'>;

const statement = `
  INSERT INTO login_events ("userId", email, kind, succeeded, ip, "requestId") VALUES ($1, $2, $3, $4, $5, $6)`;

/** Who tried to sign in, from where, and whether they did. */
export class LoginEvents {
  constructor(private readonly database: Pick<Database, 'query'>) {}

  async record({ userId, email, kind, succeeded }: Attempt, { id, ip }: Pick<Request, 'id' | 'ip'>): Promise<void> {
    await this.database.query(statement, [userId, email, kind, succeeded, address(ip), id]);
  }
}

/** Behind a proxy it is what a header says, which may be anything; PostgreSQL takes no zones. */
function address(ip: string | undefined): string | null {
  const [withoutZone = ''] = (ip ?? '').split('%', 1);
  return isIP(withoutZone) ? withoutZone : null;
}
