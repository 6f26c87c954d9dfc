/**
 * A meeting has one row of `meeting_sessions`: its key, and no index on the platform's own table, makes sure that one
 * log at most is open. What was ended by somebody is not opened again.
 */
export const openSession = `
  WITH opened AS (
    INSERT INTO meeting_sessions ("meetingId", "logId", "startedAt") VALUES ($1, $2, $3)
    ON CONFLICT ("meetingId") DO UPDATE
      SET "logId" = EXCLUDED."logId", "startedAt" = EXCLUDED."startedAt",
        "emptySince" = NULL, "endedAt" = NULL, "endReason" = NULL
      WHERE meeting_sessions."endedAt" IS NOT NULL AND meeting_sessions."endReason" <> 'ended'
    RETURNING *
  )
  INSERT INTO meeting_logs (id, "meetingId", "startedAt")
    SELECT "logId", "meetingId", "startedAt" FROM opened
    RETURNING id`;

export const join = `
  WITH held AS (
    UPDATE meeting_sessions SET "emptySince" = NULL WHERE "meetingId" = $1 AND "endedAt" IS NULL RETURNING *
  ), noted AS (
    INSERT INTO meeting_participants (id, "logId", "userId", role, "socketId", "joinedAt")
      SELECT $2, "logId", $3, $4, $5, $6 FROM held
      ON CONFLICT (id) DO NOTHING
  )
  SELECT "startedAt" FROM held`;

/** Those in them are told at once; after five seconds whoever is in one still has not heard of it. */
export const endedAWhileAgo = `
  SELECT "meetingId", "endedAt", "endedBy" FROM meeting_sessions
    WHERE "meetingId" = ANY($1::uuid[]) AND "endReason" = 'ended' AND "endedAt" < now() - interval '5 seconds'`;

export const open = 'SELECT "meetingId" FROM meeting_sessions WHERE "endedAt" IS NULL';

/** Since the last one left; where somebody's end was never noted, since now. $1 are empty, $2 are not. */
export const markEmpty = `
  UPDATE meeting_sessions AS held
    SET "emptySince" = CASE WHEN "meetingId" = ANY($2::uuid[]) THEN NULL ELSE coalesce("emptySince", (
      SELECT CASE WHEN bool_and("leftAt" IS NOT NULL) THEN max("leftAt") ELSE now() END
        FROM meeting_participants WHERE "logId" = held."logId"
    ), now()) END
    WHERE "endedAt" IS NULL AND (
      ("meetingId" = ANY($1::uuid[]) AND "emptySince" IS NULL)
      OR ("meetingId" = ANY($2::uuid[]) AND "emptySince" IS NOT NULL)
    )`;

/** With everything that goes with it. Without a time ($3), those that were empty for longer than the grace ($5). */
export const closeSessions = `
  WITH ended AS (
    UPDATE meeting_sessions
      SET "endedAt" = coalesce($3, "emptySince"), "endReason" = $2, "endedBy" = $4
      WHERE "meetingId" = ANY($1::uuid[]) AND "endedAt" IS NULL
        AND ($3::timestamptz IS NOT NULL OR "emptySince" < now() - make_interval(secs => $5))
      RETURNING *
  ), logged AS (
    UPDATE meeting_logs SET "endedAt" = ended."endedAt", "endReason" = $2, "endedBy" = $4
      FROM ended WHERE meeting_logs.id = ended."logId"
  ), gone AS (
    UPDATE meeting_participants SET "leftAt" = ended."endedAt", "leaveReason" = 'meeting-ended'
      FROM ended WHERE meeting_participants."logId" = ended."logId" AND "leftAt" IS NULL
  ), stopped AS (
    UPDATE meeting_recordings SET "stoppedAt" = ended."endedAt"
      FROM ended WHERE meeting_recordings."meetingLogId" = ended."logId" AND "stoppedAt" IS NULL
  )
  SELECT "meetingId" FROM ended`;

export const recordingStart = `
  INSERT INTO meeting_recordings (id, "meetingId", "meetingLogId", "startedBy", "startedAt")
    SELECT $1, "meetingId", "logId", $3, $4 FROM meeting_sessions WHERE "meetingId" = $2
    ON CONFLICT (id) DO NOTHING`;

export const recordingStop = `
  UPDATE meeting_recordings SET "stoppedBy" = $2, "stoppedAt" = $3 WHERE id = $1 AND "stoppedAt" IS NULL`;
