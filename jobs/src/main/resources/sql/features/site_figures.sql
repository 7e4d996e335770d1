-- site_figures: what the figures of every storage target are at the run's as-of.
-- Inputs: server_history, target_minutes, server_pools (of servers with one of several pools of a capacity)
-- Grain:  one row: targets[i] holds the figures of target i, null where there is no such target
--   io_capacity_bytes_per_s       95th percentile of the server's own baselines
--   network_capacity_bytes_per_s  99th percentile of the server's own bandwidth
--   queue_capacity                95th percentile of the server's own queue
--   storage_class                 c + log2 of the target's capacity: targets of one kind have one capacity;
--                                 with the pool of its server where servers tell two pools apart
WITH latest_server AS (
  SELECT
    node_num_id,
    max_by(struct(
      io_throughput_bytes_per_s,
      network_latency_ms,
      cpu_usage_fraction,
      memory_usage_fraction,
      network_bandwidth_bytes_per_s,
      concurrent_operations
    ), window_end) AS figures,
    percentile_approx(io_throughput_bytes_per_s, 0.95) AS io_capacity_bytes_per_s,
    percentile_approx(network_bandwidth_bytes_per_s, 0.99) AS network_capacity_bytes_per_s,
    percentile_approx(concurrent_operations, 0.95) AS queue_capacity
  FROM server_history
  WHERE node_kind = 'storage' AND window_end <= :as_of
  GROUP BY node_num_id
),
latest_target AS (
  SELECT
    target_id,
    max_by(node_num_id, minute) AS node_num_id,
    max_by(try_divide(disk_space_total_bytes - disk_space_free_bytes, disk_space_total_bytes), minute)
      AS storage_usage_fraction,
    max_by(disk_space_total_bytes, minute) AS disk_space_total_bytes
  FROM target_minutes
  WHERE minute < :as_of AND disk_space_total_bytes > 0
  GROUP BY target_id
),
target_figures AS (
  SELECT
    t.target_id,
    struct(
      t.node_num_id AS node_num_id,
      concat('c', CAST(round(log2(t.disk_space_total_bytes)) AS INT), coalesce(p.pool, '')) AS storage_class,
      s.figures.io_throughput_bytes_per_s AS io_throughput_bytes_per_s,
      s.figures.network_latency_ms AS network_latency_ms,
      t.storage_usage_fraction AS storage_usage_fraction,
      s.figures.cpu_usage_fraction AS cpu_usage_fraction,
      s.figures.memory_usage_fraction AS memory_usage_fraction,
      s.figures.network_bandwidth_bytes_per_s AS network_bandwidth_bytes_per_s,
      s.figures.concurrent_operations AS concurrent_operations,
      s.io_capacity_bytes_per_s AS io_capacity_bytes_per_s,
      s.network_capacity_bytes_per_s AS network_capacity_bytes_per_s,
      s.queue_capacity AS queue_capacity
    ) AS figures
  FROM latest_target AS t
  LEFT JOIN latest_server AS s ON s.node_num_id = t.node_num_id
  LEFT JOIN server_pools AS p
    ON p.node_num_id = t.node_num_id
    AND p.storage_class = concat('c', CAST(round(log2(t.disk_space_total_bytes)) AS INT))
),
metadata AS (
  SELECT sum(requests_per_s) AS metadata_ops_per_s
  FROM (
    SELECT node_num_id, max_by(requests_per_s, window_end) AS requests_per_s
    FROM server_history
    WHERE node_kind = 'meta' AND window_end <= :as_of
    GROUP BY node_num_id
  )
),
by_target AS (
  SELECT
    map_from_entries(collect_list(struct(target_id, figures))) AS figures_of,
    coalesce(max(target_id), 0) AS last_target
  FROM target_figures
)
SELECT
  transform(sequence(0, by_target.last_target), i -> try_element_at(by_target.figures_of, i)) AS targets,
  metadata.metadata_ops_per_s
FROM by_target CROSS JOIN metadata
