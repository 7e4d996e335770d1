-- inventory_observations: what [creation base time, mtime] says about the speed of a write.
-- Inputs: write_bounds (path_bytes, fastest_s, slowest_s, dominance), file_features
-- Grain:  one row per file that is mostly written as its logs say; of a site without any log, per file
--   cohort           of a site without any log: a write in order by one process, in requests of 1 MiB
--   log2_throughput  size over the geometric mean of the two bounds, log2 MiB/s
--   weight           half the dominance, less where the bounds are far apart
SELECT
  'inventory' AS source,
  f.entry_id AS observation_id,
  f.path_bytes,
  f.parent_path AS directory,
  f.uid,
  CASE WHEN :any_log THEN f.cohort ELSE struct(
    f.cohort.storage_class,
    f.cohort.targets,
    f.cohort.size_octave,
    struct(true AS writes, true AS sequential, false AS shared, 20 AS request_octave, 0 AS processes_octave) AS use,
    CAST(NULL AS STRING) AS directory,
    CAST(NULL AS STRING) AS habit,
    CAST(NULL AS STRING) AS left_out) END AS cohort,
  f.id_base_time AS access_start,
  f.mtime AS access_end,
  get(f.target_ids, 0) AS first_target_id,
  f.size_bytes,
  f.chunk_bytes,
  false AS reading,
  CASE WHEN :any_log THEN f.request_bytes_log2 ELSE 20D END AS request_bytes_log2,
  f.num_processes_log2,
  log2(f.size_bytes / sqrt(b.fastest_s * b.slowest_s) / 1048576D) AS log2_throughput,
  0.5D * b.dominance / (1D + pow(log2(b.slowest_s / b.fastest_s), 2)) AS weight
FROM write_bounds AS b
JOIN file_features AS f ON f.path_bytes = b.path_bytes
WHERE f.num_targets IS NOT NULL AND coalesce(f.cohort.use.writes, NOT :any_log)
