-- contrasts: each arm against the reference arm, at every level of the cohorts.
-- Inputs: arms
-- Grain:  one row per fold, cohort of any level and arm
--   Contrasts are taken inside full cohorts only, so that a difference of what is stored with which
--   chunk size is never taken for an effect of it, and pooled upward by inverse variance.
--   contrast_log2   mean of the arm less the mean of the reference arm, null where never side by side
--   contrast_se     its standard error: a directory's error over the effective number of directories
--   level_log2      mean log2 throughput of the reference arm, MiB/s
WITH directory_error AS (
  SELECT greatest(coalesce(try_divide(sum(between), sum(between_df)), 0.09D), 0.0025D) AS variance
  FROM arms
),
paired AS (
  SELECT
    a.fold,
    a.cohort,
    a.arm,
    a.files,
    a.users,
    a.directories,
    a.weight,
    a.mean_log2,
    a.mean_log2 - r.mean_log2 AS contrast_log2,
    e.variance * (1 / a.groups + 1 / r.groups) AS variance
  FROM arms AS a
  CROSS JOIN directory_error AS e
  LEFT JOIN arms AS r ON r.fold = a.fold AND r.cohort = a.cohort AND r.arm = :reference
),
leveled AS (
  SELECT *, explode(sequence(0, 5)) AS level FROM paired
)
SELECT
  fold,
  CASE WHEN level = 0 THEN 'site' ELSE substring_index(cohort, '|', level) END AS cohort,
  level,
  arm,
  sum(files) AS files,
  max(users) AS users,
  sum(directories) AS directories,
  sum(weight) AS weight,
  CASE WHEN arm = :reference THEN 0D ELSE try_divide(sum(contrast_log2 / variance), sum(1 / variance)) END
    AS contrast_log2,
  CASE WHEN arm = :reference THEN 0D ELSE sqrt(try_divide(1D, sum(1 / variance))) END AS contrast_se,
  CASE WHEN arm = :reference THEN sum(weight * mean_log2) / sum(weight) END AS level_log2
FROM leveled
GROUP BY fold, CASE WHEN level = 0 THEN 'site' ELSE substring_index(cohort, '|', level) END, level, arm
