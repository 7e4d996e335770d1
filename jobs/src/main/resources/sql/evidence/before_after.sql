-- before_after: what a changed pattern did to a directory, beyond what happened meanwhile to directories
-- like it whose pattern did not change.
--
-- Inputs:  observations; pattern_changes; file_types (path_bytes, file_type).
-- Grain:   one row per fold, source, cohort, directory and pair of chunk sizes
--
-- fold           learn: train and validation splits; judge: the test split; all: the whole history
-- base_arm, arm  chunk size before and after, held to the eight candidates
-- before, after  files with the old chunk size accessed before the change, files with the new one
--                accessed after it
-- twins          directories without a change with files of the same owner, type, cohort and old chunk
--                size, accessed before and after the change
-- contrast_log2  after less before of the directory, less the same of its twins: log2 throughput
-- contrast_se    its standard error. Accesses of one hour on one server are one measurement; their
--                error is pooled over the source, toward a variance of 0.09 as if by 4 more degrees of
--                freedom; what else happens to one directory in the meantime adds a variance of 0.0025
WITH directory_changes AS (
  SELECT directory, old_chunk_bytes, new_chunk_bytes, closest.changed_after, closest.changed_before
  FROM (
    SELECT
      directory,
      old_chunk_bytes,
      new_chunk_bytes,
      min_by(
        struct(changed_after, changed_before),
        struct(unix_micros(changed_before) - unix_micros(changed_after) AS width, changed_after)) AS closest
    FROM pattern_changes
    WHERE kind = 'directory'
    GROUP BY directory, old_chunk_bytes, new_chunk_bytes
  )
),
file_changes AS (
  SELECT
    path_bytes,
    directory,
    old_chunk_bytes,
    new_chunk_bytes,
    min(changed_after) OVER (PARTITION BY directory, old_chunk_bytes, new_chunk_bytes) AS changed_after,
    max(changed_before) OVER (PARTITION BY directory, old_chunk_bytes, new_chunk_bytes) AS changed_before
  FROM pattern_changes
  WHERE kind = 'file'
    AND directory NOT IN (SELECT directory FROM directory_changes)
),
changes AS (
  SELECT directory, old_chunk_bytes, new_chunk_bytes, changed_after, changed_before FROM directory_changes
  UNION
  SELECT directory, old_chunk_bytes, new_chunk_bytes, changed_after, changed_before FROM file_changes
),
history AS (
  SELECT
    explode(CASE
      WHEN o.split = 'test' THEN array('judge', 'all')
      WHEN o.split IN ('train', 'validation') THEN array('learn', 'all')
      ELSE array('all')
    END) AS fold,
    o.source,
    o.cohort,
    o.uid,
    t.file_type,
    o.path_bytes,
    o.directory,
    o.chunk_bytes,
    o.access_start,
    concat_ws(' ', o.node_num_id, date_trunc('HOUR', o.access_start)) AS server_hour,
    o.weight,
    o.log2_throughput
  FROM observations AS o
  LEFT JOIN file_types AS t ON t.path_bytes = o.path_bytes
  WHERE o.weight > 0 AND o.source <> 'sweep' AND o.access_start IS NOT NULL
),
-- A file that was created anew has the new chunk size in the inventory, also of the time before it.
measured AS (
  SELECT
    h.*, c.directory AS changed, c.old_chunk_bytes, c.new_chunk_bytes,
    CASE WHEN h.chunk_bytes = c.old_chunk_bytes THEN 'before' ELSE 'after' END AS period
  FROM history AS h
  JOIN directory_changes AS c
    ON c.directory = h.directory
    AND ((h.chunk_bytes = c.old_chunk_bytes AND h.access_start <= c.changed_after)
      OR (h.chunk_bytes = c.new_chunk_bytes AND h.access_start >= c.changed_after))
  UNION ALL
  SELECT
    h.*, c.directory, c.old_chunk_bytes, c.new_chunk_bytes,
    CASE WHEN h.access_start < c.changed_after THEN 'before' ELSE 'after' END
  FROM history AS h
  JOIN file_changes AS c
    ON c.path_bytes = h.path_bytes AND c.new_chunk_bytes = h.chunk_bytes
    AND (h.access_start < c.changed_after OR h.access_start >= c.changed_before)
),
kinds AS (
  SELECT DISTINCT fold, source, cohort, uid, file_type, changed, old_chunk_bytes, new_chunk_bytes
  FROM measured
),
twins AS (
  SELECT
    h.*, k.changed, k.old_chunk_bytes, k.new_chunk_bytes,
    CASE WHEN h.access_start <= c.changed_after THEN 'before' ELSE 'after' END AS period
  FROM kinds AS k
  JOIN changes AS c
    ON c.directory = k.changed AND c.old_chunk_bytes = k.old_chunk_bytes
    AND c.new_chunk_bytes = k.new_chunk_bytes
  JOIN history AS h
    ON h.fold = k.fold AND h.source = k.source AND h.cohort = k.cohort AND h.uid <=> k.uid
    AND h.file_type <=> k.file_type AND h.chunk_bytes = k.old_chunk_bytes
    AND (h.access_start <= c.changed_after OR h.access_start >= c.changed_before)
  LEFT ANTI JOIN pattern_changes AS p ON p.directory = h.directory
),
hours AS (
  SELECT
    fold, source, cohort, uid, file_type, changed, old_chunk_bytes, new_chunk_bytes, directory, period,
    server_hour,
    least(sum(weight), 10D) AS hour_weight,
    sum(weight * log2_throughput) / sum(weight) AS hour_mean
  FROM (SELECT * FROM measured UNION ALL SELECT * FROM twins)
  GROUP BY ALL
),
centred AS (
  SELECT
    *,
    sum(hour_weight * hour_mean) OVER cell / sum(hour_weight) OVER cell AS mean_log2
  FROM hours
  WINDOW cell AS (
    PARTITION BY fold, source, cohort, uid, file_type, changed, old_chunk_bytes, new_chunk_bytes, directory, period)
),
cells AS (
  SELECT
    fold, source, cohort, uid, file_type, changed, old_chunk_bytes, new_chunk_bytes, directory, period,
    any_value(mean_log2) AS mean_log2,
    pow(sum(hour_weight), 2) / sum(pow(hour_weight, 2)) AS measurements,
    count(*) * sum(hour_weight * pow(hour_mean - mean_log2, 2)) / sum(hour_weight) AS between,
    count(*) * (1 - sum(pow(hour_weight, 2)) / pow(sum(hour_weight), 2)) AS between_df
  FROM centred
  GROUP BY fold, source, cohort, uid, file_type, changed, old_chunk_bytes, new_chunk_bytes, directory, period
),
errors AS (
  SELECT fold, source, (sum(between) + 4 * 0.09D) / (sum(between_df) + 4) AS variance
  FROM cells
  GROUP BY fold, source
),
moved AS (
  SELECT
    b.fold, b.source, b.cohort, b.uid, b.file_type, b.changed, b.old_chunk_bytes, b.new_chunk_bytes,
    b.directory = b.changed AS itself,
    a.mean_log2 - b.mean_log2 AS change_log2,
    e.variance * (1 / a.measurements + 1 / b.measurements) + 0.0025D AS variance
  FROM cells AS b
  JOIN cells AS a
    ON a.fold = b.fold AND a.source = b.source AND a.cohort = b.cohort AND a.uid <=> b.uid
    AND a.file_type <=> b.file_type AND a.changed = b.changed AND a.old_chunk_bytes = b.old_chunk_bytes
    AND a.new_chunk_bytes = b.new_chunk_bytes AND a.directory = b.directory
  JOIN errors AS e ON e.fold = b.fold AND e.source = b.source
  WHERE b.period = 'before' AND a.period = 'after'
    AND least(a.measurements, b.measurements) >= :min_measurements
),
differences AS (
  SELECT
    fold, source, cohort, uid, file_type, changed, old_chunk_bytes, new_chunk_bytes,
    count_if(NOT itself) AS twins,
    sum(change_log2) FILTER (WHERE itself)
      - sum(change_log2 / variance) FILTER (WHERE NOT itself) / sum(1 / variance) FILTER (WHERE NOT itself)
      AS contrast_log2,
    sum(variance) FILTER (WHERE itself) + 1 / sum(1 / variance) FILTER (WHERE NOT itself) AS variance
  FROM moved
  GROUP BY fold, source, cohort, uid, file_type, changed, old_chunk_bytes, new_chunk_bytes
)
SELECT
  fold,
  source,
  cohort,
  changed AS directory,
  least(greatest(old_chunk_bytes, 65536), 8388608) AS base_arm,
  least(greatest(new_chunk_bytes, 65536), 8388608) AS arm,
  sum(twins) AS twins,
  sum(contrast_log2 / variance) / sum(1 / variance) AS contrast_log2,
  sqrt(1 / sum(1 / variance)) AS contrast_se
FROM differences
WHERE contrast_log2 IS NOT NULL
GROUP BY fold, source, cohort, changed, old_chunk_bytes, new_chunk_bytes
