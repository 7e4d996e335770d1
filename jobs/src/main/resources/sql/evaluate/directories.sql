-- directories: what the bootstrap resamples.
-- Input:  judged
-- Grain:  one row per policy and judged directory, sums over its files; a sample of the directories
--         where there are more than max_directories
SELECT
  policy,
  directory,
  count(*) AS files,
  sum(regret) AS regret,
  sum(over_current) AS over_current,
  sum(over_default) AS over_default,
  CAST(sum(CAST(within_octave AS INT)) AS DOUBLE) AS within_octave,
  CAST(sum(CAST(harmed AS INT)) AS DOUBLE) AS harmed
FROM judged
WHERE directory IN (
  SELECT directory
  FROM (SELECT DISTINCT directory FROM judged)
  ORDER BY xxhash64(directory), directory
  LIMIT :max_directories
)
GROUP BY policy, directory
