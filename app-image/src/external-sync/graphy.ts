import { z } from 'zod';
import type { Environment } from '../config/contract';
import type { PagedApi } from './pages';
import { externalId, text, time } from './records';

/*
 * What Graphy has to answer at these two paths. Graphy's own documentation is not public: this is the least that the
 * synchronisation needs, and whoever connects it puts an adapter at GRAPHY_BASE_URL where Graphy's differ.
 * Every answer is a page: see pages.ts.
 */

const account = ({ GRAPHY_BASE_URL, GRAPHY_API_KEY }: Environment) => ({ base: GRAPHY_BASE_URL, key: GRAPHY_API_KEY });

/** How far a learner has come in a course. `onlyIds` are courses. */
export const graphyProgress = {
  company: 'Graphy',
  account,
  addressedBy: 'GRAPHY_BASE_URL',
  path: '/api/v1/progress',
  onlyIdsAs: 'courseIds',
  record: z.object({
    learnerId: externalId,
    courseId: externalId,
    progressPercent: z.number().min(0).max(100),
    lastActivityAt: time.nullish(),
    completedAt: time.nullish(),
  }),
  keyOf: ({ learnerId, courseId }) => `${learnerId}\0${courseId}`,
} satisfies PagedApi<{ learnerId: string; courseId: string }>;

/** Who is enrolled at all; with `joinedAfter`, a time, only those who joined later. */
export const graphyLearners = {
  company: 'Graphy',
  account,
  addressedBy: 'GRAPHY_BASE_URL',
  path: '/api/v1/learners',
  record: z.object({
    learnerId: externalId,
    email: text(320),
    fullName: text(300).nullish(),
    joinedAt: time.nullish(),
  }),
  keyOf: ({ learnerId }) => learnerId,
} satisfies PagedApi<{ learnerId: string }>;
