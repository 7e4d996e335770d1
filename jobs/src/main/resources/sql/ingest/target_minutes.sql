-- Space and state of the storage targets, from storageTargets of BeeGFS-mon.
-- Inputs: metrics (points by minute; one row per target, server and minute, all fields side by side).
-- Parameters: storage_targets, ids or server names, one a line; empty takes all.
-- Grain: one row per target and minute.
--   disk_space_*_bytes, inodes_*  mean of the polls; polls that failed (-1) are left out
--   consistency                   worst state of the minute
SELECT
  CAST(subject AS INT) AS target_id,
  CAST(max_by(part, last_at) AS INT) AS node_num_id,
  timestamp_seconds(minute * 60) AS minute,
  try_divide(sum(diskSpaceTotal), sum(diskSpaceTotal_points)) AS disk_space_total_bytes,
  try_divide(sum(diskSpaceFree), sum(diskSpaceFree_points)) AS disk_space_free_bytes,
  try_divide(sum(inodesTotal), sum(inodesTotal_points)) AS inodes_total,
  try_divide(sum(inodesFree), sum(inodesFree_points)) AS inodes_free,
  CASE max(targetConsistencyState)
    WHEN 0 THEN 'GOOD'
    WHEN 1 THEN 'NEEDS_RESYNC'
    WHEN 2 THEN 'BAD'
  END AS consistency
FROM metrics
WHERE :storage_targets = ''
  OR array_contains(split(:storage_targets, '\n'), subject)
  OR array_contains(split(:storage_targets, '\n'), name)
GROUP BY subject, minute
