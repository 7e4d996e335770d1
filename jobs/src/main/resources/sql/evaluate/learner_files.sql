-- learner_files: the held-out files that the learners of the responses choose for, the observed ones first.
-- Inputs: held_out (file_features of the test directories), observations
-- Grain:  one row per file; a sample where they are many
SELECT
  f.path_bytes,
  f.io_throughput_bytes_per_s,
  f.network_latency_ms,
  f.metadata_ops_per_s,
  f.storage_usage_fraction,
  f.cpu_usage_fraction,
  f.memory_usage_fraction,
  f.network_bandwidth_bytes_per_s,
  f.concurrent_operations,
  f.file_size_log2,
  f.file_type_code,
  f.access_run_log2,
  f.num_targets,
  f.compressed_flag,
  f.access_frequency_log2,
  f.read_share,
  f.sequential_share,
  f.num_processes_log2
FROM held_out AS f
LEFT JOIN (SELECT DISTINCT path_bytes FROM observations WHERE split = 'test') AS o ON o.path_bytes = f.path_bytes
ORDER BY o.path_bytes IS NULL, xxhash64(f.path_bytes, :seed), f.path_bytes
LIMIT :max_files
