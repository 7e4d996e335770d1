-- learner_rows: what the learners of the responses learn from.
-- Inputs: observations, labels
-- Grain:  one row per observation of the training split that has a weight; a sample where they are many
--   position  place of the chunk size it was accessed with: 0 is 64 KiB
--   The inputs are those before the access, of the table labels.
SELECT
  CAST(log2(least(greatest(o.chunk_bytes, 65536), 8388608)) AS INT) - 16 AS position,
  o.log2_throughput,
  o.weight AS trust,
  l.io_throughput_bytes_per_s,
  l.network_latency_ms,
  l.metadata_ops_per_s,
  l.storage_usage_fraction,
  l.cpu_usage_fraction,
  l.memory_usage_fraction,
  l.network_bandwidth_bytes_per_s,
  l.concurrent_operations,
  l.file_size_log2,
  l.file_type_code,
  l.access_run_log2,
  l.num_targets,
  l.compressed_flag,
  l.access_frequency_log2,
  l.read_share,
  l.sequential_share,
  l.num_processes_log2
FROM observations AS o
JOIN labels AS l ON l.path_bytes = o.path_bytes
WHERE o.split = 'train' AND o.weight > 0 AND o.source <> 'sweep'
ORDER BY xxhash64(o.observation_id, :seed), o.source, o.observation_id
LIMIT :max_rows
