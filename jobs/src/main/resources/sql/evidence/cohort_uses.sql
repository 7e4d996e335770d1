-- cohort_uses: the use that stands for each full cohort, for the law of its pool.
-- Inputs: cohorts, file_features, observations
-- Grain:  one row per full cohort with a known number of targets
--   *_log2  means over the cohort's files and observations, else the middle of the octave
WITH seen AS (
  SELECT cohort, file_size_log2 AS size_log2, request_bytes_log2, num_processes_log2
  FROM file_features
  UNION ALL
  SELECT cohort, log2(1D + size_bytes), request_bytes_log2, num_processes_log2
  FROM observations
),
means AS (
  SELECT
    cohort,
    avg(size_log2) AS size_log2,
    avg(request_bytes_log2) AS request_log2,
    avg(num_processes_log2) AS processes_log2
  FROM seen
  GROUP BY cohort
),
parts AS (
  SELECT cohort, split(cohort, '[|]') AS part FROM cohorts WHERE level = 5
)
SELECT
  p.cohort,
  get(p.part, 0) AS storage_class,
  try_cast(substring(get(p.part, 2), 2) AS INT) AS targets,
  get(p.part, 1) LIKE 'w-%' AS writing,
  get(p.part, 1) LIKE '%-seq-%' AS sequential,
  get(p.part, 1) LIKE '%-shared' AS shared,
  coalesce(m.request_log2, CAST(regexp_extract(get(p.part, 3), '^r([0-9]+)', 1) AS DOUBLE)) AS request_log2,
  coalesce(m.processes_log2, try_cast(regexp_extract(get(p.part, 3), 'p([0-9]+)$', 1) AS DOUBLE), 0D)
    AS processes_log2,
  coalesce(m.size_log2, CAST(substring(get(p.part, 4), 2) AS DOUBLE)) AS size_log2
FROM parts AS p
LEFT JOIN means AS m ON m.cohort = p.cohort
WHERE get(p.part, 2) <> 'any'
