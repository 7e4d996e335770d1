-- full_curves: the curve of every full cohort of known use: the physics and what was seen beyond it.
-- Inputs: posterior (full cohorts), physics (fold, cohort, arm, physics_log2, physics_se,
--         level_log2, correlations, law_shares, law_deviations), law (pool_laws), changes (fold, cohort,
--         arm)
-- Grain:  one row per fold and full cohort; arrays of eight, 64 KiB first
--   parts        the use is known: one for each likely law of the pool, weights summing to 1
--   gains        log2 over the reference chunk size; zero where the history of the pool contradicts
--                the physics and does not support this arm either
--   covariances  of the gains under one law, 64 values row by row: the errors of two arms correlate
--                as the physics and its misses do
--   tiers        contrast where a changed pattern showed the arm's effect in the cohort, or a sweep of
--                the pool pins it down to contrast_se; cohort where
--                the history supports it, else prior
WITH changed AS (
  SELECT fold, cohort, arm FROM changes
  UNION
  SELECT fold, cohort, :reference FROM changes
),
arms AS (
  SELECT
    p.fold,
    p.cohort,
    array_sort(collect_list(struct(
      p.arm,
      CASE
        WHEN l.amplitude = 0 AND x.arm IS NULL AND NOT p.supported THEN 0D
        ELSE f.physics_log2 + p.beyond_log2
      END AS gain,
      p.beyond_se AS se,
      CASE
        WHEN x.arm IS NOT NULL THEN 'contrast'
        WHEN l.sweep_points > 0 AND f.physics_se <= :contrast_se THEN 'contrast'
        WHEN p.supported THEN 'cohort'
        ELSE 'prior'
      END AS tier,
      f.correlations,
      f.law_deviations AS deviations))) AS arms,
    any_value(f.law_shares) AS law_shares,
    max(p.level_log2) AS seen_level_log2,
    max(f.level_log2) AS law_level_log2
  FROM posterior AS p
  JOIN physics AS f ON f.fold = p.fold AND f.cohort = p.cohort AND f.arm = p.arm
  JOIN law AS l ON l.fold = p.fold AND l.storage_class = substring_index(p.cohort, '|', 1)
  LEFT JOIN changed AS x ON x.fold = p.fold AND x.cohort = p.cohort AND x.arm = p.arm
  WHERE p.level = 5
  GROUP BY p.fold, p.cohort
)
SELECT
  fold,
  cohort,
  transform(law_shares, (share, law) -> struct(
    share AS weight,
    transform(arms, a -> a.gain + a.se * get(a.deviations, law)) AS gains,
    flatten(transform(arms, a -> transform(a.correlations, (r, j) -> r * a.se * get(arms, j).se))) AS covariances)) AS parts,
  transform(arms, a -> a.tier) AS tiers,
  coalesce(seen_level_log2, law_level_log2) AS level_log2
FROM arms
