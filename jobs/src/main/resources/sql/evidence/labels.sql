-- labels: what the network learns: the best chunk size for each file's own use, with its inputs before
-- the access.
-- Inputs: learning_files, cohorts, habits, access_servers
-- Grain:  that of learning_files
--   file_type_request_log2  as in suffixes, without the file's own directory
--   label_scaled            (label_log2_kib - 6) / 7
--   weight                  min(1, spread / 0.5) + 0.02: what a wrong choice costs. A tenth of it where the
--                           metrics do not reach back to the access: files are scored with the figures of
--                           their servers, and are best learnt with them
WITH by_directory AS (
  SELECT suffix, directory, sum(files * request_log2) / sum(files) AS request_log2
  FROM habits
  WHERE level = 4
  GROUP BY suffix, directory
),
by_suffix AS (
  SELECT
    suffix,
    sum(request_log2) AS total,
    count(*) AS directories,
    sum(sum(request_log2)) OVER () / sum(count(*)) OVER () AS mean
  FROM by_directory
  GROUP BY suffix
)
SELECT
  l.path_bytes,
  l.directory,
  l.uid,
  l.split,
  l.never_logged,
  l.use_cohort,
  l.cohort,
  l.size_bytes,
  l.chunk_bytes,
  c.best_log2_kib AS label_log2_kib,
  (c.best_log2_kib - 6) / 7 AS label_scaled,
  (least(1D, c.spread_log2 / 0.5D) + 0.02D)
    * CASE WHEN s.io_throughput_bytes_per_s IS NULL THEN 0.1D ELSE 1D END AS weight,
  c.spread_log2,
  s.io_throughput_bytes_per_s,
  s.network_latency_ms,
  s.metadata_ops_per_s,
  s.storage_usage_fraction,
  s.cpu_usage_fraction,
  s.memory_usage_fraction,
  s.network_bandwidth_bytes_per_s,
  s.concurrent_operations,
  l.file_size_log2,
  l.file_type_code,
  l.access_run_log2,
  l.current_chunk_log2_kib,
  l.num_targets,
  l.compressed_flag,
  l.access_frequency_log2,
  (b.total - coalesce(d.request_log2, 0D) + b.mean) / (b.directories - CAST(d.suffix IS NOT NULL AS INT) + 1)
    AS file_type_request_log2,
  e.access_pattern_chunk_log2,
  l.request_bytes_log2,
  l.sequential_share,
  l.read_share,
  l.shared_flag,
  l.num_processes_log2,
  s.io_capacity_bytes_per_s,
  s.network_capacity_bytes_per_s,
  s.queue_capacity
FROM learning_files AS l
JOIN cohorts AS c ON c.cohort = l.cohort
JOIN cohorts AS e ON e.cohort = l.cohort
LEFT JOIN by_suffix AS b ON b.suffix = l.suffix
LEFT JOIN by_directory AS d ON d.suffix = l.suffix AND d.directory = l.directory
LEFT JOIN access_servers AS s ON s.path_bytes = l.path_bytes
