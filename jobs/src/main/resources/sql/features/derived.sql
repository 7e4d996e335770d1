-- derived: the ratios and the missing flags beside the fifteen inputs.
-- Input:  inputs, with the fifteen inputs, the access columns and the capacities of the servers
-- Grain:  that of the input; every other column is passed on
--   io_efficiency       server throughput / its own 95th percentile, 0..1
--   network_saturation  bandwidth / its own 99th percentile, 0..1
--   storage_pressure    mean of the used share and of the queue over its own 95th percentile, 0..1
SELECT
  *,
  CASE
    WHEN io_throughput_bytes_per_s > io_capacity_bytes_per_s THEN 1D
    ELSE try_divide(io_throughput_bytes_per_s, io_capacity_bytes_per_s)
  END AS io_efficiency,
  CASE
    WHEN network_bandwidth_bytes_per_s > network_capacity_bytes_per_s THEN 1D
    ELSE try_divide(network_bandwidth_bytes_per_s, network_capacity_bytes_per_s)
  END AS network_saturation,
  (storage_usage_fraction
    + CASE
        WHEN concurrent_operations > queue_capacity THEN 1D
        ELSE coalesce(try_divide(concurrent_operations, queue_capacity), 0D)
      END) / 2 AS storage_pressure,
  CAST(CAST(io_throughput_bytes_per_s IS NULL AS INT) AS DOUBLE) AS io_throughput_missing,
  CAST(CAST(network_latency_ms IS NULL AS INT) AS DOUBLE) AS network_latency_missing,
  CAST(CAST(metadata_ops_per_s IS NULL AS INT) AS DOUBLE) AS metadata_ops_missing,
  CAST(CAST(storage_usage_fraction IS NULL AS INT) AS DOUBLE) AS storage_usage_missing,
  CAST(CAST(cpu_usage_fraction IS NULL AS INT) AS DOUBLE) AS cpu_usage_missing,
  CAST(CAST(memory_usage_fraction IS NULL AS INT) AS DOUBLE) AS memory_usage_missing,
  CAST(CAST(network_bandwidth_bytes_per_s IS NULL AS INT) AS DOUBLE) AS network_bandwidth_missing,
  CAST(CAST(concurrent_operations IS NULL AS INT) AS DOUBLE) AS concurrent_operations_missing,
  CAST(CAST(access_run_log2 IS NULL AS INT) AS DOUBLE) AS access_run_missing,
  CAST(CAST(access_frequency_log2 IS NULL AS INT) AS DOUBLE) AS access_frequency_missing,
  CAST(CAST(request_bytes_log2 IS NULL AS INT) AS DOUBLE) AS request_bytes_missing,
  CAST(CAST(sequential_share IS NULL AS INT) AS DOUBLE) AS sequential_share_missing,
  CAST(CAST(read_share IS NULL AS INT) AS DOUBLE) AS read_share_missing,
  CAST(CAST(shared_flag IS NULL AS INT) AS DOUBLE) AS shared_missing,
  CAST(CAST(num_processes_log2 IS NULL AS INT) AS DOUBLE) AS num_processes_missing
FROM inputs
