-- What servers and clients moved minute by minute, to compare their clocks: the highRes points carry
-- the server's own clock, the client counters that of InfluxDB.
-- Inputs: servers, clients (points by minute). Parameter: minutes, how many to look back from the
-- newest of each series.
-- Grain: one row per server, and one per kind of server (node_num_id null) for all clients together.
--   minutes  minute since 1970, ascending
--   loads    bytes read and written (storage) or requests (meta) in that minute
WITH load AS (
  SELECT
    if(measurement = 'highResStorage', 'storage', 'meta') AS node_kind,
    CAST(subject AS INT) AS node_num_id,
    minute,
    sum(total) AS load
  FROM servers
  WHERE (measurement = 'highResStorage' AND field IN ('diskReadBytes', 'diskWriteBytes'))
    OR (measurement = 'highResMeta' AND field = 'workRequests')
  GROUP BY measurement, subject, minute
  UNION ALL
  -- By node and by user count the same; a site may collect only one of them.
  SELECT node_kind, CAST(NULL AS INT) AS node_num_id, minute, max(load) AS load
  FROM (
    SELECT
      if(measurement LIKE 'storage%', 'storage', 'meta') AS node_kind,
      measurement,
      minute,
      sum(total) AS load
    FROM clients
    WHERE (measurement LIKE 'storageClientOps%' AND field IN ('B-rd', 'B-wr'))
      OR (measurement LIKE 'metaClientOps%' AND field = 'sum')
    GROUP BY measurement, minute
  )
  GROUP BY node_kind, minute
),
recent AS (
  SELECT
    node_kind,
    node_num_id,
    minute,
    load,
    max(minute) OVER (PARTITION BY node_kind, node_num_id) AS newest
  FROM load
),
sorted AS (
  SELECT node_kind, node_num_id, array_sort(collect_list(struct(minute, load))) AS points
  FROM recent
  WHERE minute > newest - :minutes
  GROUP BY node_kind, node_num_id
)
SELECT
  node_kind,
  node_num_id,
  transform(points, p -> p.minute) AS minutes,
  transform(points, p -> p.load) AS loads
FROM sorted
ORDER BY node_kind, node_num_id NULLS FIRST
