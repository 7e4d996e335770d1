-- directories: what the bootstrap resamples.
-- Input:  judged
-- Grain:  one row per policy and judged directory, sums over its files; a sample of the directories
--         where there are more than max_directories
--   promised, kept_promises        files moved with a promised gain, and those whose realised gain lies
--                                  between its quantiles
--   promised_realised, promised_squared   sums of products of the log2 gains: their ratio is the slope
--                                         through the origin
SELECT
  policy,
  directory,
  CAST(count(*) AS DOUBLE) AS files,
  CAST(sum(size_bytes) AS DOUBLE) AS bytes,
  sum(regret) AS regret,
  sum(over_current) AS over_current,
  sum(over_default) AS over_default,
  sum(size_bytes * over_current) AS bytes_over_current,
  sum(size_bytes * over_default) AS bytes_over_default,
  CAST(count_if(within_octave) AS DOUBLE) AS within_octave,
  CAST(count_if(strict_hit) AS DOUBLE) AS strict_hit,
  CAST(count_if(harmed) AS DOUBLE) AS harmed,
  CAST(count_if(moved) AS DOUBLE) AS moved,
  CAST(count(promised) AS DOUBLE) AS promised,
  CAST(count_if(realised BETWEEN p10 AND p90) AS DOUBLE) AS kept_promises,
  coalesce(sum(promised * realised), 0D) AS promised_realised,
  coalesce(sum(promised * promised), 0D) AS promised_squared
FROM judged
WHERE directory IN (
  SELECT directory
  FROM (SELECT DISTINCT directory FROM judged)
  ORDER BY xxhash64(directory), directory
  LIMIT :max_directories
)
GROUP BY policy, directory
