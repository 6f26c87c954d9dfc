import { z } from 'zod';
import { type TemplateName, templates } from '../../email/templates';

// The length first: the pattern of an address is not to be tried on megabytes.
const address = z.string().max(254).pipe(z.email());

const mail = <N extends TemplateName>(template: N) =>
  z.object({
    to: address,
    cc: z.array(address).max(10).optional(),
    template: z.literal(template),
    data: templates[template].data as (typeof templates)[N]['data'],
  });

export const email = z.discriminatedUnion('template', [
  mail('otp'),
  mail('password-reset'),
  mail('meeting-scheduled'),
  mail('meeting-reminder'),
  mail('mentor-onboarding'),
  mail('student-onboarding'),
  mail('message'),
]);
