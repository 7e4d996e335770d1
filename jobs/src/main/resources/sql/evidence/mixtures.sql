-- mixtures: which cohorts of known use stand for the cohorts of files whose use no log tells.
-- Inputs: file_features, uses
-- Grain:  one row per cohort of unknown use and cohort that stands for a part of it
--   weight  0..1, summing to 1 over a cohort
WITH unknown AS (
  SELECT DISTINCT cohort, split(cohort, '[|]') AS parts
  FROM file_features
  WHERE cohort LIKE '%|use:%'
)
SELECT
  u.cohort,
  concat_ws('|',
    get(u.parts, 0), substring_index(x.use, '|', 1), get(u.parts, 2), substring_index(x.use, '|', -1),
    get(u.parts, 4)) AS part_cohort,
  x.weight
FROM unknown AS u
JOIN uses AS x ON x.habit = substring(get(u.parts, 1), 5)
