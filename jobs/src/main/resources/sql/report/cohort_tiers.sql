-- How much of the evidence rests on local data.
--
-- Inputs:  evidence (fold all, the curves that the advice uses).
-- Grain:   one row per tier.
-- cohorts  full cohorts whose best arm has the tier
WITH best AS (
  SELECT cohort, max_by(tier, posterior_log2) AS tier, sum(files) AS files
  FROM evidence
  WHERE level = 5 AND fold = 'all'
  GROUP BY cohort
)
SELECT tier, count(*) AS cohorts, sum(files) AS files
FROM best
GROUP BY tier
ORDER BY tier
