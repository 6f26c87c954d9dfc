import type { Database } from '../database/database';
import type { User as Row } from '../database/entities';

export type User = Pick<Row, 'id' | 'email' | 'role' | 'fullName' | 'isActive'>;
export type UserWithPassword = User & Pick<Row, 'passwordHash'>;

const columns = 'id, email, role, "fullName", "isActive"';

export class Users {
  constructor(private readonly database: Pick<Database, 'read' | 'query'>) {}

  /** @param email in lower case */
  async byEmail(email: string): Promise<UserWithPassword | null> {
    const statement = `SELECT ${columns}, "passwordHash" FROM users WHERE lower(email) = $1`;
    const [user] = await this.database.read<UserWithPassword>(statement, [email]);
    return user ?? null;
  }

  async byId(id: string): Promise<User | null> {
    const [user] = await this.database.read<User>(`SELECT ${columns} FROM users WHERE id = $1`, [id]);
    return user ?? null;
  }

  /** Unless the password was changed meanwhile. */
  async replaceHash({ id, passwordHash }: UserWithPassword, hash: string): Promise<void> {
    const statement = `UPDATE users SET "passwordHash" = $3, "updatedAt" = now() WHERE id = $1 AND "passwordHash" = $2`;
    await this.database.query(statement, [id, passwordHash, hash]);
  }
}

/** What a user may see of their own row. */
export const profile = ({ id, email, role, fullName }: User) => ({ id, email, role, fullName });
