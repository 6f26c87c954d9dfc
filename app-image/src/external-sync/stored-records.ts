import type { StoredRecords } from './lease';

export const storedProgress: StoredRecords = {
  into: 'graphy_progress',
  record:
    '"learnerId" text, "courseId" text, "progressPercent" float8, "lastActivityAt" timestamptz, "completedAt" timestamptz',
  columns: '"learnerId", "courseId", "progressPercent", "lastActivityAt", "completedAt"',
  key: '"learnerId", "courseId"',
  update: `"progressPercent" = EXCLUDED."progressPercent", "lastActivityAt" = EXCLUDED."lastActivityAt",
    "completedAt" = EXCLUDED."completedAt", "syncedAt" = now()`,
};

/** Who is a user here already is linked at once; the others are when they have registered: see backfills.ts. */
export const storedLearners: StoredRecords = {
  into: 'graphy_learners AS known',
  record: '"learnerId" text, email text, "fullName" text, "joinedAt" timestamptz',
  columns: '"learnerId", email, "fullName", "joinedAt", "userId"',
  values: `"learnerId", record.email, record."fullName", "joinedAt",
    (SELECT users.id FROM users WHERE lower(users.email) = lower(record.email))`,
  key: '"learnerId"',
  update: `email = EXCLUDED.email, "fullName" = EXCLUDED."fullName", "joinedAt" = EXCLUDED."joinedAt",
    "userId" = coalesce(EXCLUDED."userId", known."userId"), "syncedAt" = now()`,
};

export const storedResults: StoredRecords = {
  into: 'ezexam_results',
  record:
    '"examId" text, "candidateId" text, attempt integer, score float8, "maxScore" float8, passed boolean, "submittedAt" timestamptz',
  columns: '"examId", "candidateId", attempt, score, "maxScore", passed, "submittedAt"',
  key: '"examId", "candidateId", attempt',
  update: `score = EXCLUDED.score, "maxScore" = EXCLUDED."maxScore", passed = EXCLUDED.passed,
    "submittedAt" = EXCLUDED."submittedAt", "syncedAt" = now()`,
};
