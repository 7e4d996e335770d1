-- Figures of the servers: BeeGFS-mon (highRes*, storage, meta) joined with Telegraf (cpu, mem, ping,
-- net, infiniband) over the host name that the server reports, or its own name.
-- Inputs: metrics (points by minute, one row per measurement, subject, part, field and minute);
-- targets (target_minutes, for the restriction). Parameters: storage_targets and metadata_servers:
-- target ids (storage), server ids (meta), names or host names, one a line; empty takes all.
-- Grain: one row per server and minute that has any metric.
--   disk_space_*_bytes  sum over the server's targets, else what the server says itself, in MiB
--   samples             highRes points; about one a second
--   queued_requests     mean of the samples
--   responding_fraction share of polls answered
--   *_usage_fraction    cpu: 1 - usage_idle / 100 of cpu-total, else the mean of the cores;
--                       memory: 1 - available / total
--   *_bytes_per_s       increase of the counters over the seconds since the point before the minute
-- Rates of several interfaces are added as decimals, so that their order does not matter.
WITH server_metric AS (
  SELECT
    if(measurement IN ('highResStorage', 'storage'), 'storage', 'meta') AS node_kind,
    CAST(subject AS INT) AS node_num_id,
    *
  FROM metrics
  WHERE measurement IN ('highResStorage', 'highResMeta', 'storage', 'meta')
),
server AS (
  SELECT
    node_kind,
    node_num_id,
    minute,
    max(if(measurement LIKE 'highRes%', points, 0)) AS samples,
    sum(if(field = 'isResponding', total / points, NULL)) AS responding_fraction,
    sum(if(field = 'diskReadBytes', total, NULL)) AS disk_read_bytes,
    sum(if(field = 'diskWriteBytes', total, NULL)) AS disk_write_bytes,
    sum(if(field = 'netSendBytes', total, NULL)) AS net_send_bytes,
    sum(if(field = 'netRecvBytes', total, NULL)) AS net_recv_bytes,
    sum(if(field = 'workRequests', total, NULL)) AS work_requests,
    sum(if(field = 'queuedRequests', total / points, NULL)) AS queued_requests,
    first(if(field = 'diskReadBytes', by_second, NULL), true) AS read_bytes_by_second,
    first(if(field = 'diskWriteBytes', by_second, NULL), true) AS write_bytes_by_second,
    -- storage counts MiB: 7.4.7 writes 7775 for two targets of 4076568576 bytes
    1048576 * sum(if(field = 'diskSpaceTotal', total / points, NULL)) AS disk_space_total_bytes,
    1048576 * sum(if(field = 'diskSpaceFree', total / points, NULL)) AS disk_space_free_bytes
  FROM server_metric
  GROUP BY node_kind, node_num_id, minute
),
space AS (
  SELECT
    CAST(part AS INT) AS node_num_id,
    minute,
    CAST(sum(if(field = 'diskSpaceTotal', CAST(total / points AS DECIMAL(30, 3)), NULL)) AS DOUBLE)
      AS total_bytes,
    CAST(sum(if(field = 'diskSpaceFree', CAST(total / points AS DECIMAL(30, 3)), NULL)) AS DOUBLE)
      AS free_bytes
  FROM metrics
  WHERE measurement = 'storageTargets'
  GROUP BY part, minute
),
-- Increase of a counter since the last point before the minute, where that is at most two minutes
-- old, else since its first point; a counter that falls has been reset.
counter AS (
  SELECT
    subject,
    measurement,
    minute,
    increase,
    first_at,
    first_value,
    last_at,
    lag(last_value) OVER series AS before_value,
    if(lag(minute) OVER series >= minute - 2, lag(last_at) OVER series, NULL) AS before_at
  FROM metrics
  WHERE measurement IN ('net', 'infiniband')
  WINDOW series AS (PARTITION BY measurement, subject, part, field ORDER BY minute)
),
counter_rate AS (
  SELECT
    subject,
    measurement,
    minute,
    try_divide(
      if(before_at IS NULL, increase, increase + greatest(first_value - before_value, 0D)),
      (last_at - coalesce(before_at, first_at)) / 1e9D) AS per_s
  FROM counter
),
host_rate AS (
  SELECT
    subject AS host,
    minute,
    CAST(sum(if(measurement = 'net', CAST(per_s AS DECIMAL(30, 6)), NULL)) AS DOUBLE)
      AS nic_bytes_per_s,
    -- port_*_data of InfiniBand count words of four bytes
    4 * CAST(sum(if(measurement = 'infiniband', CAST(per_s AS DECIMAL(30, 6)), NULL)) AS DOUBLE)
      AS infiniband_bytes_per_s
  FROM counter_rate
  GROUP BY subject, minute
),
host_gauge AS (
  SELECT
    subject AS host,
    minute,
    1 - coalesce(
      sum(if(measurement = 'cpu' AND part = 'cpu-total', total / points, NULL)),
      CAST(avg(if(measurement = 'cpu', CAST(total / points AS DECIMAL(20, 9)), NULL)) AS DOUBLE)
    ) / 100 AS cpu_usage_fraction,
    1 - coalesce(
      try_divide(
        sum(if(field = 'available', total / points, NULL)),
        sum(if(field = 'total', total / points, NULL))),
      sum(if(field = 'available_percent', total / points, NULL)) / 100) AS memory_usage_fraction,
    sum(if(measurement = 'ping', total / points, NULL)) AS network_latency_ms
  FROM metrics
  WHERE measurement IN ('cpu', 'mem', 'ping')
  GROUP BY subject, minute
),
host AS (
  SELECT
    coalesce(g.host, r.host) AS host,
    coalesce(g.minute, r.minute) AS minute,
    g.cpu_usage_fraction,
    g.memory_usage_fraction,
    g.network_latency_ms,
    r.nic_bytes_per_s,
    r.infiniband_bytes_per_s
  FROM host_gauge g
  FULL JOIN host_rate r ON r.host = g.host AND r.minute = g.minute
),
host_name AS (
  SELECT DISTINCT host FROM host
),
node_name AS (
  SELECT
    node_kind,
    node_num_id,
    max_by(name, last_at) AS node_id,
    max_by(text, if(text IS NULL, NULL, last_at)) AS host_id
  FROM server_metric
  GROUP BY node_kind, node_num_id
),
node AS (
  SELECT
    n.node_kind,
    n.node_num_id,
    n.node_id,
    coalesce(by_host.host, by_name.host) AS telegraf_host,
    coalesce(by_host.host, by_name.host, n.host_id) AS hostname
  FROM node_name n
  LEFT JOIN host_name by_host ON by_host.host = n.host_id
  LEFT JOIN host_name by_name ON by_name.host = n.node_id
),
kept AS (
  SELECT node_kind, node_num_id, node_id, telegraf_host, hostname
  FROM node
  WHERE
    CASE node_kind
      WHEN 'storage' THEN
        :storage_targets = ''
        OR node_num_id IN (SELECT node_num_id FROM targets)
        OR array_contains(split(:storage_targets, '\n'), node_id)
        OR array_contains(split(:storage_targets, '\n'), coalesce(hostname, node_id))
      ELSE
        :metadata_servers = ''
        OR array_contains(split(:metadata_servers, '\n'), CAST(node_num_id AS STRING))
        OR array_contains(split(:metadata_servers, '\n'), node_id)
        OR array_contains(split(:metadata_servers, '\n'), coalesce(hostname, node_id))
    END
),
node_minute AS (
  SELECT node_kind, node_num_id, minute FROM server
  UNION
  SELECT k.node_kind, k.node_num_id, h.minute FROM kept k JOIN host h ON h.host = k.telegraf_host
)
SELECT
  m.node_kind,
  m.node_num_id,
  k.node_id,
  k.hostname,
  timestamp_seconds(m.minute * 60) AS minute,
  coalesce(s.samples, 0) AS samples,
  s.responding_fraction,
  s.disk_read_bytes,
  s.disk_write_bytes,
  s.net_send_bytes,
  s.net_recv_bytes,
  s.work_requests,
  s.queued_requests,
  s.read_bytes_by_second,
  s.write_bytes_by_second,
  coalesce(t.total_bytes, s.disk_space_total_bytes) AS disk_space_total_bytes,
  coalesce(t.free_bytes, s.disk_space_free_bytes) AS disk_space_free_bytes,
  h.cpu_usage_fraction,
  h.memory_usage_fraction,
  h.network_latency_ms,
  h.nic_bytes_per_s,
  h.infiniband_bytes_per_s
FROM node_minute m
JOIN kept k ON k.node_kind = m.node_kind AND k.node_num_id = m.node_num_id
LEFT JOIN server s
  ON s.node_kind = m.node_kind AND s.node_num_id = m.node_num_id AND s.minute = m.minute
LEFT JOIN space t
  ON m.node_kind = 'storage' AND t.node_num_id = m.node_num_id AND t.minute = m.minute
LEFT JOIN host h ON h.host = k.telegraf_host AND h.minute = m.minute
