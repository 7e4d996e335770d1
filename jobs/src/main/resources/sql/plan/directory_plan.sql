-- The directory plan: every candidate, and which of them are selected and listed.
--
-- Inputs:  candidates (directory_candidates.sql).
-- Grain:   one row per candidate.
-- selected  without an obstacle and among the first :max_directories by benefit, then by path
-- list_file name of the list it stands in, for the configured command line tool
WITH chosen AS (
  SELECT path_bytes
  FROM candidates
  WHERE obstacle IS NULL
  ORDER BY benefit DESC, path_bytes
  LIMIT :max_directories
)
SELECT
  path,
  candidates.path_bytes,
  files,
  bytes,
  advised_files,
  current_chunk_bytes,
  recommended_chunk_bytes,
  expected_gain,
  gain_p10,
  gain_p90,
  tier,
  chosen.path_bytes IS NOT NULL AS selected,
  CASE
    WHEN chosen.path_bytes IS NOT NULL
      THEN concat('directories-chunk=', recommended_chunk_bytes, :suffix)
  END AS list_file,
  CASE
    WHEN chosen.path_bytes IS NOT NULL THEN 'its files agree and local data supports the gain'
    ELSE coalesce(obstacle, 'beyond plan.max-directories')
  END AS reason,
  benefit
FROM candidates
LEFT JOIN chosen ON chosen.path_bytes = candidates.path_bytes
