import { z } from 'zod';
import type { Environment } from '../config/contract';
import type { PagedApi } from './pages';
import { externalId, time } from './records';

/**
 * What EzExam has to answer: a candidate's result of one attempt at an exam. `onlyIds` are exams.
 *
 * EzExam's own documentation is not public: this is the least that the synchronisation needs, and whoever connects it
 * puts an adapter at EZEXAM_BASE_URL where EzExam's differs.
 */
export const ezexamResults = {
  company: 'EzExam',
  account: ({ EZEXAM_BASE_URL, EZEXAM_API_KEY }: Environment) => ({ base: EZEXAM_BASE_URL, key: EZEXAM_API_KEY }),
  addressedBy: 'EZEXAM_BASE_URL',
  path: '/api/v1/results',
  onlyIdsAs: 'examIds',
  record: z.object({
    examId: externalId,
    candidateId: externalId,
    attempt: z.int().min(1).max(1_000).default(1),
    score: z.number().min(-1e6).max(1e6),
    maxScore: z.number().min(0).max(1e6),
    passed: z.boolean().nullish(),
    submittedAt: time,
  }),
  keyOf: ({ examId, candidateId, attempt }) => `${examId}\0${candidateId}\0${attempt}`,
} satisfies PagedApi<{ examId: string; candidateId: string; attempt: number }>;
