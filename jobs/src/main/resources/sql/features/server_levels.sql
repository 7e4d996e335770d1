-- server_levels: how fast logged accesses of alike files are on each storage server.
-- Inputs: access, file_access, typed_files, target_minutes
-- Grain:  one row per storage server and class of its targets' capacity, with 30 logged accesses or more
--   storage_class  c + log2 of the capacity of the targets
--   level_log2     median log2 throughput less the median of all accesses with the same use and number of
--                  targets, whatever their server
WITH targets AS (
  SELECT
    target_id,
    max_by(node_num_id, minute) AS node_num_id,
    concat('c', CAST(round(log2(max_by(disk_space_total_bytes, minute))) AS INT)) AS storage_class
  FROM target_minutes
  WHERE disk_space_total_bytes > 0
  GROUP BY target_id
),
responses AS (
  SELECT
    t.node_num_id,
    t.storage_class,
    u.use,
    f.num_targets,
    CASE
      WHEN a.bytes_read >= a.bytes_written THEN log2(try_divide(CAST(a.bytes_read AS DOUBLE), a.read_seconds))
      ELSE log2(try_divide(CAST(a.bytes_written AS DOUBLE), a.write_seconds))
    END AS log2_throughput
  FROM access AS a
  JOIN file_access AS u ON u.path_bytes = a.path_bytes
  JOIN typed_files AS f ON f.path_bytes = a.path_bytes
  JOIN targets AS t ON t.target_id = get(f.target_ids, 0)
  WHERE u.use IS NOT NULL AND a.bytes_read + a.bytes_written > 0
),
centred AS (
  SELECT
    node_num_id,
    storage_class,
    log2_throughput - percentile_approx(log2_throughput, 0.5) OVER (PARTITION BY use, num_targets) AS residual
  FROM responses
  WHERE log2_throughput IS NOT NULL
)
SELECT node_num_id, storage_class, percentile_approx(residual, 0.5) AS level_log2
FROM centred
GROUP BY node_num_id, storage_class
HAVING count(*) >= 30
