-- What the metrics cover.
--
-- Inputs:  node_minutes.
-- Grain:   one row per kind of node.
SELECT
  node_kind,
  count(DISTINCT node_num_id) AS nodes,
  count(DISTINCT minute) AS minutes,
  min(minute) AS first_minute,
  max(minute) AS last_minute,
  avg(CASE WHEN cpu_usage_fraction IS NULL THEN 0D ELSE 1D END) AS cpu_coverage,
  avg(CASE WHEN network_latency_ms IS NULL THEN 0D ELSE 1D END) AS latency_coverage
FROM node_minutes
GROUP BY node_kind
ORDER BY node_kind
