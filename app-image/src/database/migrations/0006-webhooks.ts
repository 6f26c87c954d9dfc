import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Webhooks1795133100000 implements MigrationInterface {
  readonly name = 'Webhooks1795133100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE call_events (
        "callSid" text NOT NULL,
        status text NOT NULL,
        "eventType" text,
        details jsonb NOT NULL,
        "receivedAt" timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY ("callSid", status)
      );
    `);
    await runner.query(`
      CREATE TABLE whatsapp_messages (
        "messageId" text PRIMARY KEY,
        provider text NOT NULL,
        "providerMessageId" text,
        template text NOT NULL,
        "sentAt" timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX whatsapp_messages_provider_message_id ON whatsapp_messages ("providerMessageId");
      CREATE TABLE whatsapp_deliveries (
        "providerMessageId" text PRIMARY KEY,
        status text NOT NULL
          CONSTRAINT whatsapp_deliveries_status CHECK (status IN ('sent', 'delivered', 'read', 'failed')),
        "errorCode" integer,
        "statusAt" timestamptz NOT NULL,
        "updatedAt" timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE whatsapp_inbound_messages (
        "providerMessageId" text PRIMARY KEY,
        sender text NOT NULL,
        type text NOT NULL,
        text text,
        "sentAt" timestamptz NOT NULL,
        "receivedAt" timestamptz NOT NULL DEFAULT now()
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on these tables as they are. Nothing to undo');
  }
}
