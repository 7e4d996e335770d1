-- The evidence curves worth looking at: the root's and those of the largest cohorts.
--
-- Inputs:  evidence.
-- Grain:   one row per cohort and chunk size of at most :cohorts + 1 cohorts; the curves that the
--          advice uses, fold all.
-- cohort_files  files observed in the cohort, over all chunk sizes
WITH sized AS (
  SELECT cohort, level, sum(files) AS cohort_files
  FROM evidence
  WHERE fold = 'all'
  GROUP BY cohort, level
),
largest AS (
  SELECT cohort, level, cohort_files
  FROM sized
  WHERE level = 5 AND cohort_files > 0
  ORDER BY cohort_files DESC, cohort
  LIMIT :cohorts
),
shown AS (
  SELECT cohort, level, cohort_files FROM largest
  UNION ALL
  SELECT cohort, level, cohort_files FROM sized WHERE level = 0
)
SELECT
  evidence.cohort,
  evidence.level,
  shown.cohort_files,
  evidence.chunk_bytes,
  evidence.files,
  evidence.directories,
  evidence.mean_log2,
  evidence.standard_error,
  evidence.prior_log2,
  evidence.posterior_log2,
  evidence.posterior_se,
  evidence.tier,
  evidence.tie
FROM evidence
JOIN shown ON shown.cohort = evidence.cohort AND shown.level = evidence.level
WHERE evidence.fold = 'all'
ORDER BY evidence.level, shown.cohort_files DESC, evidence.cohort, evidence.chunk_bytes
