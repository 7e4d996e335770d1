-- directory_plan: every change, trial and way back of a directory, and which are selected.
-- Inputs: changes (directory_changes.sql), pilots, undone
-- Grain:  one row per directory
--   selected  without an obstacle, of the changes the first :max_directories by hours saved less lost, then by path
WITH chosen AS (
  SELECT path_bytes
  FROM changes
  WHERE obstacle IS NULL
  ORDER BY arm.hours_saved - arm.hours_lost DESC, path_bytes
  LIMIT :max_directories
),
tonight AS (
  SELECT p.path_bytes, p.assigned_chunk_bytes
  FROM pilots AS p
  WHERE p.role = 'treated' AND p.state = 'running' AND p.run_date = CAST(:run_date AS DATE)
),
parts AS (
  SELECT
    c.path_bytes,
    CASE WHEN u.path_bytes IS NOT NULL THEN 'undo' WHEN t.path_bytes IS NOT NULL THEN 'try' ELSE 'change' END AS part,
    c.arm,
    CASE
      WHEN u.path_bytes IS NOT NULL THEN u.arm.reason
      WHEN t.path_bytes IS NOT NULL THEN 'a trial: predicted to gain, not measured yet'
      WHEN h.path_bytes IS NOT NULL THEN 'hours saved outweigh those that may be lost'
      ELSE coalesce(c.obstacle, 'beyond plan.max-directories')
    END AS reason,
    u.path_bytes IS NOT NULL OR t.path_bytes IS NOT NULL OR h.path_bytes IS NOT NULL AS selected,
    u.arm.current_chunk_bytes AS undo_from,
    u.arm.recommended_chunk_bytes AS undo_to
  FROM changes AS c
  LEFT JOIN chosen AS h ON h.path_bytes = c.path_bytes
  LEFT JOIN tonight AS t ON t.path_bytes = c.path_bytes
  LEFT JOIN undone AS u ON u.path_bytes = c.path_bytes
),
others AS (
  SELECT u.path, u.path_bytes, u.arm
  FROM undone AS u
  LEFT ANTI JOIN changes AS c ON c.path_bytes = u.path_bytes
),
rows AS (
  SELECT
    arm.path, path_bytes, part, arm.files, arm.bytes, arm.new_files, arm.advised_files,
    coalesce(undo_from, arm.current_chunk_bytes) AS current_chunk_bytes,
    coalesce(undo_to, arm.recommended_chunk_bytes) AS recommended_chunk_bytes,
    if(part = 'undo', NULL, pow(2D, arm.gain_log2)) AS expected_gain,
    if(part = 'undo', NULL, pow(2D, arm.gain_p10_log2)) AS gain_p10,
    if(part = 'undo', NULL, pow(2D, arm.gain_p90_log2)) AS gain_p90,
    arm.hours,
    if(part = 'undo', 0D, arm.hours_saved) AS hours_saved,
    if(part = 'undo', 0D, arm.hours_lost) AS hours_lost,
    CASE
      WHEN part <> 'undo' AND arm.hours_measured >= 0.5D * arm.hours_local AND arm.hours_local >= 0.8D * arm.hours
        THEN 'measured'
      WHEN part = 'undo' OR arm.hours_local >= 0.8D * arm.hours THEN 'changed'
      ELSE 'predicted'
    END AS tier,
    selected,
    reason
  FROM parts
  UNION ALL
  SELECT
    path, path_bytes, 'undo', 0L, CAST(0 AS DECIMAL(38, 0)), 0L, 0L, arm.current_chunk_bytes,
    arm.recommended_chunk_bytes, NULL, NULL, NULL, 0D, 0D, 0D, 'changed', true, arm.reason
  FROM others
)
SELECT
  path,
  path_bytes,
  part,
  files,
  CAST(least(bytes, 9223372036854775807BD) AS BIGINT) AS bytes,
  new_files,
  advised_files,
  current_chunk_bytes,
  recommended_chunk_bytes,
  expected_gain,
  gain_p10,
  gain_p90,
  hours,
  hours_saved,
  hours_lost,
  tier,
  selected,
  CASE
    WHEN selected
      THEN concat(
        CASE part WHEN 'change' THEN 'directories' ELSE part END, '-chunk=', recommended_chunk_bytes, :suffix)
  END AS list_file,
  reason
FROM rows
