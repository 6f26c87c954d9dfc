import type { JobName, QueueKey } from '../../src/queues/queue';

/**
 * Payloads as revisions that were released have added them. Jobs wait for days, and web and workers are released one
 * after the other: each of these has to be understood for as long as such jobs may exist. Add to them, and take none
 * away; a payload that a revision adds in a new shape is one more entry.
 */
export const releasedPayloads: {
  readonly [Q in QueueKey]: { readonly [J in JobName<Q>]: readonly unknown[] };
} = {
  email: {
    send: [
      { to: 'a@school.test', template: 'otp', data: { code: '123456' } },
      { to: 'a@school.test', template: 'otp', data: { code: 'AB12CD', name: 'Asha', minutes: 10 } },
      { to: 'a@school.test', template: 'password-reset', data: { link: 'https://app.school.test/reset?token=abc' } },
      {
        to: 'a@school.test',
        cc: ['b@school.test'],
        template: 'meeting-scheduled',
        data: {
          title: 'Career talk',
          startsAt: '2026-11-23T14:00:00Z',
          with: 'Ravi',
          link: 'https://app.school.test/m/1',
        },
      },
      {
        to: 'a@school.test',
        template: 'meeting-reminder',
        data: { title: 'Career talk', startsAt: '2026-11-23T19:30:00+05:30' },
      },
      { to: 'a@school.test', template: 'mentor-onboarding', data: { name: 'Asha' } },
      { to: 'a@school.test', template: 'student-onboarding', data: { name: 'Asha', course: 'Statistics' } },
      { to: 'a@school.test', template: 'message', data: { subject: 'News', text: 'First line\nsecond line' } },
    ],
  },
  notification: {},
  whatsapp: {
    send: [
      { to: '+919800000000', template: 'meeting_reminder' },
      {
        to: '+919800000000',
        template: 'meeting_reminder',
        language: 'en_US',
        parameters: ['Asha', '10:00'],
        messageId: 'enrolment-6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11-0',
      },
    ],
  },
  database: { 'prune-old-rows': [{}], 'application-backfill': [{}], 'prune-files': [{}] },
  cleanup: { 'expired-slots': [{}], 'login-events': [{}] },
  kpi: { compute: [{}] },
  aaryaSync: {},
  workflow: {
    'trigger-scan': [
      {},
      { leadId: '6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11' },
      { leadIds: ['6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11'] },
    ],
  },
  resumeAnalysis: {
    analyse: [
      { applicationId: '6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11' },
      {
        applicationId: '6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11',
        resumeUrl: 'https://bucket.s3.test/resume.pdf?X-Amz-Expires=300',
        resumeKey: 'resumes/asha.pdf',
        jobPostId: '6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a12',
      },
    ],
  },
  salaryBenchmark: {},
  warning: {},
  leadAssignment: {},
  dailyCards: {},
  assignmentReminder: {},
  coursePlan: {},
  missOzone: {},
  mrlearnSync: { sync: [{ configId: '6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11' }] },
  mrlearnReminder: {},
  mrlearnNewStudentSync: { sync: [{}] },
  mrtestSync: { sync: [{ configId: '6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11' }] },
  badgeEvaluation: {},
  studentRiskComputation: {},
};
