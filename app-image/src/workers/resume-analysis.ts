import { z } from 'zod';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { isStorable } from '../database/storable';
import { below, CallFailed, callForJson } from '../outgoing/call';
import { jobFailure } from '../outgoing/job-failure';
import type { Handlers } from '../queues/handlers';

/** As mr-hire-backend has to have it; it takes the job's payload, and answers an `analysis`. */
const path = '/api/v1/resumes/analyse';
/** A language model reads a whole resume. */
const defaultTimeoutMs = 60_000;
const longestAnswer = 256 * 1024;

const analysis = z
  .object({
    /** Of 100. */
    score: z.number().min(0).max(100),
    summary: z.string().max(20_000).nullish(),
    /** Whatever else the analysis says; for those who show it. */
    details: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine(isStorable, 'must not contain a zero byte or half a character');

export interface ResumeAnalysisProps {
  readonly environment: Pick<Environment, 'MR_HIRE_BACKEND_URL' | 'MR_HIRE_WEBHOOK_SECRET'>;
  readonly database: Pick<Database, 'query'>;
  /** @default 60_000 */
  readonly timeoutMs?: number;
}

export function resumeAnalysisHandlers({
  environment: { MR_HIRE_BACKEND_URL: base, MR_HIRE_WEBHOOK_SECRET: secret },
  database,
  timeoutMs = defaultTimeoutMs,
}: ResumeAnalysisProps): Handlers<'resumeAnalysis'> {
  async function analyse(payload: unknown) {
    if (!base || !secret)
      throw new CallFailed('Mr. Hire is not configured: set MR_HIRE_BACKEND_URL and MR_HIRE_WEBHOOK_SECRET', false);
    const headers = { 'x-webhook-secret': secret };
    const outgoing = { to: 'Mr. Hire', url: below(base, path), headers, body: payload, timeoutMs };
    return callForJson(outgoing, analysis, longestAnswer);
  }

  return {
    /** The latest analysis of an application counts: a repeat overwrites. */
    analyse: async (payload, { log }) => {
      const { score, summary, details } = await analyse(payload).catch((error: unknown) => {
        throw jobFailure(error);
      });
      await database.query(
        `INSERT INTO resume_analysis_results ("applicationId", score, summary, details)
         VALUES ($1, $2, $3, $4) ON CONFLICT ("applicationId") DO UPDATE
         SET score = EXCLUDED.score, summary = EXCLUDED.summary, details = EXCLUDED.details, "analysedAt" = now()`,
        [payload.applicationId, score, summary ?? null, details ? JSON.stringify(details) : null],
      );
      log.info({ applicationId: payload.applicationId }, 'resume analysed');
      return { score };
    },
  };
}
