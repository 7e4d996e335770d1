-- curves: the evidence of each full cohort in one row, by the position of the chunk size.
-- Input:  evidence
-- Grain:  one row per full cohort of a fold; arrays of eight, 64 KiB first
--   covariances  of the gains, 64 values row by row
--   observed  whether the cohort itself has a contrast
SELECT
  cohort,
  transform(array_sort(collect_list(struct(chunk_bytes, posterior_log2 AS value))), x -> x.value) AS log2_gains,
  flatten(transform(array_sort(collect_list(struct(chunk_bytes, covariances AS value))), x -> x.value)) AS covariances,
  transform(array_sort(collect_list(struct(chunk_bytes, tier AS value))), x -> x.value) AS tiers,
  transform(array_sort(collect_list(struct(chunk_bytes, choice_bytes AS value))), x -> x.value) AS choices,
  max(level_log2) AS level_log2,
  coalesce(bool_or(standard_error > 0), false) AS observed
FROM evidence
WHERE fold = :fold AND level = 5
GROUP BY cohort
