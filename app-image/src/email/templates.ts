import { type ZodObject, z } from 'zod';

/** Text that a person wrote, of any language. */
const words = (max: number) => z.string().trim().min(1).max(max);
const name = words(200).optional();
/** Nothing but http(s): it ends up behind a button. */
const link = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).max(2_000);
const minutes = z.int().min(1).max(10_080).optional();
const startsAt = z.iso.datetime({ offset: true });

/**
 * A mail but for what it is told, as data. `{field}` stands for a field of `data`, `{field:time}` for a moment as people
 * in India read it. A paragraph with a field that is not told is left out.
 */
export interface Template {
  readonly data: ZodObject;
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** A button, and where it leads: a field of `data`. */
  readonly action?: { readonly label: string; readonly link: string };
  /** Who gets a copy. */
  readonly copyTo?: 'MENTOR_ONBOARDING_CC_EMAIL' | 'STUDENT_ONBOARDING_CC_EMAIL';
}

const meeting = z.object({ title: words(200), startsAt, with: words(200).optional(), link: link.optional(), name });

/** A field that is added later is optional: jobs wait that do not have it. */
export const templates = {
  otp: {
    data: z.object({ code: z.string().regex(/^\w{4,12}$/, 'must be 4 to 12 letters or digits'), minutes, name }),
    // Not the code: subjects are shown on locked screens and stand in the logs of mail servers.
    subject: 'Your one-time code',
    paragraphs: [
      'Hello {name},',
      'your one-time code is {code}.',
      'It is valid for {minutes} minutes.',
      'If you did not ask for it, you can ignore this mail.',
    ],
  },
  'password-reset': {
    data: z.object({ link, minutes, name }),
    subject: 'Set a new password',
    paragraphs: [
      'Hello {name},',
      'somebody asked for a new password for your account. If it was you, set one by this link.',
      'It is valid for {minutes} minutes.',
      'If it was not you, ignore this mail: your password stays as it is.',
    ],
    action: { label: 'Set a new password', link: 'link' },
  },
  'meeting-scheduled': {
    data: meeting,
    subject: 'Meeting scheduled: {title}',
    paragraphs: ['Hello {name},', 'your meeting "{title}" is on {startsAt:time}.', 'You will meet {with}.'],
    action: { label: 'Join the meeting', link: 'link' },
  },
  'meeting-reminder': {
    data: meeting,
    subject: 'Reminder: {title}',
    paragraphs: ['Hello {name},', 'your meeting "{title}" begins on {startsAt:time}.', 'You will meet {with}.'],
    action: { label: 'Join the meeting', link: 'link' },
  },
  'mentor-onboarding': {
    data: z.object({ name: words(200), link: link.optional() }),
    subject: 'Welcome as a mentor at My Analytics School',
    paragraphs: ['Hello {name},', 'welcome as a mentor! Students can book a meeting with you from now on.'],
    action: { label: 'Open your profile', link: 'link' },
    copyTo: 'MENTOR_ONBOARDING_CC_EMAIL',
  },
  'student-onboarding': {
    data: z.object({ name: words(200), course: words(200).optional(), link: link.optional() }),
    subject: 'Welcome to My Analytics School',
    paragraphs: ['Hello {name},', 'welcome to My Analytics School!', 'You are enrolled in {course}.'],
    action: { label: 'Begin', link: 'link' },
    copyTo: 'STUDENT_ONBOARDING_CC_EMAIL',
  },
  message: {
    data: z.object({ subject: words(300), text: words(100_000) }),
    subject: '{subject}',
    paragraphs: ['{text}'],
  },
} as const satisfies Readonly<Record<string, Template>>;

export type TemplateName = keyof typeof templates;
