-- directory_changes: every directory with a better chunk size, and which of them are set.
-- Inputs: arms (directory_arms.sql), choices (of the level of the plan, and of all), pilots (of tonight: all states),
--         undone (path_bytes: goes back tonight)
-- Grain:  one row per directory with a choice at any level, or with advice for files that no choice follows
--   obstacle  why it is not set; null where it may be
WITH mine AS (
  SELECT path_bytes, arm FROM choices WHERE trust = :level
),
predicted AS (
  SELECT c.path_bytes, c.arm
  FROM choices AS c
  LEFT ANTI JOIN mine AS m ON m.path_bytes = c.path_bytes
  WHERE c.trust = 'all'
),
advised AS (
  SELECT
    path_bytes,
    max_by(
      struct(
        path, current_chunk_bytes, recommended_chunk_bytes, advised_files, files, new_files, bytes, hours, hours_saved,
        hours_lost, hours_local, hours_measured, gain_log2, gain_p10_log2, gain_p90_log2, kind),
      struct(hours_saved - hours_lost, advised_files, -recommended_chunk_bytes)) AS arm
  FROM arms
  WHERE advised_files > 0
  GROUP BY path_bytes
),
rest AS (
  SELECT a.path_bytes, a.arm
  FROM advised AS a
  LEFT ANTI JOIN choices AS c ON c.path_bytes = a.path_bytes
),
all_of_them AS (
  SELECT path_bytes, arm, CAST(NULL AS STRING) AS why FROM mine
  UNION ALL
  SELECT
    path_bytes,
    arm,
    CASE
      WHEN arm.hours_local < 0.8D * arm.hours THEN 'only predicted: see plan.trust, and the pilots'
      ELSE 'the hours that may be lost outweigh those saved (advice.loss-budget), or the gain is a tie'
    END
  FROM predicted
  UNION ALL
  SELECT
    path_bytes,
    arm,
    CASE
      WHEN arm.hours = 0 THEN 'no new file in the days of plan.history-days'
      ELSE 'the hours that may be lost outweigh those saved (advice.loss-budget), or the gain is a tie'
    END
  FROM rest
)
SELECT
  x.path_bytes,
  x.arm,
  CASE
    WHEN concat(decode(x.path_bytes, 'ISO-8859-1'), '/') LIKE '%/../%'
      THEN 'NOT_ACTIONABLE: the path climbs with ..'
    WHEN :cli = 'v7' AND instr(decode(x.path_bytes, 'ISO-8859-1'), chr(10)) > 0
      THEN 'NOT_ACTIONABLE_V7: the name holds a newline, which beegfs-ctl takes for the end of the path'
    WHEN u.path_bytes IS NOT NULL THEN 'goes back to the chunk size before'
    WHEN p.role = 'control' THEN 'control of a pilot that runs'
    WHEN p.role = 'treated' THEN 'in a pilot that runs'
    ELSE x.why
  END AS obstacle
FROM all_of_them AS x
LEFT JOIN undone AS u ON u.path_bytes = x.path_bytes
-- Who trusts all has no trials.
LEFT JOIN (
  SELECT path_bytes, any_value(role) AS role
  FROM pilots
  WHERE state = 'running' AND :level <> 'all'
  GROUP BY path_bytes
) AS p
  ON p.path_bytes = x.path_bytes
