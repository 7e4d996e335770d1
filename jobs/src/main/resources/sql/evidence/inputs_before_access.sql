-- inputs_before_access: the labelled files with the server figures before their access.
-- Inputs: labelled, access_servers
-- Grain:  one row per labelled file
--   weight  a tenth where the metrics do not reach back to the access: files are scored with the
--           figures of their servers, and are best learnt with them
SELECT
  l.path_bytes,
  l.parent_path AS directory,
  l.uid,
  l.split,
  l.cohort,
  l.tier,
  l.size_bytes,
  l.chunk_bytes,
  l.label_log2_kib,
  l.label_scaled,
  l.weight * CASE WHEN s.io_throughput_bytes_per_s IS NULL THEN 0.1D ELSE 1D END AS weight,
  l.spread_log2,
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
  l.request_bytes_log2,
  l.sequential_share,
  l.read_share,
  l.shared_flag,
  l.num_processes_log2,
  s.io_capacity_bytes_per_s,
  s.network_capacity_bytes_per_s,
  s.queue_capacity
FROM labelled AS l
LEFT JOIN access_servers AS s ON s.path_bytes = l.path_bytes
