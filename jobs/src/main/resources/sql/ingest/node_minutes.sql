-- Figures of the servers: BeeGFS-mon (highRes*, storage, meta) beside those of their hosts from
-- Telegraf (cpu, mem, ping, net, infiniband).
-- Inputs: minutes (one row per server and minute: sums over the minute, means of its points, sums
-- over the server's targets, and the figures of its host).
-- Grain: one row per server and minute that has any metric.
--   disk_space_*_bytes      sum over the server's targets, else what the server says itself, in MiB
--   samples                 highRes points; about one a second
--   queued_requests         mean of the samples
--   responding_fraction     share of polls answered
--   cpu_usage_fraction      1 - idle share of cpu-total, else of the mean of the cores
--   memory_usage_fraction   1 - available / total, else what Telegraf says itself
--   *_bytes_per_s           increase of the counters over the seconds since the point before the
--                           minute
SELECT
  node_kind,
  node_num_id,
  node_id,
  hostname,
  timestamp_seconds(minute * 60) AS minute,
  samples,
  mean_responding AS responding_fraction,
  disk_read_bytes,
  disk_write_bytes,
  net_send_bytes,
  net_recv_bytes,
  work_requests,
  mean_queued_requests AS queued_requests,
  read_bytes_by_second,
  write_bytes_by_second,
  -- storage counts MiB: 7.4.7 writes 7775 for two targets of 4076568576 bytes
  coalesce(targets_total_bytes, 1048576 * mean_total_mib) AS disk_space_total_bytes,
  coalesce(targets_free_bytes, 1048576 * mean_free_mib) AS disk_space_free_bytes,
  1 - coalesce(total_idle_percent, mean_core_idle_percent) / 100 AS cpu_usage_fraction,
  1 - coalesce(try_divide(memory_available, memory_total), memory_available_percent / 100)
    AS memory_usage_fraction,
  response_ms AS network_latency_ms,
  nic_bytes_per_s,
  -- port_*_data of InfiniBand count words of four bytes
  4 * infiniband_words_per_s AS infiniband_bytes_per_s
FROM minutes
