-- curves: the evidence of each full cohort in one row, by the position of the chunk size.
-- Input:  evidence
-- Grain:  one row per full cohort of a fold; arrays of eight, 64 KiB first
--   faster, slower, gain_p10_log2 ..  of the change between two positions, 64 values: to * 8 + from
--   observed  whether the cohort itself has a contrast
SELECT
  cohort,
  transform(array_sort(collect_list(struct(chunk_bytes, posterior_log2 AS value))), x -> x.value) AS log2_gains,
  flatten(transform(array_sort(collect_list(struct(chunk_bytes, faster AS value))), x -> x.value)) AS faster,
  flatten(transform(array_sort(collect_list(struct(chunk_bytes, slower AS value))), x -> x.value)) AS slower,
  flatten(transform(array_sort(collect_list(struct(chunk_bytes, gain_p10_log2 AS value))), x -> x.value)) AS gain_p10_log2,
  flatten(transform(array_sort(collect_list(struct(chunk_bytes, gain_p20_log2 AS value))), x -> x.value)) AS gain_p20_log2,
  flatten(transform(array_sort(collect_list(struct(chunk_bytes, gain_p90_log2 AS value))), x -> x.value)) AS gain_p90_log2,
  transform(array_sort(collect_list(struct(chunk_bytes, tier AS value))), x -> x.value) AS tiers,
  transform(array_sort(collect_list(struct(chunk_bytes, choice_bytes AS value))), x -> x.value) AS choices,
  max(level_log2) AS level_log2,
  coalesce(bool_or(standard_error > 0), false) AS observed
FROM evidence
WHERE fold = :fold AND level = 5
GROUP BY cohort
