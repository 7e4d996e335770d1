-- arms: what was observed of each chunk size in each full cohort by each source.
-- Input:  adjusted
-- Grain:  one row per fold, source, cohort and arm
--   mean_log2      mean over the directories' means, each weighted by the weight of its files up to 10
--   groups         effective number of directories: (sum w)^2 / sum w^2
--   between        squared deviations of the directories' means from the arm's, and
--   between_df     their degrees of freedom: pooled over an access they give the error of a directory
WITH directories AS (
  SELECT
    fold,
    source,
    access,
    cohort,
    arm,
    directory,
    count(*) AS files,
    collect_set(uid) AS uids,
    sum(weight) AS weight,
    least(sum(weight), 10D) AS directory_weight,
    sum(weight * adjusted) / sum(weight) AS directory_mean
  FROM adjusted
  GROUP BY fold, source, access, cohort, arm, directory
),
centred AS (
  SELECT
    *,
    sum(directory_weight * directory_mean) OVER cell / sum(directory_weight) OVER cell AS mean_log2
  FROM directories
  WINDOW cell AS (PARTITION BY fold, source, cohort, arm)
)
SELECT
  fold,
  source,
  access,
  cohort,
  arm,
  sum(files) AS files,
  CAST(size(array_distinct(flatten(collect_list(uids)))) AS BIGINT) AS users,
  count(*) AS directories,
  sum(weight) AS weight,
  any_value(mean_log2) AS mean_log2,
  pow(sum(directory_weight), 2) / sum(pow(directory_weight, 2)) AS groups,
  sum(pow(directory_mean - mean_log2, 2)) AS between,
  count(*) - 1 AS between_df
FROM centred
GROUP BY fold, source, access, cohort, arm
