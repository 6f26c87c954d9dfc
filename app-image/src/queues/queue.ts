/** A queue and what fills it on time, as data: the workers, the metrics and the start-up report read it. */
export interface QueueDefinition {
  readonly name: string;
  readonly purpose: string;
  /** Added by itself, whoever of the workers is up. @default - on demand */
  readonly schedule?: { readonly job: string; readonly everySeconds: number };
}

export const queues = {
  cleanup: {
    name: 'cleanupQueue',
    purpose: 'Deletes sign-in records that are older than DATA_RETENTION_LOG_DAYS',
    schedule: { job: 'login-events', everySeconds: 24 * 60 * 60 },
  },
} as const satisfies Readonly<Record<string, QueueDefinition>>;

export const everyQueue: readonly QueueDefinition[] = Object.values(queues);
