-- directories: what the bootstrap resamples.
-- Input:  judged
-- Grain:  one row per policy and judged directory, sums over its files
SELECT
  policy,
  directory,
  count(*) AS files,
  sum(regret) AS regret,
  sum(over_current) AS over_current,
  sum(over_default) AS over_default,
  CAST(sum(CAST(within_octave AS INT)) AS DOUBLE) AS within_octave,
  CAST(sum(CAST(harmed AS INT)) AS DOUBLE) AS harmed,
  percentile_approx(1 - exp(regret), 0.95, 1000) AS regret_p95
FROM judged
GROUP BY policy, directory
