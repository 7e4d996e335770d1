-- How much of the evidence rests on local data.
--
-- Inputs:  evidence (fold all, by which the files are advised).
-- Grain:   one row per tier.
-- tier     the best that any change of the cohort's files to another chunk size has
-- cohorts  cohorts with files
-- files    their files
WITH changes AS (
  SELECT
    cohort,
    from_chunk_bytes,
    max(files) AS files,
    min(CASE WHEN to_chunk_bytes <> from_chunk_bytes THEN array_position(array('measured', 'changed', 'predicted'), tier) END)
      AS best
  FROM evidence
  WHERE fold = 'all' AND files > 0
  GROUP BY cohort, from_chunk_bytes
),
by_cohort AS (
  SELECT cohort, sum(files) AS files, coalesce(min(best), 3) AS best
  FROM changes
  GROUP BY cohort
)
SELECT element_at(array('measured', 'changed', 'predicted'), CAST(best AS INT)) AS tier, count(*) AS cohorts, sum(files) AS files
FROM by_cohort
GROUP BY best
ORDER BY best
