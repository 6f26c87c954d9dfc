import { EntitySchema } from 'typeorm';

/** A state that a call at Exotel reached. */
export interface CallEvent {
  callSid: string;
  status: string;
  eventType: string | null;
  /** What Exotel says of the call, under its own names. */
  details: Readonly<Record<string, string>>;
  receivedAt: Date;
}

const CallEventEntity = new EntitySchema<CallEvent>({
  name: 'CallEvent',
  tableName: 'call_events',
  columns: {
    callSid: { type: 'text', primary: true },
    status: { type: 'text', primary: true },
    eventType: { type: 'text', nullable: true },
    details: { type: 'jsonb' },
    receivedAt: { type: 'timestamptz', default: () => 'now()' },
  },
});

export const webhookEntities: readonly EntitySchema[] = [CallEventEntity];
