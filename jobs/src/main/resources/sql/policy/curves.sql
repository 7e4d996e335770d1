-- curves: the evidence of each full cohort in one row, by the position of the chunk size.
-- Input:  evidence
-- Grain:  one row per full cohort of a fold; arrays of eight, 64 KiB first
--   faster, slower, gain_p10_log2 ..  of the change between two positions, 64 values: to * 8 + from
--   observed  whether the cohort itself has a contrast
WITH collected AS (
  SELECT
    cohort,
    array_sort(collect_list(struct(
      chunk_bytes, posterior_log2, faster, slower, gain_p10_log2, gain_p20_log2, gain_p90_log2, tier, choice_bytes)))
      AS arms,
    max(level_log2) AS level_log2,
    coalesce(bool_or(standard_error > 0), false) AS observed
  FROM evidence
  WHERE fold = :fold AND level = 5
  GROUP BY cohort
)
SELECT
  cohort,
  arms.posterior_log2 AS log2_gains,
  flatten(arms.faster) AS faster,
  flatten(arms.slower) AS slower,
  flatten(arms.gain_p10_log2) AS gain_p10_log2,
  flatten(arms.gain_p20_log2) AS gain_p20_log2,
  flatten(arms.gain_p90_log2) AS gain_p90_log2,
  arms.tier AS tiers,
  arms.choice_bytes AS choices,
  level_log2,
  observed
FROM collected
