import { templates } from '../../src/email/templates';
import { type QueueDefinition, queues } from '../../src/queues/queue';
import { releasedPayloads } from './released-payloads';

const jobs = Object.entries<QueueDefinition>(queues).flatMap(([key, definition]) =>
  Object.entries(definition.jobs).map(([job, schema]) => {
    const ofQueue: Readonly<Record<string, readonly unknown[]>> = releasedPayloads[key as keyof typeof queues];
    return { queue: definition.name, job, schema, payloads: ofQueue[job] ?? [] };
  }),
);

it.each(jobs)('$queue still understands every payload of $job', ({ schema, payloads }) => {
  expect(payloads.length).toBeGreaterThan(0);
  for (const payload of payloads) {
    const parsed = schema.safeParse(payload);
    expect({ payload, problems: parsed.error?.issues ?? [] }).toEqual({ payload, problems: [] });
    // What a producer stores is what a worker parses again.
    expect(schema.parse(parsed.data)).toEqual(parsed.data);
  }
});

it('knows a released payload of every template', () => {
  const released = releasedPayloads.email.send.map((payload) => (payload as { template: string }).template);
  expect([...new Set(released)].sort()).toEqual(Object.keys(templates).sort());
});
