-- Figures of the hosts, from Telegraf: cpu, mem, ping, net, infiniband.
-- Inputs: gauges (points of cpu, mem and ping by minute, one row per measurement, subject, part and
-- minute, all fields side by side); counters (those of net and infiniband, a row per field).
-- Grain: one row per host and minute that has any of them.
--   *_usage_fraction  cpu: 1 - usage_idle / 100 of cpu-total, else the mean of the cores;
--                     memory: 1 - available / total
--   *_bytes_per_s     increase of the counters over the seconds since the point before the minute
-- Rates of several interfaces are added as decimals, so that their order does not matter.
WITH
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
  FROM counters
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
      sum(if(part = 'cpu-total', usage_idle / usage_idle_points, NULL)),
      CAST(avg(CAST(usage_idle / usage_idle_points AS DECIMAL(20, 9))) AS DOUBLE)
    ) / 100 AS cpu_usage_fraction,
    1 - coalesce(
      try_divide(sum(available / available_points), sum(total / total_points)),
      sum(available_percent / available_percent_points) / 100) AS memory_usage_fraction,
    sum(average_response_ms / average_response_ms_points) AS network_latency_ms
  FROM gauges
  GROUP BY subject, minute
)
SELECT
  host,
  minute,
  g.cpu_usage_fraction,
  g.memory_usage_fraction,
  g.network_latency_ms,
  r.nic_bytes_per_s,
  r.infiniband_bytes_per_s
FROM host_gauge AS g
FULL JOIN host_rate AS r USING (host, minute)
