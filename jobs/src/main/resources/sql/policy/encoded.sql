-- encoded: files with the inputs that evidence has learnt an encoding for.
-- Inputs: file_features, cohorts, suffixes
-- Grain:  one row per file
SELECT /*+ BROADCAST(c), BROADCAST(s) */
  f.*,
  s.file_type_request_log2,
  c.access_pattern_chunk_log2,
  CAST(CAST(f.cohort.use IS NULL AS INT) AS DOUBLE) AS never_logged
FROM file_features AS f
LEFT JOIN cohorts AS c ON c.cohort = f.cohort
LEFT JOIN suffixes AS s ON s.suffix = f.suffix
