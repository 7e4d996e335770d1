-- How many entries of a plan have the same fate.
--
-- Inputs:  plan: directory_plan or file_plan with the column bytes.
-- Grain:   one row per selected, recommended chunk size where selected, and reason: bounded by the
--          number of chunk sizes and of fixed reasons.
SELECT
  selected,
  CASE WHEN selected THEN recommended_chunk_bytes END AS chunk_bytes,
  reason,
  count(*) AS entries,
  CAST(least(sum(CAST(bytes AS DECIMAL(19, 0))), 9223372036854775807) AS BIGINT) AS bytes
FROM plan
GROUP BY 1, 2, 3
ORDER BY selected DESC, chunk_bytes, reason
