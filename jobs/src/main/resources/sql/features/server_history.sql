-- server_history: the baseline of every server, looking back from the end of each minute.
-- Input:  node_minutes
-- Grain:  one row per server and window end (the end of a minute with metrics)
-- Window: the history window before window_end, half-open: minutes [window_end - history, window_end)
--   io_throughput_bytes_per_s      mean of (read + write bytes) / sampled seconds
--   network_latency_ms             mean round trip
--   requests_per_s                 mean of finished requests / sampled seconds
--   cpu_usage_fraction, memory_usage_fraction   means, 0..1
--   network_bandwidth_bytes_per_s  TCP bytes of the daemon; where those are under a tenth of the disk
--                                  bytes (RDMA, which BeeGFS does not count) the bytes of the
--                                  InfiniBand ports or of the interfaces, whichever are more; null
--                                  where the host has no such figures either
--   concurrent_operations          mean queued requests
WITH rates AS (
  SELECT
    node_kind,
    node_num_id,
    unix_seconds(minute) AS minute_s,
    -- In windows, so that the frame's bound is a literal: minutes less than one window back.
    unix_seconds(minute) / CAST(:window_s AS DOUBLE) AS minute_windows,
    try_divide(coalesce(disk_read_bytes, 0) + coalesce(disk_write_bytes, 0), samples) AS disk_rate,
    try_divide(coalesce(net_send_bytes, 0) + coalesce(net_recv_bytes, 0), samples) AS tcp_rate,
    try_divide(work_requests, samples) AS request_rate,
    queued_requests,
    cpu_usage_fraction,
    memory_usage_fraction,
    network_latency_ms,
    greatest(infiniband_bytes_per_s, nic_bytes_per_s) AS host_rate
  FROM node_minutes
),
rolled AS (
  SELECT
    node_kind,
    node_num_id,
    timestamp_seconds(minute_s + 60) AS window_end,
    avg(disk_rate) OVER history AS io_throughput_bytes_per_s,
    avg(network_latency_ms) OVER history AS network_latency_ms,
    avg(request_rate) OVER history AS requests_per_s,
    avg(cpu_usage_fraction) OVER history AS cpu_usage_fraction,
    avg(memory_usage_fraction) OVER history AS memory_usage_fraction,
    avg(tcp_rate) OVER history AS tcp_bytes_per_s,
    avg(host_rate) OVER history AS host_bytes_per_s,
    avg(queued_requests) OVER history AS concurrent_operations
  FROM rates
  WINDOW history AS (
    PARTITION BY node_kind, node_num_id
    ORDER BY minute_windows
    RANGE BETWEEN 0.9999D PRECEDING AND CURRENT ROW
  )
)
SELECT
  node_kind,
  node_num_id,
  window_end,
  io_throughput_bytes_per_s,
  network_latency_ms,
  requests_per_s,
  cpu_usage_fraction,
  memory_usage_fraction,
  CASE
    WHEN tcp_bytes_per_s >= 0.1 * io_throughput_bytes_per_s THEN tcp_bytes_per_s
    ELSE host_bytes_per_s
  END AS network_bandwidth_bytes_per_s,
  concurrent_operations
FROM rolled
