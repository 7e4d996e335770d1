-- The directories with the largest expected benefit, selected ones first.
--
-- Inputs:  directory_plan.
-- Grain:   one row per directory, at most :directories.
-- The benefit is taken from the directory's own figures: bytes * (1 - 1 / expected_gain).
SELECT
  path,
  path_bytes,
  files,
  bytes,
  current_chunk_bytes,
  recommended_chunk_bytes,
  expected_gain,
  gain_p10,
  gain_p90,
  tier,
  selected,
  list_file,
  reason
FROM directory_plan
ORDER BY selected DESC, bytes * (1D - 1D / expected_gain) DESC, path_bytes
LIMIT :directories
