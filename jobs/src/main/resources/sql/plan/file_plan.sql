-- The rewrite plan: every candidate, and which of them are selected and listed.
--
-- Inputs:  candidates (file_candidates.sql).
-- Grain:   one row per candidate.
-- selected  without an obstacle, among the first :max_files by time saved, then by path, and the sum
--           of sizes up to and with it is at most :max_bytes
--
-- The sum runs over the first :max_files alone, so its window is bounded by the setting.
WITH first_files AS (
  SELECT path_bytes, size_bytes, time_saved_s
  FROM candidates
  WHERE obstacle IS NULL
  ORDER BY time_saved_s DESC, path_bytes
  LIMIT :max_files
),
running AS (
  SELECT
    path_bytes,
    sum(CAST(size_bytes AS DECIMAL(38, 0)))
      OVER (ORDER BY time_saved_s DESC, path_bytes ROWS UNBOUNDED PRECEDING) AS bytes_so_far
  FROM first_files
)
SELECT
  path,
  candidates.path_bytes,
  entry_id,
  size_bytes,
  current_chunk_bytes,
  recommended_chunk_bytes,
  expected_gain,
  gain_p10,
  rewrite_cost_s,
  time_saved_s,
  coalesce(bytes_so_far <= :max_bytes, false) AS selected,
  CASE
    WHEN bytes_so_far <= :max_bytes THEN concat('files-chunk=', recommended_chunk_bytes, :suffix)
  END AS list_file,
  CASE
    WHEN bytes_so_far <= :max_bytes THEN motive
    WHEN bytes_so_far IS NOT NULL THEN 'beyond plan.max-bytes'
    ELSE coalesce(obstacle, 'beyond plan.max-files')
  END AS reason
FROM candidates
LEFT JOIN running ON running.path_bytes = candidates.path_bytes
