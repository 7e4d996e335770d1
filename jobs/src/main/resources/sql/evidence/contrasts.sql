-- contrasts: each arm against the reference arm, beyond what the physics says, at every level of the
-- cohorts.
-- Inputs: arms, physics (fold, cohort, arm, physics_log2), changes (change_contrasts.sql: what changed
--         patterns did, against unchanged twins)
-- Grain:  one row per fold, cohort of any level and arm
--   Contrasts are taken inside full cohorts of one source only, so that neither a difference of what
--   is stored with which chunk size nor of how it was measured is taken for an effect of it, and are
--   pooled by inverse variance over the sources and upward.
--   contrast_log2   mean of the arm less the mean of the reference arm, null where never side by side
--   beyond_log2     contrast less that of the physics at the same full cohort: what a cohort hands up
--                   to its ancestors is not the shape of its own curve
--   one chunk       a file that both chunk sizes hold whole lies on its target in the same way with either:
--                   what its arms differ by is nothing that a chunk size does
--   doubt           how much more a contrast may be off than its directories tell, as a factor of its
--                   variance: one that is far from the physics is more likely not what it seems, a
--                   read from memory or a faster client, than a chunk size that breaks the law
--   contrast_se     its standard error: a directory's error over the effective number of directories;
--                   the error is pooled over an access of a source, and toward the source's own as if
--                   by 10 more degrees of freedom
--   effective_cohorts   contrasts of full cohorts that it is pooled from, by precision: (sum p)^2 / sum p^2
--   level_log2      mean log2 throughput of the reference arm, MiB/s, of the source that has the most weight
WITH source_error AS (
  SELECT source, (coalesce(sum(between), 0D) + 4 * 0.09D) / (coalesce(sum(between_df), 0) + 4) AS variance
  FROM arms
  GROUP BY source
),
access_error AS (
  SELECT
    a.source,
    a.access,
    greatest((sum(a.between) + 10 * any_value(s.variance)) / (sum(a.between_df) + 10), 0.0025D) AS variance
  FROM arms AS a
  JOIN source_error AS s ON s.source = a.source
  GROUP BY a.source, a.access
),
paired AS (
  SELECT
    a.fold,
    a.source,
    a.cohort,
    a.arm,
    a.files,
    a.users,
    a.directories,
    a.weight,
    a.mean_log2,
    a.mean_log2 - r.mean_log2 AS contrast_log2,
    -- one chunk
    CASE
      WHEN CAST(substring_index(a.cohort, '|s', -1) AS INT) > log2(least(a.arm, :reference))
        THEN a.mean_log2 - r.mean_log2 - p.physics_log2
    END AS beyond_log2,
    e.variance * (1 / a.groups + 1 / r.groups) AS variance
  FROM arms AS a
  JOIN access_error AS e ON e.source = a.source AND e.access = a.access
  LEFT JOIN arms AS r
    ON r.fold = a.fold AND r.source = a.source AND r.cohort = a.cohort AND r.arm = :reference
  LEFT JOIN physics AS p ON p.fold = a.fold AND p.cohort = a.cohort AND p.arm = a.arm
  UNION ALL
  SELECT
    c.fold,
    'change',
    c.cohort,
    c.arm,
    0L,
    0L,
    0L,
    0D,
    CAST(NULL AS DOUBLE),
    c.contrast_log2,
    c.contrast_log2 - p.physics_log2,
    pow(greatest(c.contrast_se, 0.02D), 2)
  FROM changes AS c
  JOIN physics AS p ON p.fold = c.fold AND p.cohort = c.cohort AND p.arm = c.arm
),
doubted AS (
  SELECT
    *,
    -- doubt
    variance * (1 + coalesce(pow(beyond_log2, 2), 0D) / (4 * (variance + 0.0625D))) AS doubted_variance
  FROM paired
),
placed AS (
  SELECT *, CASE WHEN level = 0 THEN 'site' ELSE substring_index(cohort, '|', level) END AS place
  FROM (SELECT *, explode(sequence(0, 5)) AS level FROM doubted)
),
sources AS (
  SELECT
    fold,
    place,
    level,
    arm,
    source,
    sum(files) AS files,
    max(users) AS users,
    sum(directories) AS directories,
    sum(weight) AS weight,
    sum(CASE WHEN beyond_log2 IS NOT NULL THEN contrast_log2 / doubted_variance END) AS precise_contrast,
    sum(beyond_log2 / doubted_variance) AS precise_beyond,
    sum(CASE WHEN beyond_log2 IS NOT NULL THEN 1 / doubted_variance END) AS precision,
    sum(CASE WHEN beyond_log2 IS NOT NULL THEN 1 / pow(doubted_variance, 2) END) AS squared_precision,
    try_divide(sum(weight * mean_log2), sum(weight)) AS mean_log2
  FROM placed
  GROUP BY fold, place, level, arm, source
)
SELECT
  fold,
  place AS cohort,
  level,
  arm,
  sum(files) AS files,
  max(users) AS users,
  sum(directories) AS directories,
  sum(weight) AS weight,
  CASE WHEN arm = :reference THEN 0D ELSE try_divide(sum(precise_contrast), sum(precision)) END AS contrast_log2,
  CASE WHEN arm = :reference THEN 0D ELSE try_divide(sum(precise_beyond), sum(precision)) END AS beyond_log2,
  CASE WHEN arm = :reference THEN 0D ELSE sqrt(try_divide(1D, sum(precision))) END AS contrast_se,
  CASE WHEN arm = :reference THEN 1D ELSE try_divide(pow(sum(precision), 2), sum(squared_precision)) END
    AS effective_cohorts,
  CASE WHEN arm = :reference THEN max_by(mean_log2, struct(weight, mean_log2)) END AS level_log2
FROM sources
GROUP BY fold, place, level, arm
