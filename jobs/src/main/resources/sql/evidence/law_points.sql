-- law_points: what was measured of each pool, for the law of its throughput.
-- Inputs: arms, cohort_uses, observations
-- Grain:  one row per fold, class of storage, group and chunk size; the sweeps are in every fold;
--         :most of each kind, those with the least error
--   point_group  what shares a load: a cohort of the history, or a cell of a sweep: one group of it
--                and one use; the use alone where each chunk size has a group of its own
--   position     of the chunk size, 0 is 64 KiB
--   error        standard error of the mean, log2: of the history by effective directories, each with
--                0.25; no mean is more exact than 0.05
--   level_error  what a group as a whole may be off, log2: other users, other hours
WITH history AS (
  SELECT
    a.fold,
    u.storage_class,
    concat(a.source, ' ', a.cohort) AS point_group,
    CAST(log2(a.arm) AS INT) - 16 AS position,
    a.mean_log2,
    sqrt(0.0025D + 0.0625D / a.groups) * CASE a.source WHEN 'inventory' THEN 4D ELSE 1D END AS error,
    CASE a.source WHEN 'inventory' THEN 2D ELSE 0.3D END AS level_error,
    false AS swept,
    u.size_log2, u.request_log2, u.processes_log2, u.targets, u.shared, u.sequential, u.writing
  FROM arms AS a
  JOIN cohort_uses AS u ON u.cohort = a.cohort
),
measured AS (
  SELECT
    *,
    split(cohort, '[|]') AS part,
    substring_index(cohort, '|', 4) AS cell,
    CAST(log2(chunk_bytes) AS INT) - 16 AS position
  FROM observations
  WHERE source = 'sweep' AND weight > 0 AND chunk_bytes BETWEEN 65536 AND 8388608
),
grouped AS (
  SELECT
    *,
    CASE
      WHEN min(position) OVER grp < max(position) OVER grp THEN concat_ws(' ', cell, directory)
      ELSE cell
    END AS point_group
  FROM measured
  WINDOW grp AS (PARTITION BY cell, directory)
),
sweep AS (
  SELECT
    any_value(get(part, 0)) AS storage_class,
    point_group,
    position,
    avg(log2_throughput) AS mean_log2,
    sqrt(0.0025D + 0.01D / count(*)) AS error,
    avg(log2(1D + size_bytes)) AS size_log2,
    avg(request_bytes_log2) AS request_log2,
    avg(num_processes_log2) AS processes_log2,
    any_value(CAST(substring(get(part, 2), 2) AS INT)) AS targets,
    any_value(get(part, 1) LIKE '%-shared') AS shared,
    any_value(get(part, 1) LIKE '%-seq-%') AS sequential,
    any_value(get(part, 1) LIKE 'w-%') AS writing
  FROM grouped
  GROUP BY point_group, position
),
points AS (
  SELECT
    fold, storage_class, point_group, position, mean_log2, error, level_error, swept,
    size_log2, request_log2, processes_log2, targets, shared, sequential, writing
  FROM history
  UNION ALL
  SELECT
    fold, storage_class, point_group, position, mean_log2, error, 0.3D, true,
    size_log2, request_log2, processes_log2, targets, shared, sequential, writing
  FROM sweep CROSS JOIN VALUES ('learn'), ('judge'), ('all') AS folds(fold)
)
SELECT
  fold, storage_class, point_group, position, mean_log2, error, level_error, swept,
  size_log2, request_log2, processes_log2, targets, shared, sequential, writing
FROM (
  SELECT
    *,
    row_number() OVER (PARTITION BY fold, storage_class, swept ORDER BY error, point_group, position) AS place
  FROM points
)
WHERE place <= :most
