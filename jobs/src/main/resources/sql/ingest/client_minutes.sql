-- Operations of clients and users, from the client counters of BeeGFS-mon: sums over the minute of
-- its differences, all servers of the kind together.
-- Inputs: metrics (points by minute; one row per measurement, subject and minute, a total per field). Parameters: client_nodes, addresses, one a line; empty takes
-- all; users are not restricted.
-- Grain: one row per client or user, kind of server and minute. A counter that is absent was zero.
--   open_ops  open + openLI (open by lookup intent)
--   stat_ops  meta: stat + statLI; storage: getFSize
WITH client AS (
  SELECT
    if(measurement LIKE '%ByNode', 'node', 'user') AS scope,
    if(measurement LIKE 'storage%', 'storage', 'meta') AS server_kind,
    subject AS client,
    minute,
    coalesce(`B-rd`, 0D) AS read_bytes,
    coalesce(`ops-rd`, 0D) AS read_ops,
    coalesce(`B-wr`, 0D) AS write_bytes,
    coalesce(`ops-wr`, 0D) AS write_ops,
    coalesce(open, 0D) + coalesce(openLI, 0D) AS open_ops,
    coalesce(close, 0D) AS close_ops,
    coalesce(stat, 0D) + coalesce(statLI, 0D) + coalesce(getFSize, 0D) AS stat_ops,
    coalesce(`sum`, 0D) AS total_ops
  FROM metrics
)
SELECT
  scope,
  server_kind,
  client,
  timestamp_seconds(minute * 60) AS minute,
  if(server_kind = 'storage', read_bytes, NULL) AS read_bytes,
  if(server_kind = 'storage', read_ops, NULL) AS read_ops,
  if(server_kind = 'storage', write_bytes, NULL) AS write_bytes,
  if(server_kind = 'storage', write_ops, NULL) AS write_ops,
  if(server_kind = 'meta', open_ops, NULL) AS open_ops,
  close_ops,
  stat_ops,
  total_ops
FROM client
WHERE scope = 'user'
  OR :client_nodes = ''
  OR array_contains(split(:client_nodes, '\n'), client)
