-- Figures of the servers: BeeGFS-mon (highRes*, storage, meta) joined with those of their hosts
-- over the host name that the server reports, or its own name.
-- Inputs: servers (points of highRes*, storage and meta by minute, one row per measurement, server and
-- minute, all fields side by side); spaces (those of storageTargets); hosts (host_minutes.sql); targets (target_minutes, for the restriction).
-- Parameters: storage_targets and metadata_servers: target ids (storage), server ids (meta), names or
-- host names, one a line; empty takes all.
-- Grain: one row per server and minute that has any metric.
--   disk_space_*_bytes  sum over the server's targets, else what the server says itself, in MiB
--   samples             highRes points; about one a second
--   queued_requests     mean of the samples
--   responding_fraction share of polls answered
WITH server_metric AS (
  SELECT
    if(measurement IN ('highResStorage', 'storage'), 'storage', 'meta') AS node_kind,
    CAST(subject AS INT) AS node_num_id,
    *
  FROM servers
),
server AS (
  SELECT
    node_kind,
    node_num_id,
    minute,
    max(if(measurement LIKE 'highRes%', points, 0)) AS samples,
    sum(isResponding / isResponding_points) AS responding_fraction,
    sum(diskReadBytes) AS disk_read_bytes,
    sum(diskWriteBytes) AS disk_write_bytes,
    sum(netSendBytes) AS net_send_bytes,
    sum(netRecvBytes) AS net_recv_bytes,
    sum(workRequests) AS work_requests,
    sum(queuedRequests / queuedRequests_points) AS queued_requests,
    first(diskReadBytes_by_second, true) AS read_bytes_by_second,
    first(diskWriteBytes_by_second, true) AS write_bytes_by_second,
    -- storage counts MiB: 7.4.7 writes 7775 for two targets of 4076568576 bytes
    1048576 * sum(diskSpaceTotal / diskSpaceTotal_points) AS disk_space_total_bytes,
    1048576 * sum(diskSpaceFree / diskSpaceFree_points) AS disk_space_free_bytes
  FROM server_metric
  GROUP BY node_kind, node_num_id, minute
),
space AS (
  SELECT
    'storage' AS node_kind,
    CAST(part AS INT) AS node_num_id,
    minute,
    CAST(sum(CAST(diskSpaceTotal / diskSpaceTotal_points AS DECIMAL(30, 3))) AS DOUBLE)
      AS total_bytes,
    CAST(sum(CAST(diskSpaceFree / diskSpaceFree_points AS DECIMAL(30, 3))) AS DOUBLE) AS free_bytes
  FROM spaces
  GROUP BY part, minute
),
host_name AS (
  SELECT DISTINCT host FROM hosts
),
node_name AS (
  SELECT
    node_kind,
    node_num_id,
    max_by(name, last_at) AS node_id,
    max_by(hostnameid, hostnameid_at) AS host_id
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
kept_host AS (
  SELECT kept.node_kind, kept.node_num_id, hosts.*
  FROM kept
  JOIN hosts ON hosts.host = kept.telegraf_host
)
SELECT
  node_kind,
  node_num_id,
  k.node_id,
  k.hostname,
  timestamp_seconds(minute * 60) AS minute,
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
FROM server AS s
FULL JOIN kept_host AS h USING (node_kind, node_num_id, minute)
JOIN kept AS k USING (node_kind, node_num_id)
LEFT JOIN space AS t USING (node_kind, node_num_id, minute)
