-- off_policy_directories: what the bootstrap of the off-policy values resamples.
-- Input:  off_policy
-- Grain:  one row per policy and directory, sums over its observations, each times its weight; a sample of
--         the directories where there are more than max_directories
SELECT
  policy,
  directory,
  CAST(count(*) AS DOUBLE) AS observations,
  sum(weight) AS weight,
  sum(weight * value) AS value,
  sum(weight * residual) AS residual,
  sum(weight * direct) AS direct,
  sum(weight * direct_default) AS direct_default,
  sum(weight * direct_keep) AS direct_keep,
  sum(weight * importance) AS importance,
  sum(pow(weight * importance, 2)) AS importance_squared,
  sum(weight * importance * value) AS importance_value,
  sum(weight * importance * residual) AS importance_residual,
  sum(weight * importance_default) AS default_importance,
  sum(pow(weight * importance_default, 2)) AS default_importance_squared,
  sum(weight * importance_default * value) AS default_value,
  sum(weight * importance_default * residual) AS default_residual,
  sum(CASE WHEN moved THEN weight ELSE 0D END) AS moved,
  sum(CASE WHEN covered THEN weight ELSE 0D END) AS covered,
  sum(CASE WHEN moved AND covered THEN weight ELSE 0D END) AS moved_covered
FROM off_policy
WHERE directory IN (
  SELECT directory
  FROM (SELECT DISTINCT directory FROM off_policy)
  ORDER BY xxhash64(directory), directory
  LIMIT :max_directories
)
GROUP BY policy, directory
