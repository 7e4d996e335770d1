-- The directories that save most hours, selected ones first.
--
-- Inputs:  directory_plan.
-- Grain:   one row per directory, at most :directories.
SELECT
  path,
  path_bytes,
  part,
  files,
  bytes,
  current_chunk_bytes,
  recommended_chunk_bytes,
  expected_gain,
  gain_p10,
  gain_p90,
  hours,
  hours_saved - hours_lost AS hours_net,
  tier,
  selected,
  list_file,
  reason
FROM directory_plan
ORDER BY selected DESC, hours_net DESC, path_bytes
LIMIT :directories
