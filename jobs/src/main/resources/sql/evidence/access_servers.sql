-- access_servers: the baseline of the servers of each observed file before its access.
-- Inputs: labelled (path_bytes, target_ids, access_start), target_nodes, server_history, target_minutes
-- Grain:  one row per observed file with server figures at that minute
WITH targets AS (
  SELECT l.path_bytes, date_trunc('MINUTE', l.access_start) AS window_end, t.target_id, t.node_num_id
  FROM (SELECT *, explode(target_ids) AS target_id FROM labelled) AS l
  JOIN target_nodes AS t ON t.target_id = l.target_id
),
capacities AS (
  SELECT
    node_num_id,
    percentile_approx(io_throughput_bytes_per_s, 0.95) AS io_capacity_bytes_per_s,
    percentile_approx(network_bandwidth_bytes_per_s, 0.99) AS network_capacity_bytes_per_s,
    percentile_approx(concurrent_operations, 0.95) AS queue_capacity
  FROM server_history
  WHERE node_kind = 'storage'
  GROUP BY node_num_id
),
metadata AS (
  SELECT window_end, sum(requests_per_s) AS metadata_ops_per_s
  FROM server_history
  WHERE node_kind = 'meta'
  GROUP BY window_end
)
SELECT
  t.path_bytes,
  avg(s.io_throughput_bytes_per_s) AS io_throughput_bytes_per_s,
  avg(s.network_latency_ms) AS network_latency_ms,
  max(m.metadata_ops_per_s) AS metadata_ops_per_s,
  avg(try_divide(u.disk_space_total_bytes - u.disk_space_free_bytes, u.disk_space_total_bytes))
    AS storage_usage_fraction,
  avg(s.cpu_usage_fraction) AS cpu_usage_fraction,
  avg(s.memory_usage_fraction) AS memory_usage_fraction,
  avg(s.network_bandwidth_bytes_per_s) AS network_bandwidth_bytes_per_s,
  avg(s.concurrent_operations) AS concurrent_operations,
  avg(c.io_capacity_bytes_per_s) AS io_capacity_bytes_per_s,
  avg(c.network_capacity_bytes_per_s) AS network_capacity_bytes_per_s,
  avg(c.queue_capacity) AS queue_capacity
FROM targets AS t
LEFT JOIN server_history AS s
  ON s.node_kind = 'storage' AND s.node_num_id = t.node_num_id AND s.window_end = t.window_end
LEFT JOIN capacities AS c ON c.node_num_id = t.node_num_id
LEFT JOIN target_minutes AS u
  ON u.target_id = t.target_id AND u.minute = t.window_end - INTERVAL 1 MINUTE
LEFT JOIN metadata AS m ON m.window_end = t.window_end
GROUP BY t.path_bytes
