-- asked: which cohorts have files of which chunk size.
-- Input:  asked_files (cohort, chunk_bytes)
-- Grain:  one row per cohort and chunk size
--   position  of the chunk size, 0 is 64 KiB, held to the eight candidates
SELECT
  cohort,
  CAST(log2(least(greatest(chunk_bytes, 65536), 8388608)) AS INT) - 16 AS position,
  count(*) AS files
FROM asked_files
WHERE chunk_bytes IS NOT NULL
GROUP BY 1, 2
ORDER BY files DESC, cohort, position
