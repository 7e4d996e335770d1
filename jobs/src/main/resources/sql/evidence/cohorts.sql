-- cohorts: every cohort of known use of the namespace, of the observations and of the mixtures, with
-- its ancestors.
-- Inputs: file_features, observations, mixtures
-- Grain:  one row per cohort of any level
WITH full_cohorts AS (
  SELECT cohort FROM file_features WHERE cohort NOT LIKE '%|use:%'
  UNION
  SELECT cohort FROM observations WHERE cohort NOT LIKE '%|use:%'
  UNION
  SELECT part_cohort FROM mixtures
),
leveled AS (
  SELECT cohort, explode(sequence(0, 5)) AS level FROM full_cohorts
)
SELECT DISTINCT
  CASE WHEN level = 0 THEN 'site' ELSE substring_index(cohort, '|', level) END AS cohort,
  CASE
    WHEN level = 0 THEN CAST(NULL AS STRING)
    WHEN level = 1 THEN 'site'
    ELSE substring_index(cohort, '|', level - 1)
  END AS parent_cohort,
  level
FROM leveled
