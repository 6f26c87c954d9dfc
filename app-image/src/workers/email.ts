import type { Environment } from '../config/contract';
import type { Mailer } from '../email/mailer';
import { render } from '../email/rendering';
import { type Template, templates } from '../email/templates';
import type { Handlers } from '../queues/handlers';

export interface EmailProps {
  readonly environment: Pick<Environment, 'MENTOR_ONBOARDING_CC_EMAIL' | 'STUDENT_ONBOARDING_CC_EMAIL'>;
  readonly mailer: Pick<Mailer, 'send'>;
}

export function emailHandlers({ environment, mailer }: EmailProps): Handlers<'email'> {
  return {
    /** Run twice, it sends two mails of one Message-ID: SMTP knows no way to ask whether the first one left. */
    send: async ({ to, cc = [], template: name, data }, context) => {
      const template: Template = templates[name];
      const copies = template.copyTo ? [...cc, environment[template.copyTo]] : cc;
      const { messageId, refusedCopies } = await mailer.send({
        id: context.id,
        to,
        cc: copies,
        ...render(template, data),
      });
      if (refusedCopies > 0)
        context.log.warn({ template: name, refusedCopies }, 'a mail was sent, but not all its copies');
      return { messageId };
    },
  };
}
