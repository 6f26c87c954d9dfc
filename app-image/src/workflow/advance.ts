import { ZodError } from 'zod';
import type { Database } from '../database/database';
import type { Logger } from '../log';
import type { JobQueues } from '../queues/job-queues';
import { filledIn, type Step, steps } from './steps';

const batch = 100;
const hourMs = 60 * 60 * 1000;
const firstId = '00000000-0000-0000-0000-000000000000';

interface Due {
  readonly id: string;
  readonly step: number;
  readonly workflowId: string;
  readonly steps: unknown;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly courseInterest: string | null;
}

const due = `
  SELECT enrolment.id, step, "workflowId", steps, raw_leads.name, email, phone, "courseInterest"
  FROM lead_enrolments enrolment
    JOIN lead_workflows ON lead_workflows.id = "workflowId" AND "isActive"
    JOIN raw_leads ON raw_leads.id = "leadId"
  WHERE "dueAt" <= now() AND ($1::uuid[] IS NULL OR "leadId" = ANY($1)) AND enrolment.id > $2
  ORDER BY enrolment.id LIMIT ${batch}`;

/** Unless another scan did it meanwhile. */
const move = `
  UPDATE lead_enrolments SET step = $3, "dueAt" = now() + make_interval(secs => $4)
  WHERE id = $1 AND step = $2 RETURNING 1`;

export interface AdvanceProps {
  readonly database: Pick<Database, 'read' | 'query'>;
  readonly jobQueues: Pick<JobQueues, 'add'>;
  readonly log: Logger;
}

/**
 * Takes every step that is due. A step becomes a job whose id it determines, before the
 * enrolment moves on: taken twice, it is one job.
 *
 * @param leadIds @default - all
 * @returns how many enrolments moved on
 * @throws Unavailable when Redis is away: the steps stay due
 */
export async function advance(props: AdvanceProps, leadIds?: readonly string[]): Promise<number> {
  const { database, log } = props;
  const malformed = new Set<string>();
  let moved = 0;
  for (let after = firstId; ; ) {
    const enrolments = await database.read<Due>(due, [leadIds ?? null, after]);
    for (const enrolment of enrolments) {
      const parsed = steps.safeParse(enrolment.steps);
      if (!parsed.success) {
        if (!malformed.has(enrolment.workflowId))
          log.error(
            { workflowId: enrolment.workflowId, fields: parsed.error.issues.map(({ path }) => path.join('.')) },
            'the steps of a workflow are not as they have to be: its leads wait',
          );
        malformed.add(enrolment.workflowId);
      } else if (await moveOn(props, enrolment, parsed.data)) moved += 1;
    }
    const last = enrolments.at(-1);
    if (last === undefined || enrolments.length < batch) return moved;
    after = last.id;
  }
}

/** Up to the next pause, or to the end. */
async function moveOn(props: AdvanceProps, enrolment: Due, all: readonly Step[]): Promise<boolean> {
  let step = enrolment.step;
  let pauseMs: number | null = null;
  for (; step < all.length && pauseMs === null; step += 1) {
    const current = all[step];
    if (current?.kind === 'wait') pauseMs = current.hours * hourMs;
    else if (current) await take(props, enrolment, current, `enrolment-${enrolment.id}-${step}`);
  }
  // Nothing comes after the last step, so nobody waits for it.
  const seconds = step < all.length && pauseMs !== null ? pauseMs / 1000 : null;
  return (await props.database.query(move, [enrolment.id, enrolment.step, step, seconds])).length > 0;
}

type Sending = Exclude<Step, { kind: 'wait' }>;

/** What cannot become a job is left out: one lead's bad address must not hold up everybody. */
async function take({ jobQueues, log }: AdvanceProps, lead: Due, step: Sending, id: string): Promise<void> {
  try {
    await add(jobQueues, lead, step, id);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const fields = error.issues.map(({ path }) => path.join('.'));
    log.warn({ job: id, kind: step.kind, fields }, 'a step cannot be taken: it is left out');
  }
}

/** A lead without the address that a step needs goes on without it. */
async function add(jobQueues: AdvanceProps['jobQueues'], lead: Due, step: Sending, id: string): Promise<void> {
  if (step.kind === 'email' && lead.email !== null) {
    const data = { subject: filledIn(step.subject, lead), text: filledIn(step.text, lead) };
    const mail = { to: lead.email, template: 'message' as const, data };
    await jobQueues.add('email', 'send', mail, { id });
  }
  if (step.kind === 'whatsapp' && lead.phone !== null) {
    const { template, language, parameters } = step;
    // WhatsApp refuses what fills a placeholder when it is empty, or goes over several lines.
    const texts = parameters.map((text) => filledIn(text, lead).replace(/\s+/g, ' ').trim() || '-');
    const message = { to: lead.phone, template, language, parameters: texts, messageId: id };
    await jobQueues.add('whatsapp', 'send', message, { id });
  }
}
