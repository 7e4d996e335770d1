-- posterior: what the cohorts of one level show beyond the physics, shrunk toward their parents.
-- Inputs: cohorts, contrasts, parents (the posterior of the level above; for the root: zeros),
--         physics (fold, cohort, arm, physics_log2, physics_variance; full cohorts), law (pool_laws)
-- Grain:  one row per fold, cohort of the level and arm
--   prior_log2      what the parent shows beyond the physics
--   prior_se        the parent's error and what a cohort may differ from it; for two octaves from the
--                   reference that is the spread of the level's contrasts beyond their errors, as if
--                   four more cohorts had shown the usual one, no cohort counting beyond four
--                   deviations; its square grows with the distance. Usual is cohort_sd, and for a class
--                   and access, whose pool was not swept, prior_sd too: so much may the physics miss
--                   where the history does not show that it misses less. Of the square the law leaves
--                   unknown_share. A full cohort adds the error of the physics at its use. Where the
--                   pool was swept that error says how far a use is from the sweep, and cohorts differ
--                   by a fifth.
--   seen_se         of the contrast: by directory, and confounding_sd for two octaves, since nobody
--                   drew the chunk sizes of a history by lot. A contrast is a part of its parent's, so
--                   the errors of the two subtract; one that is nearly all of it tells nothing
--   error_se        the same of what it says of its level: above the full cohorts it is off by what those
--                   differ from it, a step for each level between, over the number that it is pooled from
--   beyond_log2     precision-weighted mean of prior and contrast
--   supported       whether this cohort, or an ancestor that knows the request, has min_files and
--                   min_groups users or directories of this arm and of the reference arm
WITH own AS (
  SELECT
    c.cohort,
    c.parent_cohort,
    c.level,
    p.fold,
    p.arm,
    p.beyond_log2 AS prior_log2,
    p.beyond_se AS parent_se,
    abs(log2(p.arm / CAST(:reference AS DOUBLE))) / 2 AS distance,
    array_contains(split(:swept, ','), substring_index(c.cohort, '|', 1)) AS swept,
    p.supported AS parent_supported,
    p.level_log2 AS parent_level_log2,
    x.files,
    x.users,
    x.directories,
    x.weight,
    x.contrast_log2,
    x.contrast_se,
    x.effective_cohorts,
    x.beyond_log2,
    sqrt(pow(x.contrast_se, 2)
      + pow(:confounding_sd, 2) * abs(log2(p.arm / CAST(:reference AS DOUBLE))) / 2) AS seen_se
  FROM cohorts AS c
  JOIN parents AS p ON p.cohort = coalesce(c.parent_cohort, 'physics')
  LEFT JOIN contrasts AS x
    ON x.fold = p.fold AND x.cohort = c.cohort AND x.level = c.level AND x.arm = p.arm
  WHERE c.level = :level
),
usual AS (
  SELECT
    *,
    pow(:cohort_sd, 2) + CASE WHEN level = 2 AND NOT swept THEN pow(:prior_sd, 2) ELSE 0D END AS usual_variance
  FROM own
),
spread AS (
  SELECT
    fold,
    swept,
    greatest(
      0.0004D,
      (coalesce(sum((least(pow(beyond_log2 - prior_log2, 2), 16 * (pow(seen_se, 2) + usual_variance * distance))
            - pow(seen_se, 2) + pow(parent_se, 2)) / distance)
          FILTER (WHERE seen_se > 1.1D * parent_se), 0D)
        + 4 * any_value(usual_variance))
      / (count(*) FILTER (WHERE seen_se > 1.1D * parent_se) + 4)) AS variance
  FROM usual
  WHERE distance > 0
  GROUP BY fold, swept
),
prior AS (
  SELECT
    own.*,
    spread.variance * distance * CASE WHEN own.swept THEN 0.04D ELSE 1D END * coalesce(law.unknown_share, 1D)
      AS step_variance,
    coalesce(f.physics_variance, 0D) AS physics_variance
  FROM own
  JOIN spread ON spread.fold = own.fold AND spread.swept = own.swept
  LEFT JOIN law ON law.fold = own.fold AND law.storage_class = substring_index(own.cohort, '|', 1)
  LEFT JOIN physics AS f ON f.fold = own.fold AND f.cohort = own.cohort AND f.arm = own.arm
),
weighed AS (
  SELECT
    *,
    sqrt(
      pow(parent_se, 2)
      + CASE WHEN level = 0 THEN 0D ELSE step_variance END
      + physics_variance) AS prior_se,
    sqrt(pow(seen_se, 2) + step_variance * (5 - level) / effective_cohorts) AS error_se
  FROM prior
),
joined AS (
  SELECT
    p.*,
    coalesce(r.level_log2, p.parent_level_log2) AS level_log2,
    p.parent_supported OR (
      p.level >= 4
      AND coalesce(p.files, 0) >= :min_files AND coalesce(r.files, 0) >= :min_files
      AND greatest(coalesce(p.users, 0), coalesce(p.directories, 0)) >= :min_groups
      AND greatest(coalesce(r.users, 0), coalesce(r.directories, 0)) >= :min_groups
      AND p.beyond_log2 IS NOT NULL) AS supported
  FROM weighed AS p
  LEFT JOIN contrasts AS r
    ON r.fold = p.fold AND r.cohort = p.cohort AND r.level = p.level AND r.arm = :reference
)
SELECT
  fold,
  cohort,
  parent_cohort,
  level,
  arm,
  coalesce(files, 0) AS files,
  coalesce(users, 0) AS users,
  coalesce(directories, 0) AS directories,
  coalesce(weight, 0D) AS weight,
  contrast_log2,
  contrast_se,
  prior_log2,
  prior_se,
  CASE
    WHEN arm = :reference THEN 0D
    WHEN beyond_log2 IS NULL THEN prior_log2
    ELSE prior_log2 + (beyond_log2 - prior_log2) * pow(prior_se, 2) / (pow(prior_se, 2) + pow(error_se, 2))
  END AS beyond_log2,
  CASE
    WHEN arm = :reference THEN 0D
    WHEN beyond_log2 IS NULL THEN prior_se
    ELSE prior_se * error_se / sqrt(pow(prior_se, 2) + pow(error_se, 2))
  END AS beyond_se,
  level_log2,
  supported
FROM joined
