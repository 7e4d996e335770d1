-- cells: observations of one directory that agree in all but the file, for the response model.
-- Input:  observations
-- Grain:  one row per kind of source, directory, owner, split, cohort and chunk size; of a benchmark per
--         group, cohort and chunk size, or per cohort and chunk size where each size has a group of its own
--   learn       whether nothing of it is held out: the train and validation splits, and benchmarks
--   position    of the chunk size, 0 is 64 KiB, held to the eight candidates
--   mean_log2   log2 throughput less the effect of the server's hour. That is the mean of what is left of
--               the observations of a server and hour against the mean of their own cohort and chunk size,
--               shrunk toward 0 as by ten observations
WITH placed AS (
  SELECT
    source = 'sweep' AS sweep,
    source = 'inventory' AS inventory,
    directory, uid, split, cohort, node_num_id, size_bytes, weight, log2_throughput,
    coalesce(request_bytes_log2, cohort.use.request_octave) AS request_log2,
    coalesce(num_processes_log2, cohort.use.processes_octave) AS processes_log2,
    date_trunc('HOUR', access_start) AS hour,
    CAST(log2(least(greatest(chunk_bytes, 65536), 8388608)) AS INT) - 16 AS position
  FROM observations
  WHERE weight > 0 AND cohort.use IS NOT NULL AND cohort.targets IS NOT NULL
    AND (source <> 'sweep' OR chunk_bytes BETWEEN 65536 AND 8388608)
),
centred AS (
  SELECT
    *,
    CASE
      WHEN sweep OR node_num_id IS NULL OR hour IS NULL THEN 0D
      ELSE log2_throughput - sum(weight * log2_throughput) OVER cell / sum(weight) OVER cell
    END AS residual,
    min(position) OVER grp < max(position) OVER grp AS grouped
  FROM placed
  WINDOW
    cell AS (PARTITION BY inventory, sweep, cohort, position),
    grp AS (PARTITION BY sweep, cohort, directory)
),
adjusted AS (
  SELECT
    *,
    log2_throughput - sum(weight * residual) OVER server_hour
      / (sum(weight) OVER server_hour + 10 * avg(weight) OVER server_hour) AS adjusted_log2
  FROM centred
  WINDOW server_hour AS (PARTITION BY inventory, sweep, node_num_id, hour)
)
SELECT
  sweep,
  inventory,
  CASE WHEN sweep AND NOT grouped THEN 'benchmark' ELSE directory END AS directory,
  uid,
  split IN ('train', 'validation', 'sweep') AS learn,
  cohort,
  position,
  sum(weight * adjusted_log2) / sum(weight) AS mean_log2,
  avg(log2(greatest(size_bytes, 1))) AS size_log2,
  avg(request_log2) AS request_log2,
  avg(processes_log2) AS processes_log2,
  count(*) AS files,
  sum(weight) AS weight
FROM adjusted
GROUP BY sweep, inventory, 3, uid, 5, cohort, position
