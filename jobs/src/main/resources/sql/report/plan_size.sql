-- How large the plan is, and why the rest was left out.
--
-- Inputs:  directory_plan, file_plan.
-- Grain:   one row per kind (directories to change, try or undo; files), selected, recommended chunk size where selected, and reason.
SELECT
  if(part IN ('try', 'undo'), part, 'directories') AS kind,
  selected,
  CASE WHEN selected THEN recommended_chunk_bytes END AS chunk_bytes,
  reason,
  count(*) AS entries,
  CAST(least(sum(CAST(bytes AS DECIMAL(19, 0))), 9223372036854775807) AS BIGINT) AS bytes
FROM directory_plan
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT
  'files' AS kind,
  selected,
  CASE WHEN selected THEN recommended_chunk_bytes END AS chunk_bytes,
  reason,
  count(*) AS entries,
  CAST(least(sum(CAST(size_bytes AS DECIMAL(19, 0))), 9223372036854775807) AS BIGINT) AS bytes
FROM file_plan
GROUP BY 1, 2, 3, 4
ORDER BY kind, selected DESC, chunk_bytes, reason
