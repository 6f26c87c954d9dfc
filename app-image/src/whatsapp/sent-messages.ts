import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database';
import { isUnavailable } from '../database/unavailable';

export interface SentMessage {
  readonly messageId: string;
  readonly provider: string;
  readonly providerMessageId: string | null;
  readonly template: string;
}

const find = 'SELECT "providerMessageId" FROM whatsapp_messages WHERE "messageId" = $1';
const insert = `
  INSERT INTO whatsapp_messages ("messageId", provider, "providerMessageId", template) VALUES ($1, $2, $3, $4)
  ON CONFLICT ("messageId") DO NOTHING`;

/** Before another try to write down what was sent: a failover of RDS takes about a minute. */
const pausesMs = [500, 2_000, 5_000, 10_000, 20_000];

export interface SentMessagesProps {
  readonly database: Pick<Database, 'read' | 'query'>;
  /** @default - half a minute in all */
  readonly pausesMs?: readonly number[];
}

/** What was sent before, by whichever process. */
export class SentMessages {
  constructor(private readonly props: SentMessagesProps) {}

  async find(messageId: string): Promise<{ readonly providerMessageId: string | null } | undefined> {
    const [row] = await this.props.database.read<{ providerMessageId: string | null }>(find, [messageId]);
    return row;
  }

  /** Tries again while the database is away: to lose the row means that a second run sends the message a second time. */
  async add({ messageId, provider, providerMessageId, template }: SentMessage): Promise<void> {
    const values = [messageId, provider, providerMessageId, template];
    for (const pauseMs of this.props.pausesMs ?? pausesMs) {
      try {
        return void (await this.props.database.query(insert, values));
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        await sleep(pauseMs);
      }
    }
    await this.props.database.query(insert, values);
  }
}
