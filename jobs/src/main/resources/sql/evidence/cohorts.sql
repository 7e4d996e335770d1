-- cohorts: every cohort of the namespace and of the observations, with its ancestors.
-- Inputs: file_features, observations
-- Grain:  one row per cohort of any level
WITH full_cohorts AS (
  SELECT cohort FROM file_features
  UNION
  SELECT cohort FROM observations
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
