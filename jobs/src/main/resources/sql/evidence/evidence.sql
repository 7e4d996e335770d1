-- evidence: the curves, and what each alone would choose for a file that has a chunk size now.
-- Inputs: posterior (all levels), curves (gain_odds of the full cohorts, of known and of unknown use)
-- Grain:  one row per fold, cohort and arm
--   posterior_log2  of a full cohort its curve over the reference chunk size; of an ancestor what its
--                   cohorts show beyond the physics
--   tie          within the tie fraction of the highest lower bound, which is as many standard errors
--                below the curve as advice asks for
--   choice_bytes of a file whose chunk size is this arm: the same where it is a tie, else the tie
--                nearest to the file system's default
WITH rows AS (
  SELECT
    c.fold,
    c.cohort,
    p.parent_cohort,
    5 AS level,
    shiftleft(65536L, c.position) AS arm,
    p.files,
    p.users,
    p.directories,
    p.weight,
    p.contrast_log2,
    p.contrast_se,
    p.prior_log2,
    p.prior_se,
    c.gain AS posterior_log2,
    c.se AS posterior_se,
    c.faster,
    c.slower,
    c.gain_p10_log2,
    c.gain_p20_log2,
    c.gain_p90_log2,
    c.level_log2,
    c.tier
  FROM curves AS c
  LEFT JOIN posterior AS p
    ON p.level = 5 AND p.fold = c.fold AND p.cohort = c.cohort AND p.arm = shiftleft(65536L, c.position)
  UNION ALL
  SELECT
    fold, cohort, parent_cohort, level, arm, files, users, directories, weight, contrast_log2, contrast_se,
    prior_log2, prior_se, beyond_log2, beyond_se, NULL, NULL, NULL, NULL, NULL, level_log2,
    CASE WHEN supported THEN 'cohort' ELSE 'prior' END
  FROM posterior
  WHERE level < 5
),
bounded AS (
  SELECT *, posterior_log2 - :least_deviations * posterior_se AS lower_log2 FROM rows
),
tied AS (
  SELECT
    *,
    lower_log2 >= max(lower_log2) OVER (PARTITION BY fold, cohort) - log2(1 + :tie_fraction) AS tie
  FROM bounded
),
nearest AS (
  SELECT
    fold,
    cohort,
    min_by(arm, abs(log2(arm / CAST(:default_bytes AS DOUBLE))) + arm / 1e12) AS nearest_tie
  FROM tied
  WHERE tie
  GROUP BY fold, cohort
)
SELECT
  t.fold,
  t.cohort,
  t.parent_cohort,
  t.level,
  t.arm AS chunk_bytes,
  coalesce(t.files, 0) AS files,
  coalesce(t.users, 0) AS users,
  coalesce(t.directories, 0) AS directories,
  coalesce(t.weight, 0D) AS weight,
  t.contrast_log2 AS mean_log2,
  t.contrast_se AS standard_error,
  t.prior_log2,
  t.prior_se,
  t.posterior_log2,
  t.posterior_se,
  t.faster,
  t.slower,
  t.gain_p10_log2,
  t.gain_p20_log2,
  t.gain_p90_log2,
  t.level_log2,
  t.tier,
  t.tie,
  CASE WHEN t.tie THEN t.arm ELSE n.nearest_tie END AS choice_bytes
FROM tied AS t
JOIN nearest AS n ON n.fold = t.fold AND n.cohort = t.cohort
