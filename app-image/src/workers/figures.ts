/** One key figure of the dashboard. */
export interface Figure {
  readonly name: string;
  /** Rows of `value` and `dimensions`, a JSON object that tells them apart; without a row the figure is zero. */
  readonly statement: string;
}

const lastDay = (time: string) => `"${time}" >= now() - interval '24 hours'`;

/** What this service knows by itself; those of the products' own tables are theirs. */
export const figures: readonly Figure[] = [
  {
    name: 'activeUsers',
    statement: `
      SELECT count(*) AS value, jsonb_build_object('role', role) AS dimensions FROM users WHERE "isActive" GROUP BY role`,
  },
  {
    name: 'signInsIn24h',
    statement: `
      SELECT count(*) AS value, jsonb_build_object('succeeded', succeeded) AS dimensions
      FROM login_events WHERE ${lastDay('occurredAt')} GROUP BY succeeded`,
  },
  {
    name: 'peopleSignedInIn24h',
    statement: `
      SELECT count(DISTINCT "userId") AS value, '{}'::jsonb AS dimensions
      FROM login_events WHERE succeeded AND ${lastDay('occurredAt')}`,
  },
  {
    name: 'leadsIn24h',
    statement: `
      SELECT count(*) AS value, jsonb_build_object('source', source) AS dimensions
      FROM raw_leads WHERE ${lastDay('createdAt')} GROUP BY source`,
  },
  {
    name: 'meetingsEndedIn24h',
    statement: `
      SELECT count(*) AS value, '{}'::jsonb AS dimensions FROM meeting_logs WHERE ${lastDay('endedAt')}`,
  },
  {
    name: 'meetingMinutesIn24h',
    statement: `
      SELECT coalesce(sum(extract(epoch FROM "endedAt" - "startedAt")) / 60, 0) AS value, '{}'::jsonb AS dimensions
      FROM meeting_logs WHERE ${lastDay('endedAt')}`,
  },
  {
    name: 'uploadsIn24h',
    statement: `
      SELECT count(*) AS value, jsonb_build_object('purpose', purpose) AS dimensions
      FROM uploads WHERE ${lastDay('createdAt')} GROUP BY purpose`,
  },
  {
    name: 'resumesAnalysedIn24h',
    statement: `
      SELECT count(*) AS value, '{}'::jsonb AS dimensions
      FROM resume_analysis_results WHERE ${lastDay('analysedAt')}`,
  },
  {
    name: 'mrlearnLearners',
    statement: `
      SELECT count(*) AS value, jsonb_build_object('registered', "userId" IS NOT NULL) AS dimensions
      FROM graphy_learners GROUP BY "userId" IS NOT NULL`,
  },
  {
    name: 'mrlearnCoursesCompletedIn24h',
    statement: `
      SELECT count(*) AS value, '{}'::jsonb AS dimensions FROM graphy_progress WHERE ${lastDay('completedAt')}`,
  },
  {
    name: 'mrtestResultsIn24h',
    statement: `
      SELECT count(*) AS value, jsonb_build_object('passed', passed) AS dimensions
      FROM ezexam_results WHERE ${lastDay('submittedAt')} GROUP BY passed`,
  },
];
