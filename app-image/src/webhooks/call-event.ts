import { z } from 'zod';

/** What is kept of a call. What Exotel adds one day is not, until somebody wants it. */
const details = [
  ...['From', 'To', 'Direction', 'PhoneNumberSid', 'CustomField', 'RecordingUrl'],
  ...['DateCreated', 'DateUpdated', 'StartTime', 'EndTime', 'ConversationDuration'],
] as const;

const word = (longest: number) =>
  z
    .string('must be there')
    .regex(new RegExp(`^[\\w-]{1,${longest}}$`), `must be 1 to ${longest} letters, digits, _ and -`);

const fields = z.object({ CallSid: word(100), Status: word(40), EventType: word(40).optional() });

/** Its beginning; jsonb has neither zero bytes nor halves of characters, one of which the cut may leave. */
const stored = (text: string) => text.slice(0, 500).replace(/[\0\p{Surrogate}]/gu, '');

/** https://developer.exotel.com/docs/voice-v1/api-reference/status-callback */
export const callEvent = fields.loose().transform(({ CallSid: callSid, Status: status, EventType, ...others }) => ({
  callSid,
  status,
  eventType: EventType ?? null,
  details: Object.fromEntries(
    details.flatMap((name) => {
      const value = others[name];
      const isKept = (typeof value === 'string' && value !== '') || typeof value === 'number';
      return isKept ? [[name, stored(String(value))]] : [];
    }),
  ),
}));
