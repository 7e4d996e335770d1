-- Space and state of the storage targets, from storageTargets of BeeGFS-mon.
-- Inputs: metrics (points by minute; one row per target and minute, all fields side by side).
-- Grain: one row per target and minute.
--   disk_space_*_bytes, inodes_*  mean of the polls; polls that failed (-1) are left out
--   consistency                   worst state of the minute
SELECT
  CAST(subject AS INT) AS target_id,
  CAST(part AS INT) AS node_num_id,
  timestamp_seconds(minute * 60) AS minute,
  try_divide(diskSpaceTotal, diskSpaceTotal_points) AS disk_space_total_bytes,
  try_divide(diskSpaceFree, diskSpaceFree_points) AS disk_space_free_bytes,
  try_divide(inodesTotal, inodesTotal_points) AS inodes_total,
  try_divide(inodesFree, inodesFree_points) AS inodes_free,
  CASE targetConsistencyState
    WHEN 0 THEN 'GOOD'
    WHEN 1 THEN 'NEEDS_RESYNC'
    WHEN 2 THEN 'BAD'
  END AS consistency
FROM metrics
