-- evidence: the curves, and what the cohort table advises a file that has a chunk size now.
-- Input:  posterior (all levels)
-- Grain:  one row per fold, cohort and arm
--   tie          within the tie fraction of the highest lower bound (10 %)
--   choice_bytes advice for a file whose chunk size is this arm: the same where it is a tie, else the
--                tie nearest to the file system's default
WITH bounded AS (
  SELECT *, posterior_log2 - 1.2816D * posterior_se AS lower_log2 FROM posterior
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
  t.files,
  t.users,
  t.directories,
  t.weight,
  t.contrast_log2 AS mean_log2,
  t.contrast_se AS standard_error,
  t.prior_log2,
  t.prior_se,
  t.posterior_log2,
  t.posterior_se,
  t.level_log2,
  CASE WHEN t.supported THEN 'cohort' ELSE 'prior' END AS tier,
  t.tie,
  CASE WHEN t.tie THEN t.arm ELSE n.nearest_tie END AS choice_bytes
FROM tied AS t
JOIN nearest AS n ON n.fold = t.fold AND n.cohort = t.cohort
